"""How answers are compared: SQuAD's exact match and F1 (arXiv:1606.05250, arXiv:1806.03822)."""

import re
import string
from collections import Counter


def tokens_of(text: str) -> list[str]:
    """The words that answers are compared by, as in SQuAD's official script.

    Lower case, without ASCII punctuation and English articles.
    """
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def overlap(given: list[str], accepted: list[str]) -> float:
    """F1 of the tokens in common; where one side has none, whether both have none."""
    if not given or not accepted:
        return float(given == accepted)
    common = sum((Counter(given) & Counter(accepted)).values())
    return 2 * common / (len(given) + len(accepted))


def judge(given: list[str], answers: list[str]) -> tuple[float, float]:
    """Exact match and F1 against the accepted answer that fits best."""
    accepted = [tokens for answer in answers if (tokens := tokens_of(answer))] or [[]]
    return float(given in accepted), max(overlap(given, tokens) for tokens in accepted)
