"""Folders of class folders: a text a file, its label the name of its folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from specc.data.encoding import EncodingSource, find_encoding
from specc.data.facts import DataFile
from specc.data.findings import FileProblem
from specc.data.paths import TABLES
from specc.diagnostics.rules import data_files as rules
from specc.language.data import DataFields


def class_folders(path: Path) -> dict[str, list[Path]]:
    """The .txt files of each folder in `path`, both in alphabetical order."""
    folders = {
        folder.name: sorted(folder.glob("[!.]*.txt"))
        for folder in sorted(path.iterdir())
        if folder.is_dir() and not folder.name.startswith(".")
    }
    return {name: files for name, files in folders.items() if files}


def open_folder(
    name: str, path: Path, data: DataFields, asked: Sequence[str], reads_texts: bool
) -> DataFile:
    """`reads_texts`: the task reads text files as they are."""
    classes = class_folders(path)
    if not classes:
        tables = sorted(p for p in path.iterdir() if p.suffix.lower() in {*TABLES, ".txt"})
        raise FileProblem(
            rules.FOLDER_WITHOUT_CLASSES,
            f"`{name}` is a folder without class folders: none of its folders holds a .txt file",
            f"write `{Path(name).as_posix()}/*{tables[0].suffix}` for the files in it"
            if tables
            else "make a folder for each class, and in it a .txt file for each text",
        )
    if len(asked) != 2:
        raise FileProblem(
            rules.UNSUITABLE_TYPE,
            f"`{name}` is a folder of class folders, which hold one text and one label",
            f"write `{Path(name).as_posix()}/**/*.txt` for the texts in it"
            if reads_texts
            else "give one `text` and one `label` column, and no `split.group`",
        )
    files = [file for group in classes.values() for file in group]
    size = sum(file.stat().st_size for file in files)
    encoding, source = _common_encoding(name, files, data.encoding)
    return DataFile(name, path, "text-folders", size, encoding, source, columns=tuple(asked))


def _common_encoding(
    name: str, files: Sequence[Path], declared: str | None
) -> tuple[str, EncodingSource]:
    """The one encoding that reads all files of a folder.

    Raises:
        FileProblem: if they are in different ones.
    """
    first: dict[str, tuple[Path, EncodingSource]] = {}
    for file in files:
        shown_name = f"{name}/{file.parent.name}/{file.name}"
        encoding, source = find_encoding(file, shown_name, declared)
        if source == "utf-8" and file.read_bytes().isascii():
            continue  # nearly every encoding reads it alike; those that do not, below
        first.setdefault(encoding, (file, source))
    if not first:
        return "utf-8-sig", "utf-8"
    if first.keys() == {"utf-8", "utf-8-sig"}:
        del first["utf-8"]  # the other one reads these as well
    encoding, (_, source) = next(iter(first.items()))
    if encoding.startswith(("utf-16", "utf-32")) and not declared:
        plain = next((f for f in files if find_encoding(f, name, None)[0] == "utf-8"), None)
        first |= {"utf-8": (plain, "utf-8")} if plain else {}
    if len(first) > 1:
        (one, (this, _)), (two, (that, _)) = list(first.items())[:2]
        names = [f"`{f.parent.name}/{f.name}`" for f in (this, that)]
        raise FileProblem(
            rules.WRONG_ENCODING,
            f"the files of `{name}` are in different encodings: {names[0]} looks like "
            f"{one.removesuffix('-sig')}, and {names[1]} like {two.removesuffix('-sig')}",
            "save them all as UTF-8, or write the `encoding` that they all are in",
        )
    if encoding.startswith("utf-8") and not declared:
        return "utf-8-sig", "utf-8"
    return encoding, source
