"""From {{ data.source_words | doc }} to blocks of tokens: read, clean, {{ data.cut_word }}tokenize, join, cut into blocks."""

# {% include "partials/data_head.py" %}
PART = 100_000  # characters that are tokenized at a time: tokens take far more memory than text
# {% if data.by_position %}
NEAR = 10_000  # bytes in which a cut looks for a line end
# {% endif %}
# {% if model.is_scratch %}
END = "<|endoftext|>"
# {% endif %}


@dataclass(frozen=True)
class Examples:
    """The documents of one split in file order; of their blocks, the first `num_blocks` or all."""

    texts: {{ data.sequence }}[{{ data.document_type }}]
    num_blocks: int | None = None
    # {% if data.on_disk %}
    key: str = ""  # that the documents are stored under, if they are
    # {% endif %}

    def __len__(self) -> int:
        return len(self.texts)

    def head(self, count: int | None) -> "Examples":
        """The first `count` blocks; all of them where there is no limit."""
        return replace(self, num_blocks=count)

    # {% if data.on_disk and not data.by_position %}
    def pick(self, rows: np.ndarray) -> "Examples":
        """The documents of these rows."""
        return Examples(picked(self.texts, rows), key=self.key and digest(self.key, rows))
    # {% elif task.picks and not data.on_disk %}
    def pick(self, rows: list[int]) -> "Examples":
        """The documents of these rows."""
        return Examples([self.texts[row] for row in rows])
    # {% endif %}


# {% include "partials/clean.py" %}
# {% from "partials/starting_at.py" import starting_at with context %}
# {% from "partials/to_device.py" import to_device with context %}
# {% include "partials/read.py" %}
# {% include "causal_lm/examples.py" %}
# {% include "partials/read_rows.py" %}
# {% if data.by_position %}
# {% include "causal_lm/cut_text.py" %}
# {% include "partials/files.py" %}
# {% else %}
# {% include "partials/splits.py" %}
# {% endif %}
# {% include "causal_lm/tokenizer.py" %}
# {% include "causal_lm/encode.py" %}
# {% if data.on_disk %}
# {% include "partials/tokens_key.py" %}
def numbers_of(key: str, rows: Callable[[], Iterator[Any]], config: Config) -> Ragged:
    """Lists of numbers, stored under `key`: tokens of the parts of texts, or the bytes of each."""

    def parts() -> Iterator[Part]:
        for group in groups(rows(), len):
            yield pa.record_batch([lists_of(group)], schema=TOKENS), {}

    os.environ["RAYON_NUM_THREADS"] = str(config.tokenizer_threads)
    return Ragged(stored(FOLDER / config.cache_dir, key, TOKENS, parts).chunks("numbers"))


