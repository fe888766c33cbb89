"""Following a file that grows, is cut, or is replaced."""

from __future__ import annotations

from pathlib import Path

from specc.run.follow import Follower


def kinds(follower: Follower) -> list[str]:
    return [event.kind for event in follower.read().events]


def line(kind: str, note: str = "") -> str:
    return f'{{"event": "{kind}", "note": "{note}"}}\n'


def test_lines_are_read_once_and_only_when_whole(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    follower = Follower(path, is_resumed=False)
    assert kinds(follower) == []
    path.write_text(line("start") + line("train")[:9])
    assert kinds(follower) == ["start"]
    with path.open("a") as file:
        file.write(line("train")[9:] + line("eval"))
    assert kinds(follower) == ["train", "eval"]
    assert kinds(follower) == []


def test_lines_that_are_no_objects_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    follower = Follower(path, is_resumed=False)
    path.write_bytes(b"[1]\n\xff\n\n" + line("train").encode())
    assert kinds(follower) == ["train"]


def test_a_cut_starts_again(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text(line("start") + line("train") + line("eval"))
    follower = Follower(path, is_resumed=True)
    news = follower.read()
    assert [event.is_past for event in news.events] == [True, True, True]
    path.write_text(line("start") + line("train"))
    news = follower.read()
    assert news.is_rewritten
    assert [(e.kind, e.is_past) for e in news.events] == [("start", True), ("train", True)]
    with path.open("a") as file:
        file.write(line("eval"))
    assert [(e.kind, e.is_past) for e in follower.read().events] == [("eval", False)]


def test_a_cut_hidden_by_new_lines_is_found(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text(line("start") + line("train", "old"))
    follower = Follower(path, is_resumed=True)
    follower.read()
    path.write_text(line("start") + line("train", "new") + line("eval"))
    news = follower.read()
    assert news.is_rewritten
    assert [(e.kind, e.is_past) for e in news.events] == [
        ("start", True),
        ("train", False),
        ("eval", False),
    ]


def test_a_fresh_run_ignores_the_file_of_the_run_before_until_it_is_replaced(
    tmp_path: Path,
) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text(line("start", "old") + line("end"))
    follower = Follower(path, is_resumed=False)
    assert kinds(follower) == []
    path.unlink()
    assert kinds(follower) == []
    path.write_text(line("start", "new"))
    assert kinds(follower) == ["start"]
