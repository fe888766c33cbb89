"""From {{ data.source_words | doc }} to batches: read, clean, {{ data.cut_word }}tokenize, group by length."""

# {% include "partials/data_head.py" %}


@dataclass(frozen=True)
class Examples:
    """One split in file order: what is read, and what is to be written."""

    texts: {{ data.sequence }}[{{ task.text_type }}]
    targets: {{ data.sequence }}[str]
    # {% if data.on_disk %}
    key: str = ""  # that the rows are stored under, if they are
    # {% endif %}

    def __len__(self) -> int:
        return len(self.texts)

    def head(self, count: int | None) -> "Examples":
        """The first `count` examples; all of them where there is no limit."""
        # {% if data.on_disk %}
        return Examples(self.texts[:count], self.targets[:count], self.key)
        # {% else %}
        return Examples(self.texts[:count], self.targets[:count])
        # {% endif %}

    # {% if data.on_disk %}
    def pick(self, rows: np.ndarray) -> "Examples":
        """The examples of these rows."""
        return Examples(picked(self.texts, rows), picked(self.targets, rows), self.key and digest(self.key, rows))
    # {% elif data.cuts %}
    def pick(self, rows: list[int]) -> "Examples":
        """The examples of these rows."""
        return Examples([self.texts[row] for row in rows], [self.targets[row] for row in rows])
    # {% endif %}

    # {% if model.is_scratch and data.on_disk %}
    def all_texts(self) -> Texts:
        """Sources and targets: they share a vocabulary."""
        return Texts(lambda: chain(map(as_source, self.texts), self.targets))
    # {% elif model.is_scratch %}
    def all_texts(self) -> list[str]:
        """Sources and targets: they share a vocabulary."""
        return [*map(as_source, self.texts), *self.targets]
    # {% endif %}


# {% include "partials/clean.py" %}
def as_source(text: {{ task.text_type }}) -> str:
    """{{ task.source_doc | doc }}"""
    return {{ task.source_expression }}


# {% if data.on_disk %}
# {% from "partials/order_arrays.py" import order with context %}
# {% else %}
# {% from "partials/order.py" import order with context %}
# {% endif %}
# {% from "partials/to_device.py" import to_device with context %}
# {% include "partials/read.py" %}
# {% include "text_to_text/examples.py" %}
# {% include "partials/read_rows.py" %}
# {% include "partials/splits.py" %}
# {% include "partials/tokenizer.py" %}
# {% if model.tokenizer_file %}
def encode(
    tokenizer: Tokenizer,
    texts: list[str],
    max_length: int,
    # {% if data.cuts_start %}
    direction: str = "right",
    # {% endif %}
) -> tuple[list[list[int]], int]:
    """Token ids of each text, and how many texts were truncated."""
    # {% if data.cuts_start %}
    tokenizer.enable_truncation(max_length, direction=direction)
    # {% else %}
    tokenizer.enable_truncation(max_length)
    # {% endif %}
    encodings = tokenizer.encode_batch(texts)
    num_truncated = sum(bool(encoding.overflowing) for encoding in encodings)
    return [encoding.ids for encoding in encodings], num_truncated


def decode(tokenizer: Tokenizer, ids: torch.Tensor) -> list[str]:
    # {% if clean.whitespace %}
    """Token ids (B, T) as clean texts."""
    return [text.strip() for text in tokenizer.decode_batch(ids.tolist())]
    # {% else %}
    """Token ids (B, T) as texts; their white space is what the model wrote."""
    return tokenizer.decode_batch(ids.tolist())
    # {% endif %}


# {% else %}
def encode(
    tokenizer: PreTrainedTokenizerBase, texts: list[str], max_length: int, is_target: bool = False
) -> tuple[list[list[int]], int]:
    """Token ids of each text, and how many texts reach `max_length`."""
    given = {"text_target" if is_target else "text": texts}
    ids = tokenizer(**given, truncation=True, max_length=max_length)["input_ids"]
    return ids, sum(len(row) >= max_length for row in ids)


def decode(tokenizer: PreTrainedTokenizerBase, ids: torch.Tensor) -> list[str]:
    # {% if clean.whitespace %}
    """Token ids (B, T) as clean texts."""
    texts = tokenizer.batch_decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return [text.strip() for text in texts]
    # {% else %}
    """Token ids (B, T) as texts; their white space is what the model wrote."""
    return tokenizer.batch_decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    # {% endif %}


# {% endif %}
# {% if task.names_languages %}
def language_tokens(tokenizer: PreTrainedTokenizerBase) -> dict[str, int]:
    """How a target starts: mBART's first version names its language last, all others first."""
    first, *_, last = tokenizer(text_target="")["input_ids"]
    start = {"decoder_start_token_id": last}
    return start | {"forced_bos_token_id": first} if last == tokenizer.eos_token_id else start