# {% endif %}
class Loader:
    """Blocks of one split: its documents as one stream of tokens, with an end token around each.

    Every token of the stream but the first is a target exactly once; only the last block may be
    short. A batch is a dictionary: `input_ids` (B, T){{ task.batch_doc }}
    and `labels` (N,), the tokens that come next, row by row.
    """

    def __init__(
        self,
        examples: Examples,
        tokenizer: Tokenizer,
        config: Config,
        # {% if not hardware.is_cpu %}
        device: torch.device,
        # {% endif %}
    ) -> None:
        self.examples, self.tokenizer, self.config = examples, tokenizer, config
        # {% if not hardware.is_cpu %}
        self.device = device
        # {% endif %}
        self.end_id = {{ task.end_id }}
        # {% if not model.is_scratch %}
        # What the tokenizer puts before a text opens each document; else the end of the one before.
        start_id = (tokenizer.encode("").ids or [self.end_id])[0]
        self.between = [self.end_id, start_id] if start_id != self.end_id else [self.end_id]
        # {% endif %}
        # {% if data.on_disk %}
        self.key = tokens_key(examples, tokenizer)
        self.stream = numbers_of(self.key, self.token_ids, config)
        self.num_tokens = self.stream.ends[-1]
        num_blocks = math.ceil((self.num_tokens - 1) / config.block_size)
        # {% else %}
        parts = [
            torch.tensor(encoding.ids if part else {{ task.between }}, dtype=torch.int32)
            for part, encoding in encode(tokenizer, examples.texts)
        ]
        # {% if model.is_scratch %}
        self.stream = torch.cat([*parts, torch.tensor([self.end_id], dtype=torch.int32)])
        # {% else %}
        parts.append(torch.tensor([self.end_id], dtype=torch.int32))
        self.stream = torch.cat(parts)[len(self.between) - 1 :]  # no end stands before the first
        # {% endif %}
        num_blocks = math.ceil((len(self.stream) - 1) / config.block_size)
        # {% endif %}
        self.num_blocks = min(num_blocks, examples.num_blocks or num_blocks)

    def __len__(self) -> int:
        """Batches an epoch."""
        return math.ceil(self.num_blocks / self.config.batch_size)

    def length_note(self) -> str:
        """How many tokens there are to predict, and how full the last block is."""
        # {% if data.on_disk %}
        num_targets = self.num_tokens - 1
        # {% else %}
        num_targets = len(self.stream) - 1
        # {% endif %}
        last = num_targets - (self.num_blocks - 1) * self.config.block_size
        return (
            f"{num_targets:,} training tokens in {self.num_blocks:,} blocks of "
            f"{self.config.block_size}; the last one holds {last}"
        )

    # {% if data.on_disk %}
    def token_ids(self) -> Iterator[list[int]]:
        """The tokens of each part of the texts, and of what stands around them."""
        # {% if model.is_scratch %}
        for part, encoding in encode(self.tokenizer, self.examples.texts):
            yield encoding.ids if part else [self.end_id]
        # {% else %}
        opening = self.between[-1:]
        for part, encoding in encode(self.tokenizer, self.examples.texts):
            yield encoding.ids if part else opening
            opening = self.between
        # {% endif %}
        yield [self.end_id]

    def byte_rows(self) -> Iterator[np.ndarray]:
        """UTF-8 bytes of each token; an end token has none."""
        # {% if model.is_scratch %}
        for part, encoding in encode(self.tokenizer, self.examples.texts):
            yield byte_counts(part, encoding) if encoding.ids else np.zeros(int(not part), int)
        # {% else %}
        num_opening = 1
        for part, encoding in encode(self.tokenizer, self.examples.texts):
            yield byte_counts(part, encoding) if encoding.ids else np.zeros(num_opening * (not part), int)
            num_opening = len(self.between)
        # {% endif %}
        yield np.zeros(1, int)

    @cached_property
    def num_bytes(self) -> Ragged:
        """UTF-8 bytes of each token of the stream, made when an evaluation first asks for them."""
        return numbers_of(self.key and digest("bytes", self.key), self.byte_rows, self.config)

    def tokens(self, start: int, stop: int) -> torch.Tensor:
        """Some of the stream's tokens, int64."""
        return torch.from_numpy(self.stream.flat(start, stop).astype(np.int64))

    def targets(self, row: int) -> torch.Tensor:
        """The tokens that block `row` predicts, at most T."""
        size = self.config.block_size
        return self.tokens(row * size + 1, (row + 1) * size + 1)

    def epoch(self, epoch: int) -> list[np.ndarray]:
        """Row numbers of each batch of one epoch.

        A pure function of seed and epoch, so that a resumed run meets the same batches.
        """
        rows = shuffled(np.arange(self.num_blocks), random.Random(f"{self.config.seed}-{epoch}"))
        size = self.config.batch_size
        return [rows[start : start + size] for start in range(0, len(rows), size)]
    # {% else %}
    @cached_property
    def num_bytes(self) -> np.ndarray:
        """UTF-8 bytes of each target of the stream (S,); an end token has none."""
        counts = [
            byte_counts(part, encoding) if encoding.ids else np.zeros({{ task.num_opening }}, int)
            for part, encoding in encode(self.tokenizer, self.examples.texts)
        ]
        return np.concatenate([*counts, [0]])[{{ task.num_between }}:]

    def targets(self, row: int) -> torch.Tensor:
        """The tokens that block `row` predicts, at most T."""
        size = self.config.block_size
        return self.stream[row * size + 1 : (row + 1) * size + 1].long()

    def epoch(self, epoch: int) -> list[list[int]]:
        """Row numbers of each batch of one epoch.

        A pure function of seed and epoch, so that a resumed run meets the same batches.
        """
        rows = list(range(self.num_blocks))
        random.Random(f"{self.config.seed}-{epoch}").shuffle(rows)
        size = self.config.batch_size
        return [rows[start : start + size] for start in range(0, len(rows), size)]
    # {% endif %}

    {{ starting_at() | trim | indent(4) }}

    def in_order(self) -> Iterator[tuple[list[int], dict[str, torch.Tensor]]]:
        # {% if devices.is_fsdp %}
        """This process's share of the blocks: every n-th batch, in the order of the text.

        All processes have equally many batches, because they wait for each other; one that has no
        block left is given another's, and no row number.
        """
        # {% elif devices.many %}
        """This process's share of the blocks: every n-th batch, in the order of the text."""
        # {% else %}
        """Every block once, in the order of the text."""
        # {% endif %}
        size = self.config.eval_batch_size
        # {% if devices.is_fsdp %}
        for start in range(0, self.num_blocks, {{ devices.row_stride }}):
            rows = list(range(start, min(start + {{ devices.row_stride }}, self.num_blocks)))
            own = rows[{{ devices.first_row }} :][:size]
            yield own, self.batch(own or rows[:1])
        # {% else %}
        for start in range({{ devices.first_row }}, self.num_blocks, {{ devices.row_stride }}):
            rows = list(range(start, min(start + size, self.num_blocks)))
            yield rows, self.batch(rows)
        # {% endif %}

    def batch(self, rows: {{ data.rows_of_batch }}) -> dict[str, torch.Tensor]:
        """The tensors of these blocks; the one that may be short is the last."""
        size = self.config.block_size
        targets = [self.targets(row) for row in sorted(rows)]
        # {% if data.on_disk %}
        starts = [row * size for row in sorted(rows)]
        before = [
            self.tokens(start, start + len(after))
            for start, after in zip(starts, targets, strict=True)
        ]
        # {% else %}
        before = [
            self.stream[row * size :][: len(after)].long()
            for row, after in zip(sorted(rows), targets, strict=True)
        ]
        # {% endif %}
        input_ids = pad_sequence(before, batch_first=True, padding_value=self.end_id)
        batch = {
            "input_ids": input_ids,
            # {% if task.isolates %}
            "position_ids": positions(input_ids, {{ task.opening }}),
            # {% endif %}
            "labels": torch.cat(targets),
        }
        # {% if hardware.is_cpu %}
        return batch
        # {% else %}
        {{ to_device("batch") | trim | indent(8) }}
        # {% endif %}


# {% if task.isolates %}
def positions(input_ids: torch.Tensor, opening: int) -> torch.Tensor:
    """Positions (B, T) that begin anew at each document, at the token that opens it.

    The library keeps tokens apart whose positions do not go on, if it gets no mask and no cache.
    """
    places = torch.arange(input_ids.shape[1]).expand_as(input_ids)
    return places - torch.where(input_ids == opening, places, 0).cummax(1).values


# {% endif %}
