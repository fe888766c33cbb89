"""A question and its context as tokens, in windows that overlap where the context is long."""

from dataclasses import dataclass

import numpy as np
from tokenizers import Encoding, Tokenizer

from config import Config

ENCODED_AT_ONCE = 1000  # questions; encodings take far more memory than what is kept of them


@dataclass(frozen=True)
class Window:
    """A question and a part of its context, as tokens."""

    row: int  # of the question
    ids: list[int]
    type_ids: list[int]
    first: int  # position of the first token of the context
    offsets: np.ndarray  # (tokens of the context, 2): characters of the context
    labels: tuple[int, int]  # positions of the answer's first and last token; 0: not here


def to_windows(
    tokenizer: Tokenizer,
    questions: list[str],
    contexts: list[str],
    spans: list[tuple[int, int]],
    config: Config,
) -> tuple[list[Window], int]:
    """Every question with each part of its context, and how many questions were cut."""
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
                windows.append(to_window(row, window, spans[row]))
    return windows, num_cut


def to_window(row: int, encoding: Encoding, span: tuple[int, int]) -> Window:
    """What is needed of an encoding; `span` are the characters of the answer, (0, 0) for none."""
    inside = [i for i, sequence in enumerate(encoding.sequence_ids) if sequence == 1]
    first = inside[0] if inside else 0
    offsets = np.array(encoding.offsets, dtype=np.int32)[first : first + len(inside)]
    (start, end), labels = span, (0, 0)
    if end and inside and offsets[0, 0] <= start and end <= offsets[-1, 1]:
        head = int(np.searchsorted(offsets[:, 1], start, side="right"))
        tail = int(np.searchsorted(offsets[:, 0], end, side="left")) - 1
        labels = (first + head, first + max(head, tail))
    return Window(row, encoding.ids, encoding.type_ids, first, offsets, labels)
