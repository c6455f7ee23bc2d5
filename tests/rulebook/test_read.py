import shutil
from pathlib import Path

import pytest

from admission.rulebook.read import read
from tests.rulebook.edition import FOLDER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "2026-1"))


def found(folder: Path) -> set[tuple[str, str]]:
    return {(finding.place, finding.code) for finding in read(folder).findings}


def add(folder: Path, file: str, text: str) -> None:
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8") + "\n" + text + "\n", encoding="utf-8")


def prepend(folder: Path, file: str, text: str) -> None:
    path = folder / file
    path.write_text(text + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")


def test_the_edition_reads_without_findings(folder):
    assert read(folder).findings == []


@pytest.mark.parametrize(
    ("line", "place", "code"),
    [
        ("surprise = 1", "edition.toml: surprise", "key.unknown"),
        ("share = 0.5", "edition.toml: share", "value.float"),
        ("from_day = 2026-03-01", "edition.toml: from_day", "value.date"),
        ("at = 2026-03-01T10:00:00Z", "edition.toml: at", "value.date"),
        ("noon = 12:00:00", "edition.toml: noon", "value.date"),
        ("huge = 9007199254740992", "edition.toml: huge", "value.too_large"),
        ('name = "Mu\u0308ller"', "edition.toml: name", "text.not_nfc"),
        ('["Mu\u0308ller"]', "edition.toml: Mu\u0308ller", "text.not_nfc"),
        ("deep = [{ inner = [1, 1.5] }]", "edition.toml: deep 1: inner 2", "value.float"),
    ],
)
def test_what_canonical_json_must_not_hold_is_found(folder, line, place, code):
    if line.startswith("["):
        add(folder, "edition.toml", line)
    else:
        prepend(folder, "edition.toml", line)

    assert (place, code) in found(folder)


def test_a_missing_file_is_found_but_an_interim_edition_has_no_procedure(folder):
    for name in ("facts", "admission", "membership"):
        (folder / f"{name}.toml").unlink()

    assert found(folder) == {("facts.toml", "file.missing")}


def test_a_broken_file_is_found(folder):
    add(folder, "facts.toml", "[fact.")

    assert found(folder) == {("facts.toml", "file.unreadable")}


def test_a_stranger_in_the_folder_is_found(folder):
    (folder / "notes.toml").write_text("")
    (folder / "texts" / "tr.toml").write_text('of = ""')

    assert found(folder) == {("notes.toml", "file.unknown")}
