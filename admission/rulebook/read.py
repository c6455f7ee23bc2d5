"""Reading a folder of TOML: what may stand in which file, and what must not stand in any."""

import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from admission.procedure.graph import Finding

LARGEST = 2**53 - 1
PROCEDURES = ("admission", "membership", "review")
REQUIRED = ("edition", "facts", "questions", "documents", "lists", "calendar", "criteria", "register", "retention")
PROCEDURE_KEYS = frozenset({"begins_in", "state", "step", "act", "deadline", "invariant"})
ANY_KEY = frozenset({"*"})
TOP_KEYS: Mapping[str, frozenset[str]] = {
    "edition": frozenset(
        {"edition", "language", "roles", "deciding_body", "outcomes", "remedy", "delivery", "no_end_between", "charter"}
    ),
    "facts": frozenset({"fact"}),
    "questions": frozenset({"section", "question"}),
    "documents": frozenset({"document"}),
    "lists": ANY_KEY,
    "calendar": frozenset({"from", "through", "days"}),
    "criteria": frozenset({"criterion"}),
    "register": frozenset({"sets", "set", "entry", "confirmation", "advice", "onboarding", "terms", "topic"}),
    "retention": frozenset({"record"}),
    **{kind: PROCEDURE_KEYS for kind in PROCEDURES},
    "texts/de": ANY_KEY,
}


@dataclass(frozen=True)
class Source:
    """The files of an edition as written, and what is wrong with them as files."""

    files: dict[str, dict[str, Any]]
    findings: list[Finding] = field(default_factory=list)


def read(folder: Path) -> Source:
    """Read all files of an edition; never raises for what stands in them."""
    files: dict[str, dict[str, Any]] = {}
    findings: list[Finding] = []
    for name in (*REQUIRED, *PROCEDURES, "texts/de"):
        path = folder / f"{name}.toml"
        if not path.is_file():
            if name not in PROCEDURES:  # an interim edition has no procedure
                findings.append(Finding(f"{name}.toml", "file.missing", f"Die Datei {name}.toml fehlt."))
            continue
        try:
            files[name] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            findings.append(Finding(f"{name}.toml", "file.unreadable", f"Kein gültiges TOML: {error}"))
    findings += _strangers(folder)
    findings += flaws(files)
    return Source(files, findings)


def flaws(files: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """Unknown keys, and values that canonical JSON must not hold."""
    found: list[Finding] = []
    for name, content in files.items():
        allowed = TOP_KEYS[name]
        if allowed is not ANY_KEY:
            for key in content:
                if key not in allowed:
                    says = f"Den Schlüssel {key} kennt {name}.toml nicht."
                    found.append(Finding(f"{name}.toml: {key}", "key.unknown", says))
        found += unfit(f"{name}.toml", content)
    return found


def unfit(place: str, value: Any) -> Iterator[Finding]:
    """Floats, dates, huge numbers, and text that is not in NFC, at any depth."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from _not_normal(f"{place}: {key}", key)
                yield from unfit(f"{place}: {key}", inner)
        case list():
            for number, inner in enumerate(value, start=1):
                yield from unfit(f"{place} {number}", inner)
        case str():
            yield from _not_normal(place, value)
        case float():
            yield Finding(place, "value.float", f"{value} ist eine Kommazahl; ganze Zahlen sind überall gleich.")
        case datetime() | date() | time():
            yield Finding(place, "value.date", f'{value} ist ein TOML-Datum; ein Tag steht als Text "JJJJ-MM-TT".')
        case bool():
            pass
        case int():
            if abs(value) > LARGEST:
                yield Finding(place, "value.too_large", f"{value} ist größer, als JSON genau sagen kann.")


def _not_normal(place: str, text: str) -> Iterator[Finding]:
    if not unicodedata.is_normalized("NFC", text):
        yield Finding(place, "text.not_nfc", f"Der Text ist nicht in der Form NFC: {text[:60]}")


def _strangers(folder: Path) -> Iterator[Finding]:
    known = {f"{name}.toml" for name in TOP_KEYS}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_translation = name.startswith("texts/") and name.endswith(".toml")
        if path.is_file() and name not in known and not is_translation:
            yield Finding(name, "file.unknown", f"Die Datei {name} gehört zu keiner Fassung.")
