"""From {{ data.source_words | doc }} to batches: read, clean, {{ data.cut_word }}group by length."""

# {% include "partials/data_head.py" %}
# Scripts without spaces between words, as the Unicode names of their letters begin.
UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "MYANMAR", "KHMER")


@dataclass(frozen=True)
class Examples:
    """One split in file order: the words of each sentence, and the tag id of each word."""

    words: {{ data.sequence }}[list[str]]
    tags: {{ data.sequence }}[list[int]]
    # {% if data.on_disk %}
    key: str = ""  # that the rows are stored under, if they are
    # {% endif %}

    def __len__(self) -> int:
        return len(self.words)

    def head(self, count: int | None) -> "Examples":
        """The first `count` sentences; all of them where there is no limit."""
        # {% if data.on_disk %}
        return Examples(self.words[:count], self.tags[:count], self.key)
        # {% else %}
        return Examples(self.words[:count], self.tags[:count])
        # {% endif %}

    # {% if data.on_disk and model.is_scratch %}
    def all_texts(self) -> Texts:
        """The words of each sentence with spaces between them."""
        return Texts(lambda: (" ".join(words) for words in self.words))

    # {% endif %}
    # {% if data.on_disk %}
    def pick(self, rows: np.ndarray) -> "Examples":
        """The sentences of these rows."""
        return Examples(picked(self.words, rows), picked(self.tags, rows), self.key and digest(self.key, rows))
    # {% elif data.cuts %}
    def pick(self, rows: list[int]) -> "Examples":
        """The sentences of these rows."""
        return Examples([self.words[row] for row in rows], [self.tags[row] for row in rows])
    # {% endif %}


# {% if data.on_disk %}
# {% from "partials/order_arrays.py" import order with context %}
# {% else %}
# {% from "partials/order.py" import order with context %}
# {% endif %}
# {% from "partials/to_device.py" import to_device with context %}
# {% from "partials/row_columns.py" import chosen, finish with context %}
# {% include "partials/clean.py" %}
@cache
def kind_of(character: str) -> str:
    """`m` joins what is before it, `w` joins its like, `1` is a word by itself, a space is none."""
    if unicodedata.category(character)[0] == "M" or character in "\u200c\u200d":
        return "m"  # accents, vowel signs, joiners
    if character.isspace():
        return " "
    is_unspaced = unicodedata.name(character, "").startswith(UNSPACED)
    return "w" if (character.isalnum() or character == "_") and not is_unspaced else "1"


def word_places(text: str) -> list[tuple[int, int]]:
    """Start and end of each word: letters and digits, or one letter without spaces, or one sign."""
    kinds = "".join(map(kind_of, text))
    return [match.span() for match in re.finditer("[wm]+|1m*", kinds)]


# {% if task.has_spans %}
def column(item: dict[str, Any], name: str) -> Any:
    """A column of a row: the words of the text, or the BIO tags that the spans give them."""
    places = word_places(item[COLUMNS[0]])
    if name == COLUMNS[0]:
        return [item[name][start:end] for start, end in places]
    if name != COLUMNS[1]:
        return str(item[name])
    tags = ["O"] * len(places)
    for first, last, kind in sorted(map(span_of, item.get(name) or [])):
        met = [i for i, (start, end) in enumerate(places) if start < last and end > first]
        for position, i in enumerate([i for i in met if tags[i] == "O"]):
            tags[i] = f"{'I' if position else 'B'}-{kind}"
    return tags


def span_of(span: Any) -> tuple[int, int, str]:
    """Start, end and type of a span as the files write it."""
    # {% for form in task.tested_span_forms %}
    if {{ form.test }}:
        return {{ form.parts }}
    # {% endfor %}
    return {{ task.last_span_parts }}


# {% endif %}
# {% include "partials/read.py" %}
# {% if task.converts_tags %}
def to_bio(tags: list[str]) -> list[str]:
    """{{ task.to_bio_doc | doc }}"""
    bio, before = [], ""
    for tag in tags:
        letter, _, kind = tag.partition("-")
        begins = {{ task.begins }} or kind != before
        bio.append(f"{'B' if begins else 'I'}-{kind}" if kind else "O")
        # {% if task.marks_ends %}
        before = "" if letter in "ESLUW" else kind
        # {% else %}
        before = kind
        # {% endif %}
    return bio


# {% endif %}
# {% if data.on_disk %}
def to_rows(table: {{ data.part_type }}, config: Config) -> pa.RecordBatch:
    """Clean words and tags of some rows."""
# {% elif data.is_hub %}
def read_examples(split: str, config: Config) -> Examples:
    """Clean words and tags of one split."""
    table = read_table(split, config)
# {% else %}
def read_examples(paths: tuple[str, ...], config: Config) -> {{ data.examples_type }}:
    """Clean words and tags of all files of one split{{ task.kept_doc }}."""
    table = pa.concat_tables([read_table(path) for path in paths])
