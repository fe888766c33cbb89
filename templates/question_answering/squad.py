"""How answers are compared: SQuAD's exact match and F1 (arXiv:1606.05250, arXiv:1806.03822)."""

import re
import string
import unicodedata
from collections import Counter

# {% if task.by_character %}
# Scripts without spaces between words, as the Unicode names of their letters begin.
UNSPACED = {{ task.unspaced | py }}
# {% endif %}


def tokens_of(text: str) -> list[str]:
    # {% if task.by_character %}
    """What answers are compared by: letters of scripts without spaces, else words.

    Lower case, without punctuation and English articles, as in SQuAD's official script; the cut
    into characters is that of CMRC 2018 (arXiv:1810.07366).
    """
    text = "".join(c for c in text.lower() if unicodedata.category(c)[0] != "P")
    text = "".join(f" {c} " if unicodedata.name(c, "").startswith(UNSPACED) else c for c in text)
    # {% else %}
    """The words that answers are compared by, as in SQuAD's official script.

    Lower case, without ASCII punctuation and English articles.
    """
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    # {% endif %}
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
