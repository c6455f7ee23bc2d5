"""Reading an edition's folder: TOML in NFC, without floats and dates, as plain values in the order written."""

import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

PARTS = (
    "edition", "facts", "questions", "documents", "lists", "calendar", "criteria", "admission", "membership", "review",
    "register", "retention",
)  # fmt: skip
PROCEDURES = ("admission", "membership", "review")
OPTIONAL = frozenset(PROCEDURES)
GERMAN = "texts/de"


@dataclass(frozen=True)
class Finding:
    """Something about an edition that must be mended: the place, a short code, and a sentence."""

    place: str
    code: str
    says: str


class UnfitEdition(Exception):
    """The folder is no edition; `findings` says everything that is wrong."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(f"{finding.place}: {finding.says}" for finding in findings))
        self.findings = findings


def read_folder(folder: Path) -> dict[str, Any]:
    """Part -> values, with `texts/de`; an interim edition has no procedures. Raises `UnfitEdition`."""
    findings: list[Finding] = []
    parts: dict[str, Any] = {}
    for part in (*PARTS, GERMAN):
        file = folder / f"{part}.toml"
        if file.is_file():
            parts[part] = read_file(file, part, findings)
        elif part not in OPTIONAL:
            findings.append(Finding(f"{part}.toml", "file.missing", "Diese Datei fehlt."))
    if findings:
        raise UnfitEdition(findings)
    return parts


def read_file(file: Path, place: str, findings: list[Finding]) -> dict[str, Any]:
    """One TOML file; what does not fit the format is added to `findings`."""
    text = file.read_text(encoding="utf-8")
    if unicodedata.normalize("NFC", text) != text:
        findings.append(Finding(place, "text.not_nfc", "Der Text ist nicht in der Normalform NFC gespeichert."))
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        findings.append(Finding(place, "toml.broken", f"Das ist kein gültiges TOML: {error}"))
        return {}
    for path, value in _walk(values, place):
        if isinstance(value, float):
            findings.append(Finding(path, "value.float", "Kommazahlen sind nicht erlaubt."))
        elif isinstance(value, date | time):
            findings.append(Finding(path, "value.date", "Schreiben Sie Tage in Anführungszeichen."))
    return values


def flat(values: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """Nested tables of texts as one table: `[step.refuse] done` becomes `step.refuse.done`."""
    found: dict[str, str] = {}
    for name, value in values.items():
        key = f"{before}.{name}" if before else name
        if isinstance(value, Mapping):
            found |= flat(value, key)
        else:
            found[key] = value
    return found


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, value
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _walk(item, f"{path}.{name}")
    elif isinstance(value, list):
        for at, item in enumerate(value, start=1):
            yield from _walk(item, f"{path}[{at}]")