# {% endif %}
    words = [[clean(word) for word in row or []] for row in table[COLUMNS[0]].to_pylist()]
    # {% if task.tag_names %}
    # The data holds the numbers of tags.
    names = {str(number): tag for number, tag in enumerate(config.tag_names)}
    tags = [[names.get(tag, tag) for tag in row or []] for row in table[COLUMNS[1]].to_pylist()]
    # {% else %}
    tags = [row or [] for row in table[COLUMNS[1]].to_pylist()]
    # {% endif %}
    # {% if data.on_disk and data.drop_empty %}
    # {{ data.drop_comment | doc }}
    kept = [row for row, sentence in enumerate(words) if " ".join(sentence)]
    words, tags = [words[row] for row in kept], [tags[row] for row in kept]
    # {% elif data.drops and not data.on_disk %}
    # {{ data.drop_comment | doc }}
    # {% if data.drop_duplicates %}
    first: dict[object, int] = {}
    for row in range(len(words)):
        first.setdefault((tuple(words[row]), tuple(tags[row])), row)
    # {% if data.drop_empty %}
    kept = [row for row in first.values() if " ".join(words[row])]
    # {% else %}
    kept = list(first.values())
    # {% endif %}
    # {% else %}
    kept = [row for row, sentence in enumerate(words) if " ".join(sentence)]
    # {% endif %}
    words, tags = [words[row] for row in kept], [tags[row] for row in kept]
    # {% elif data.uses_groups and not data.on_disk %}
    kept = list(range(len(words)))
    # {% endif %}
    ids = {tag: index for index, tag in enumerate(config.labels)}
    # {% if task.converts_tags %}
    tag_ids = [[ids[tag] for tag in to_bio(row)] for row in tags]
    # {% else %}
    tag_ids = [[ids[tag] for tag in row] for row in tags]
    # {% endif %}
    # {% if data.on_disk %}
    columns: dict[str, Any] = {"words": words, "tags": tag_ids}
    {{ finish() | trim | indent(4) }}


# {% if data.is_hub %}
def read_examples(split: str, config: Config) -> {{ data.examples_type }}:
    """{{ data.examples_doc | doc }}"""
    table, key = read_rows(split, config)
# {% else %}
def read_examples(paths: tuple[str, ...], config: Config) -> {{ data.examples_type }}:
    """{{ data.examples_doc | doc }}"""
    table, key = read_rows(paths, config)
# {% endif %}
    examples = Examples(table.column("words"), table.column("tags"), key)
    {{ chosen() | trim | indent(4) }}
    # {% elif data.uses_groups %}
    return Examples(words, tag_ids), kept
    # {% else %}
    return Examples(words, tag_ids)
    # {% endif %}


# {% include "partials/read_rows.py" %}
# {% include "partials/splits.py" %}
# {% include "partials/tokenizer.py" %}
# {% if data.on_disk %}
# {% include "partials/tokens_key.py" %}
def tokenized(examples: Examples, tokenizer: {{ model.tokenizer_class }}, config: Config) -> Windows:
    """The windows of all sentences, in order."""

    def parts() -> Iterator[Part]:
        first = 0
        for sentences in groups(examples.words):
            windows = cut_windows(tokenizer, sentences, config)
            columns = [
                pa.array([first + window.row for window in windows], pa.int64()),
                lists_of([window.token_ids for window in windows]),
                lists_of([window.positions for window in windows]),
                lists_of([window.words for window in windows]),
            ]
            yield pa.record_batch(columns, schema=TOKENS), {}
            first += len(sentences)

    os.environ["RAYON_NUM_THREADS"] = str(config.tokenizer_threads)
    return Windows(stored(FOLDER / config.cache_dir, tokens_key(examples, tokenizer), TOKENS, parts))


# {% endif %}
class Loader:
    """Batches of one split, padded to the longest window of the batch.

    A batch is a dictionary: `input_ids` and `attention_mask` (B, T); `positions` (L,), the tokens
    that carry a tag, counted over the whole batch (B x T); `labels` (L,), their tag ids.
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
        self.windows = tokenized(examples, tokenizer, config)
        self.token_ids = self.windows.token_ids
        # {% else %}
        self.windows = cut_windows(tokenizer, examples.words, config)
        self.token_ids = [window.token_ids for window in self.windows]
        # {% endif %}

    def __len__(self) -> int:
        """Batches an epoch."""
        return math.ceil(len(self.windows) / self.config.batch_size)

    def length_note(self) -> str:
        """How many windows the sentences need."""
        return f"{len(self.windows)} windows of {len(self.examples)} training sentences"

    {{ order() | trim | indent(4) }}

    def batch(self, rows: {{ data.rows_of_batch }}) -> dict[str, torch.Tensor]:
        """The tensors of these windows."""
        windows = [self.windows[row] for row in rows]
        num_tokens = torch.tensor([len(window.token_ids) for window in windows])
        length = int(num_tokens.max())
        input_ids = torch.full((len(rows), length), self.pad_id)
        for i, window in enumerate(windows):
            input_ids[i, : num_tokens[i]] = torch.tensor(window.token_ids)
        positions = [i * length + p for i, window in enumerate(windows) for p in window.positions]
        tags = self.examples.tags
        batch = {
            "input_ids": input_ids,
            "attention_mask": (torch.arange(length) < num_tokens[:, None]).long(),
            "positions": torch.tensor(positions),
            "labels": torch.tensor([tags[window.row][word] for window in windows for word in window.words]),
        }
        # {% if hardware.is_cpu %}
        return batch
        # {% else %}
        {{ to_device("batch") | trim | indent(8) }}
        # {% endif %}
