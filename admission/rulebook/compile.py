"""Compiling: from the files as written to the one canonical form that is hashed, published and executed (FORMATS 1)."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import rfc8785

from admission.procedure.graph import Finding
from admission.procedure.guards import GUARDS, frozen
from admission.rulebook.read import PROCEDURES, Source, read

FORMAT = 1
NOT_SETTINGS = ("edition", "language", "roles")


class Unreadable(ValueError):
    """The files cannot be compiled; `findings` say why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(f"{finding.place}: {finding.says}" for finding in findings))
        self.findings = tuple(findings)


def compile_folder(folder: Path) -> bytes:
    """The bytes whose SHA-256 is the edition's identity; raises `Unreadable`.

    It says nothing on whether the rules are sound: `check` does.
    """
    source = read(folder)
    if source.findings:
        raise Unreadable(source.findings)
    return canonical(compile_source(source))


def canonical(compiled: Mapping[str, Any]) -> bytes:
    """RFC 8785 bytes."""
    return bytes(rfc8785.dumps(dict(compiled)))


def compile_source(source: Source) -> dict[str, Any]:
    """The compiled form as a dictionary; a missing file reads as an empty one."""
    file = {name: source.files.get(name, {}) for name in (*_FILES, *PROCEDURES)}
    edition = file["edition"]
    procedures = {kind: _procedure(file[kind]) for kind in PROCEDURES if kind in source.files}
    texts = dict(flat(source.files.get("texts/de", {})))
    return {
        "format": FORMAT,
        "edition": edition.get("edition", ""),
        "language": edition.get("language", ""),
        "roles": edition.get("roles", []),
        "settings": {name: value for name, value in edition.items() if name not in NOT_SETTINGS},
        "facts": {name: _fact(fact) for name, fact in file["facts"].get("fact", {}).items()},
        "sections": file["questions"].get("section", []),
        "questions": file["questions"].get("question", []),
        "documents": file["documents"].get("document", {}),
        "lists": dict(file["lists"]),
        "calendar": dict(file["calendar"]),
        "criteria": [_criterion(code, values) for code, values in file["criteria"].get("criterion", {}).items()],
        "procedures": procedures,
        "register": dict(file["register"]),
        "retention": dict(file["retention"].get("record", {})),
        "guards": guards_of(procedures),
        "letters": _letters(texts),
        "texts": texts,
    }


_FILES = ("edition", "facts", "questions", "documents", "lists", "calendar", "criteria", "register", "retention")


def guards_of(procedures: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The guards that an edition uses, with what they read, say, and their frozen rows; unknown names are left out."""
    names = {name for procedure in procedures.values() for name in _needed(procedure)}
    return {
        name: {"reads": list(GUARDS[name].reads), "says": list(GUARDS[name].says), "examples": frozen(name)}
        for name in sorted(names & set(GUARDS))
    }


def flat(texts: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested tables as dotted keys."""
    for key, value in texts.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _needed(procedure: Mapping[str, Any]) -> Iterator[str]:
    for rule in (*procedure["steps"], *procedure["acts"].values(), *procedure["invariants"]):
        yield from rule.get("needs", ())


def _fact(fact: Mapping[str, Any]) -> dict[str, Any]:
    """Private unless said otherwise; the order of options, which sorted keys would lose."""
    order = {"order": list(fact["options"])} if "options" in fact else {}
    return {"private": True, **fact, **order}


def _criterion(code: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """`way` is what a person writes, `ways` what a list of them is; without ways a person judges."""
    rest = {name: value for name, value in values.items() if name != "way"}
    ways = list(values.get("way", ()))
    return {"judged_by": "rule" if ways else "person", **rest, "code": code, "ways": ways}


def _procedure(file: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "begins_in": file.get("begins_in", []),
        "states": file.get("state", {}),
        "steps": file.get("step", []),
        "acts": file.get("act", {}),
        "deadlines": file.get("deadline", {}),
        "invariants": file.get("invariant", []),
    }


def _letters(texts: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of each letter in the order in which they are written: `letter.refusal.title` and so on."""
    letters: dict[str, dict[str, list[str]]] = {}
    for key in texts:
        if key.startswith("letter.") and key.count(".") >= 2:
            _, name, part = key.split(".", 2)
            letters.setdefault(name, {"parts": []})["parts"].append(part)
    return letters