# {% endif %}
# {% if data.on_disk %}
# {% include "partials/tokens_key.py" %}
def tokenized(examples: Examples, tokenizer: {{ model.tokenizer_class }}, config: Config) -> Table:
    """Token ids of each source and each target, in the order of the examples."""

    def parts() -> Iterator[Part]:
        for rows in groups(zip(map(as_source, examples.texts), examples.targets, strict=True)):
            sources, targets = [source for source, _ in rows], [target for _, target in rows]
            source_ids, num_truncated = {{ task.source_call }}
            target_ids, num_cut = {{ task.target_call }}
            columns = [lists_of(source_ids), lists_of(target_ids)]
            counts = {"truncated": num_truncated, "cut": num_cut}
            yield pa.record_batch(columns, schema=TOKENS), counts

    os.environ["RAYON_NUM_THREADS"] = str(config.tokenizer_threads)
    return stored(FOLDER / config.cache_dir, tokens_key(examples, tokenizer), TOKENS, parts)


# {% endif %}
def padded(rows: list[list[int]], pad_id: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids (B, T) filled up with `pad_id`, and where they are none (B, T)."""
    lengths = torch.tensor([len(row) for row in rows])
    ids = torch.full((len(rows), int(lengths.max())), pad_id)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    return ids, torch.arange(ids.shape[1]) < lengths[:, None]


class Loader:
    """Batches of one split, sources and targets padded to the longest of the batch.

    A batch is a dictionary: `input_ids` and `attention_mask` (B, S), `target_ids` (B, T), and of
    the N tokens of targets that are no padding `positions` (N,) in the flat B * T and `labels` (N,).
    """

    def __init__(
        self,
        examples: Examples,
        tokenizer: {{ model.tokenizer_class }},
        config: Config,
        # {% if not hardware.is_cpu %}
        device: torch.device,
        # {% endif %}
    ) -> None:
        self.examples = examples
        self.tokenizer = tokenizer
        self.config = config
        # {% if not hardware.is_cpu %}
        self.device = device
        # {% endif %}
        self.pad_id = {{ task.pad_id_call }} or 0
        # {% if data.on_disk %}
        tokens = tokenized(examples, tokenizer, config)
        self.num_truncated, self.num_cut = tokens.counts["truncated"], tokens.counts["cut"]
        self.source_ids = Ragged(tokens.chunks("source_ids"))
        self.target_ids = Ragged(tokens.chunks("target_ids"))
        self.lengths = np.stack([self.target_ids.lengths, self.source_ids.lengths], axis=1)
        # Targets first: the output layer makes a token of theirs the dearer one.
        self.ranks = self.lengths @ np.array([1 << 32, 1])
        # {% else %}
        sources = [as_source(text) for text in examples.texts]
        self.source_ids, self.num_truncated = {{ task.source_call }}
        self.target_ids, self.num_cut = {{ task.target_call }}
        # Targets first: the output layer makes a token of theirs the dearer one.
        self.lengths = [
            (len(target), len(source))
            for source, target in zip(self.source_ids, self.target_ids, strict=True)
        ]
        # {% endif %}

    def __len__(self) -> int:
        """Batches an epoch."""
        return math.ceil(len(self.lengths) / self.config.batch_size)

    def length_note(self) -> str:
        """How many texts lose tokens to the limits."""
        limit, target_limit = self.config.max_length, self.config.max_target_length
        return (
            f"{self.num_truncated} of {len(self.lengths)} training sources are truncated to {limit} tokens, "
            f"and {self.num_cut} targets to {target_limit}{{ data.planned_cut }}"
        )

    # {% if data.on_disk %}
    {{ order(lengths="self.ranks") | trim | indent(4) }}
    # {% else %}
    {{ order(count="len(self.lengths)", length="self.lengths[%s]", falling="[-length for length in self.lengths[row]]") | trim | indent(4) }}
    # {% endif %}

    def sources(self, rows: {{ data.rows_of_batch }}) -> dict[str, torch.Tensor]:
        """What is read of these rows."""
        input_ids, is_token = padded([self.source_ids[row] for row in rows], self.pad_id)
        sources = {"input_ids": input_ids, "attention_mask": is_token.long()}
        # {% if hardware.is_cpu %}
        return sources
        # {% elif hardware.is_cuda %}
        return self.on_device(sources)
        # {% else %}
        return {name: tensor.to(self.device) for name, tensor in sources.items()}
        # {% endif %}

    def batch(self, rows: {{ data.rows_of_batch }}) -> dict[str, torch.Tensor]:
        """The tensors of these rows."""
        target_ids, is_token = padded([self.target_ids[row] for row in rows], self.pad_id)
        targets = {
            "target_ids": target_ids,
            "positions": is_token.flatten().nonzero()[:, 0],
            "labels": target_ids[is_token],
            # {% if task.names_languages %}
            "start_ids": torch.tensor([[self.target_ids[row][-1]] for row in rows]),
            # {% endif %}
        }
        # {% if hardware.is_cpu %}
        return self.sources(rows) | targets
        # {% elif hardware.is_cuda %}
        return self.sources(rows) | self.on_device(targets)
        # {% else %}
        return self.sources(rows) | {name: ids.to(self.device) for name, ids in targets.items()}
        # {% endif %}
    # {% if hardware.is_cuda %}

    def on_device(self, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Where the model is."""
        {{ to_device("tensors") | trim | indent(8) }}
    # {% endif %}
