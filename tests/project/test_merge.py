"""Three-way merge: its laws as properties, its conflicts as exact text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specc.project.merge import has_conflict_markers, merge3

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "\n", "x = 1\n", "\f\n"]), max_size=8)
TEXT = st.builds(lambda lines, tail: "".join(lines) + tail, LINES, st.sampled_from(["", "end"]))


@given(TEXT, TEXT)
def test_the_only_change_is_taken(base: str, changed: str) -> None:
    assert merge3(base, base, changed).text == changed
    assert merge3(base, changed, base).text == changed
    assert merge3(base, base, changed).num_conflicts == 0


@given(TEXT, TEXT)
def test_equal_changes_are_taken_once(base: str, changed: str) -> None:
    merge = merge3(base, changed, changed)
    assert (merge.text, merge.num_conflicts) == (changed, 0)


@given(TEXT, TEXT, TEXT)
def test_a_merge_is_clean_or_marked(base: str, mine: str, theirs: str) -> None:
    merge = merge3(base, mine, theirs)
    assert has_conflict_markers(merge.text) == (merge.num_conflicts > 0)


@given(st.lists(st.text("abc", min_size=1), min_size=3, max_size=12, unique=True), st.data())
def test_changes_of_different_places_are_both_taken(words: list[str], data: st.DataObject) -> None:
    mine_at = data.draw(st.integers(0, len(words) - 3))
    theirs_at = data.draw(st.integers(mine_at + 2, len(words) - 1))
    mine, theirs, both = list(words), list(words), list(words)
    mine[mine_at] = both[mine_at] = "MINE"
    theirs[theirs_at] = both[theirs_at] = "THEIRS"
    merge = merge3("\n".join(words), "\n".join(mine), "\n".join(theirs))
    assert (merge.text, merge.num_conflicts) == ("\n".join(both), 0)


def test_different_changes_of_one_line_are_marked() -> None:
    merge = merge3("a\nlr = 1\nz\n", "a\nlr = 2\nz\n", "a\nlr = 3\nz\n")
    assert merge.num_conflicts == 1
    assert merge.text == (
        "a\n<<<<<<< yours\nlr = 2\n||||||| generated before\nlr = 1\n"
        "=======\nlr = 3\n>>>>>>> newly generated\nz\n"
    )


def test_what_both_sides_share_stays_outside_of_the_markers() -> None:
    merge = merge3("a\n", "new\nmine\nend\n", "new\ntheirs\nend\n")
    assert merge.text == (
        "new\n<<<<<<< yours\nmine\n||||||| generated before\na\n"
        "=======\ntheirs\n>>>>>>> newly generated\nend\n"
    )


def test_a_conflict_on_a_last_line_without_end_keeps_markers_on_their_own_lines() -> None:
    merge = merge3("a", "b", "c")
    assert merge.text.splitlines() == [
        "<<<<<<< yours",
        "b",
        "||||||| generated before",
        "a",
        "=======",
        "c",
        ">>>>>>> newly generated",
    ]


def test_a_file_turned_to_crlf_is_merged_and_stays_crlf() -> None:
    merge = merge3("a\nb\nc\nd\n", "a\r\nB\r\nc\r\nd\r\n", "a\nb\nc\nD\n")
    assert (merge.text, merge.num_conflicts) == ("a\r\nB\r\nc\r\nD\r\n", 0)


def test_a_missing_last_newline_survives() -> None:
    assert merge3("a\nb\nc", "A\nb\nc", "a\nb\nc").text == "A\nb\nc"
    assert merge3("a\nb\nc\n", "a\nb\nc", "A\nb\nc\n").text == "A\nb\nc"
