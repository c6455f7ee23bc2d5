"""An edition for another city: the same rules and texts, with the city's own postcodes, court and deciding body."""

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

TRANSIENT = shutil.ignore_patterns(".*", "__pycache__")


def lay(source: Path, target: Path, *, postcodes: Sequence[str], court: str, deciding_body: str) -> None:
    """Copy the folder of an edition and put the city's own in the place of the fictional city's.

    What is empty stays empty, so that `flask rulebook check` names it. Raises `FileExistsError` if the target is there:
    an edition that somebody works on is never overwritten.
    """
    shutil.copytree(source, target, ignore=TRANSIENT)
    _put(target / "lists.toml", "city_postcodes", list(postcodes))
    _put(target / "edition.toml", "court", court)
    if deciding_body:
        _put(target / "edition.toml", "deciding_body", deciding_body)


def _put(file: Path, name: str, value: str | list[str]) -> None:
    """Give a name a new value, in the file as a person wrote it; comments that speak of the command go."""
    before = file.read_text(encoding="utf-8")
    said = re.sub(r" [^.#\n]*; `flask city init`[^\n]*| `flask city init`[^\n]*", "", before)
    # a JSON string or list of strings is a TOML one, too
    line = f"{name} = {json.dumps(value, ensure_ascii=False)}"
    after, found = re.subn(rf"^{name} = (?:\[.*?\]|\".*?\")$", lambda _: line, said, count=1, flags=re.M | re.S)
    if not found:
        raise ValueError(f"{file.name} has no {name}")
    file.write_text(after, encoding="utf-8")
