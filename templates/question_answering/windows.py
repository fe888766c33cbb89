"""A question and its context as tokens, in windows that overlap where the context is long."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from tokenizers import Encoding, Tokenizer

from config import Config
from store import Ragged, Table

ENCODED_AT_ONCE = 1000  # questions; encodings take far more memory than what is kept of them


@dataclass(frozen=True)
class Window:
    """A question and a part of its context, as tokens."""

    row: int  # of the question
    ids: {{ data.ids_type }}
    # {% if model.uses_type_ids %}
    type_ids: {{ data.ids_type }}
    # {% endif %}
    first: int  # position of the first token of the context
    offsets: np.ndarray  # (tokens of the context, 2): characters of the context
    labels: tuple[int, int]  # positions of the answer's first and last token; 0: not here


# {% if data.on_disk %}
class Windows(Sequence[Window]):
    """Windows that lie in a mapped file."""

    def __init__(self, table: Table) -> None:
        self.rows, self.firsts = table.numbers("rows"), table.numbers("firsts")
        self.token_ids = Ragged(table.chunks("token_ids"))
        # {% if model.uses_type_ids %}
        self.type_ids = Ragged(table.chunks("type_ids"))
        # {% endif %}
        self.offsets, self.labels = Ragged(table.chunks("offsets")), Ragged(table.chunks("labels"))

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: Any) -> Any:
        return Window(
            int(self.rows[i]),
            self.token_ids[i],
            # {% if model.uses_type_ids %}
            self.type_ids[i],
            # {% endif %}
            int(self.firsts[i]),
            self.offsets[i].reshape(-1, 2),
            tuple(self.labels[i].tolist()),
        )


# {% endif %}
def to_windows(
    tokenizer: Tokenizer,
    questions: list[str],
    contexts: list[str],
    spans: list[tuple[int, int]],
    config: Config,
) -> tuple[list[Window], int]:
    """Every question with each part of its context, and how many questions were cut."""
    # {% if not model.tokenizer_file %}
    tokenizer.no_padding()
    # {% endif %}
    windows: list[Window] = []
    num_cut = 0
    limit = config.max_question_length
    for begin in range(0, len(questions), ENCODED_AT_ONCE):
        part = slice(begin, begin + ENCODED_AT_ONCE)
        tokenizer.no_truncation()
        asked = questions[part]
        for i, encoding in enumerate(tokenizer.encode_batch(asked, add_special_tokens=False)):
            if len(encoding) > limit:
                num_cut += 1
                asked[i] = asked[i][: encoding.offsets[limit - 1][1]]
        tokenizer.enable_truncation(config.max_length, stride=config.stride, strategy="only_second")
        pairs = list(zip(asked, contexts[part], strict=True))
        for row, encoding in enumerate(tokenizer.encode_batch(pairs), start=begin):
            for window in (encoding, *encoding.overflowing):
                # {% if task.offsets_hold_spaces %}
                windows.append(to_window(row, window, spans[row], contexts[row]))
                # {% else %}
                windows.append(to_window(row, window, spans[row]))
                # {% endif %}
    return windows, num_cut


def to_window(
    row: int,
    encoding: Encoding,
    span: tuple[int, int],
    # {% if task.offsets_hold_spaces %}
    context: str,
    # {% endif %}
) -> Window:
    """What is needed of an encoding; `span` are the characters of the answer, (0, 0) for none."""
    inside = [i for i, sequence in enumerate(encoding.sequence_ids) if sequence == 1]
    first = inside[0] if inside else 0
    offsets = np.array(encoding.offsets, dtype=np.int32)[first : first + len(inside)]
    # {% if task.offsets_hold_spaces %}
    # A token may begin with the space before its word, which is no part of an answer.
    offsets[:, 0] += np.array([context[start : start + 1].isspace() for start in offsets[:, 0]], bool)
    # {% endif %}
    (start, end), labels = span, (0, 0)
    if end and inside and offsets[0, 0] <= start and end <= offsets[-1, 1]:
        head = int(np.searchsorted(offsets[:, 1], start, side="right"))
        tail = int(np.searchsorted(offsets[:, 0], end, side="left")) - 1
        labels = (first + head, first + max(head, tail))
    return Window(
        row,
        encoding.ids,
        # {% if model.uses_type_ids %}
        encoding.type_ids,
        # {% endif %}
        first,
        offsets,
        labels,
    )
