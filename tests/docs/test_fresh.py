"""The generated pages say what the code says."""

from __future__ import annotations

import re

import pytest

from docs.generate import ROOT, pages
from specc.language.spec import Spec
from tests.golden.gallery import compiled

PAGES = pages()


def test_there_are_pages() -> None:
    assert len(PAGES) == 3


@pytest.mark.parametrize("path", PAGES)
def test_page_is_fresh(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == PAGES[path], "run `make docs`"


def test_every_key_is_explained() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \| (.*) \|$", PAGES["docs/language.md"], re.M)
    assert len(rows) > 100
    assert [name for name, *_, meaning in rows if not meaning.strip()] == ["kind"] * sum(
        1 for name, *_, meaning in rows if name == "kind"
    )
    assert set(Spec.model_fields) <= {name for name, *_ in rows}


def test_what_the_readme_shows_is_what_is_generated() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    excerpt = re.search(r"<!-- excerpt: (\S+) -->\n```python\n(.*?)```", readme, re.S)
    assert excerpt, "the README shows an excerpt of a generated train.py"
    assert excerpt[2] in (ROOT / excerpt[1]).read_text(encoding="utf-8")


def test_the_plan_in_the_readme_is_that_of_the_quickstart() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("$ specc plan specs/quickstart.yaml\n")[2].partition("```")[0]
    lines = [re.split(r"  +", line) for line in shown.strip().splitlines()]
    assert len(lines) == 9
    entries = compiled("quickstart")[0].entries
    for key, value, origin, reason in lines:
        found = [e for e in entries if e.key.endswith(f".{key}")]
        assert [(str(e.value), e.origin) for e in found] == [(value, origin)], key
        assert found[0].reason.startswith(reason), key
