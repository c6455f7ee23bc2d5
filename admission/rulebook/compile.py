"""From an edition's folder to the bytes that are published, hashed and executed (FORMATS 1)."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import rfc8785

from admission.procedure.guards import GUARDS, frozen
from admission.rulebook.read import GERMAN, PROCEDURES, Finding, UnfitEdition, flat, read_file, read_folder

FORMAT = 1
NOT_SETTINGS = ("edition", "language", "roles")


def compile_folder(folder: Path) -> bytes:
    """The RFC 8785 bytes of an edition; raises `UnfitEdition` for what cannot even be read."""
    return compile_parts(read_folder(folder))


def compile_parts(parts: Mapping[str, Any]) -> bytes:
    """The RFC 8785 bytes of what `read_folder` read; lists are inlined, guards carry what they read and their examples."""
    edition = parts["edition"]
    procedures = {kind: _procedure(parts[kind]) for kind in PROCEDURES if kind in parts}
    return rfc8785.dumps(
        {
            "format": FORMAT,
            "edition": edition["edition"],
            "language": edition["language"],
            "settings": {name: value for name, value in edition.items() if name not in NOT_SETTINGS},
            "roles": edition["roles"],
            "facts": parts["facts"]["fact"],
            "sections": parts["questions"].get("section", []),
            "questions": parts["questions"].get("question", []),
            "documents": parts["documents"].get("document", {}),
            "lists": parts["lists"],
            "calendar": parts["calendar"],
            "criteria": [_criterion(code, values) for code, values in parts["criteria"].get("criterion", {}).items()],
            "procedures": procedures,
            "register": parts["register"],
            "retention": parts["retention"],
            "guards": {name: _guard(name) for name in sorted(_named(procedures)) if name in GUARDS},
            "letters": _letters(parts[GERMAN]),
            "texts": flat(parts[GERMAN]),
        }
    )


def compile_texts(file: Path, of: str) -> bytes:
    """The RFC 8785 bytes of a translation: language, the digest it translates, and key -> sentence."""
    findings: list[Finding] = []
    values = read_file(file, f"texts/{file.stem}", findings)
    if findings:
        raise UnfitEdition(findings)
    values.pop("of", None)
    return rfc8785.dumps({"language": file.stem, "of": of, "texts": flat(values)})


def digest(body: bytes) -> str:
    """SHA-256, 64 hex digits."""
    return sha256(body).hexdigest()


def texts_in(body: bytes) -> dict[str, str]:
    """Key -> sentence of a compiled translation."""
    return dict(json.loads(body)["texts"])


def _criterion(code: str, values: Mapping[str, Any]) -> dict[str, Any]:
    compiled = {name: value for name, value in values.items() if name != "way"}
    compiled["code"] = code
    compiled["ways"] = list(values.get("way", ()))
    compiled.setdefault("judged_by", "rule")
    return compiled


def _procedure(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "begins_in": values["begins_in"],
        "states": values.get("state", {}),
        "steps": values.get("step", []),
        "acts": values.get("act", {}),
        "deadlines": values.get("deadline", {}),
        "invariants": values.get("invariant", []),
    }


def _named(procedures: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The guards that steps, acts and invariants need."""
    return {
        name
        for procedure in procedures.values()
        for rule in (*procedure["steps"], *procedure["acts"].values(), *procedure["invariants"])
        for name in rule.get("needs", ())
    }


def _guard(name: str) -> dict[str, Any]:
    found = GUARDS[name]
    return {"reads": list(found.reads), "says": list(found.says), "examples": frozen(name)}


def _letters(texts: Mapping[str, Any]) -> dict[str, Any]:
    """Which parts each letter has; their sentences stand in `texts`."""
    return {name: sorted(parts) for name, parts in texts.get("letter", {}).items() if isinstance(parts, Mapping)}
