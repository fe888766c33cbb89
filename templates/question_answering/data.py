"""From {{ data.source_words | doc }} to batches: read, clean, {{ data.cut_word }}cut into windows, group by length."""

# {% include "partials/data_head.py" %}


@dataclass(frozen=True)
class Examples:
    """One split in file order."""

    questions: {{ data.sequence }}[str]
    contexts: {{ data.sequence }}[str]
    answers: {{ data.sequence }}[list[str]]  # those that are accepted; empty: the context holds none
    spans: {{ data.sequence }}[tuple[int, int]]  # characters of the answer to learn, (0, 0) for none
    # {% if data.on_disk %}
    key: str = ""  # that the rows are stored under, if they are
    # {% endif %}

    def __len__(self) -> int:
        return len(self.questions)

    def head(self, count: int | None) -> "Examples":
        """The first `count` examples; all of them where there is no limit."""
        # {% if data.on_disk %}
        questions, contexts = self.questions[:count], self.contexts[:count]
        return Examples(questions, contexts, self.answers[:count], self.spans[:count], self.key)
        # {% else %}
        return self.pick(list(range(len(self)))[:count])
        # {% endif %}

    # {% if data.on_disk and model.is_scratch %}
    def all_texts(self) -> Texts:
        """Questions and contexts, each context once."""
        return Texts(lambda: chain(self.questions, distinct(self.contexts)))

    # {% endif %}
    # {% if data.on_disk %}
    def pick(self, rows: np.ndarray) -> "Examples":
        """The examples of these rows."""
        return Examples(
            picked(self.questions, rows),
            picked(self.contexts, rows),
            picked(self.answers, rows),
            picked(self.spans, rows),
            self.key and digest(self.key, rows),
        )
    # {% else %}
    def pick(self, rows: list[int]) -> "Examples":
        """The examples of these rows."""
        columns: tuple[list[Any], ...] = (self.questions, self.contexts, self.answers, self.spans)
        return Examples(*([column[row] for row in rows] for column in columns))
    # {% endif %}


# {% include "partials/clean.py" %}
# {% if data.on_disk %}
# {% from "partials/order_arrays.py" import order with context %}
# {% else %}
# {% from "partials/order.py" import order with context %}
# {% endif %}
# {% from "partials/to_device.py" import to_device with context %}
# {% include "partials/read.py" %}
# {% include "question_answering/examples.py" %}
# {% include "partials/read_rows.py" %}
# {% include "partials/splits.py" %}
# {% include "partials/tokenizer.py" %}
# {% if data.on_disk %}
# {% include "partials/tokens_key.py" %}
def tokenized(examples: Examples, tokenizer: {{ model.tokenizer_class }}, config: Config) -> tuple[Windows, int]:
    """The windows of all questions, in order, and how many questions were cut."""

    def parts() -> Iterator[Part]:
        first = 0
        rows = zip(examples.questions, examples.contexts, examples.spans, strict=True)
        for group in groups(rows, lambda row: len(row[0]) + len(row[1])):
            asked, contexts, spans = map(list, zip(*group, strict=True))
            windows, num_cut = to_windows({{ task.tokenizer }}, asked, contexts, spans, config)
            columns = [
                pa.array([first + window.row for window in windows], pa.int64()),
                lists_of([window.ids for window in windows]),
                # {% if model.uses_type_ids %}
                lists_of([window.type_ids for window in windows]),
                # {% endif %}
                pa.array([window.first for window in windows], pa.int32()),
                lists_of([window.offsets.ravel() for window in windows]),
                lists_of([window.labels for window in windows]),
            ]
            yield pa.record_batch(columns, schema=TOKENS), {"cut": num_cut}
            first += len(group)

    os.environ["RAYON_NUM_THREADS"] = str(config.tokenizer_threads)
    table = stored(FOLDER / config.cache_dir, tokens_key(examples, tokenizer), TOKENS, parts)
    return Windows(table), table.counts["cut"]


# {% endif %}
class Loader:
    """Batches of the windows of one split, padded to the longest of the batch.

    A batch is a dictionary: `input_ids` and `attention_mask` (B, T), `is_candidate` (B, T) where
    an answer may start or end (the context, and the first token for no answer), `labels` (B, 2).
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
        self.config = config
        # {% if not hardware.is_cpu %}
        self.device = device
        # {% endif %}
        self.pad_id = {{ model.pad_id_call }} or 0
        # {% if data.on_disk %}
        self.windows, self.num_cut = tokenized(examples, tokenizer, config)
        self.token_ids = self.windows.token_ids
        # {% else %}
        self.windows, self.num_cut = to_windows(
            {{ task.tokenizer }}, examples.questions, examples.contexts, examples.spans, config
        )
        self.token_ids = [window.ids for window in self.windows]
        # {% endif %}

    def __len__(self) -> int:
        """Batches an epoch."""
        return math.ceil(len(self.token_ids) / self.config.batch_size)

    def length_note(self) -> str:
        """How many windows the questions become, and what is not read."""
        return (
            f"{len(self.examples)} training questions in {len(self.windows)} windows; "
            f"{self.num_cut} questions are cut at {self.config.max_question_length} tokens"
        )

    {{ order() | trim | indent(4) }}

    def batch(self, rows: {{ data.rows_of_batch }}) -> dict[str, torch.Tensor]:
        """The tensors of these windows."""
        windows = [self.windows[row] for row in rows]
        num_tokens = torch.tensor([len(window.ids) for window in windows])
        length = int(num_tokens.max())
        input_ids = torch.full((len(rows), length), self.pad_id)
        # {% if model.uses_type_ids %}
        token_type_ids = torch.zeros_like(input_ids)
        # {% endif %}
        is_candidate = torch.zeros(len(rows), length, dtype=torch.bool)
        is_candidate[:, 0] = True
        for i, window in enumerate(windows):
            input_ids[i, : num_tokens[i]] = torch.tensor(window.ids)
            # {% if model.uses_type_ids %}
            token_type_ids[i, : num_tokens[i]] = torch.tensor(window.type_ids)
            # {% endif %}
            is_candidate[i, window.first : window.first + len(window.offsets)] = True
        batch = {
            "input_ids": input_ids,
            "attention_mask": (torch.arange(length) < num_tokens[:, None]).long(),
            # {% if model.uses_type_ids %}
            "token_type_ids": token_type_ids,
            # {% endif %}
            "is_candidate": is_candidate,
            "labels": torch.tensor([window.labels for window in windows]),
        }
        # {% if hardware.is_cpu %}
        return batch
        # {% else %}
        {{ to_device("batch") | trim | indent(8) }}
        # {% endif %}
