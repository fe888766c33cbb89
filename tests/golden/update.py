"""Writes generated/: the compiled gallery, without anything that is no longer made."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.golden.gallery import GENERATED, SPECS, committed, compiled, tree, write_tree


def update(generated: Path = GENERATED) -> None:
    """Brings `generated` to what the compiler gives now; what runs left there stays."""
    for name in SPECS:
        files, folder = tree(compiled(name)[1]), generated / name
        for stale in committed(folder).keys() - files.keys():
            (folder / stale).unlink()
        write_tree(files, folder)
        for path in sorted(folder.rglob("*"), reverse=True):
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()
    for path in generated.iterdir():
        if path.is_dir() and path.name not in SPECS:
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()


if __name__ == "__main__":
    update()
    print(f"{len(SPECS)} projects in {GENERATED.name}/")
