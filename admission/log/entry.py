"""The log entry: RFC 8785 bytes of one object, with salted disclosures for what is private (FORMATS 2)."""

import base64
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785

from admission import __version__
from admission.ground import clock
from admission.ground.ids import base64url, random_text

LIMIT = 65_535
LARGEST = 2**53 - 1
NULL_IN = frozenset({"facts", "answers"})


class UnfitEntry(ValueError):
    """What should be recorded does not fit the format; nothing was written."""


@dataclass(frozen=True)
class Disclosure:
    """A private field: the exact string of RFC 9901 and the digest that stands in the entry."""

    name: str
    string: str
    digest: str


@dataclass(frozen=True)
class Sealed:
    """An entry ready to be written: its text (the hashed bytes in UTF-8) and its disclosures."""

    body: str
    disclosures: tuple[Disclosure, ...]
    type: str
    actor: str
    case: UUID | None
    revision: int | None
    state: str | None


@dataclass
class Draft:
    """What is to be recorded; a field left None is absent from the entry.

    `actor` and all ids of people are pseudonyms. `private` maps a path (`answers/K`, `reasons/K01`) to its value.
    """

    type: str
    actor: str
    role: str
    case: UUID | None = None
    kind: str | None = None
    number: str | None = None
    edition: str | None = None
    of: UUID | None = None
    organisation: str | None = None
    revision: int | None = None
    from_: str | None = None
    to: str | None = None
    facts: Mapping[str, Any] | None = None
    outcome: str | None = None
    reasons: Sequence[Mapping[str, Any]] | None = None
    answers: Mapping[str, Any] | None = None
    documents: Sequence[Mapping[str, Any]] | None = None
    deadlines: Sequence[Mapping[str, Any]] | None = None
    letter: str | None = None
    opens: UUID | None = None
    cites: Sequence[int] | None = None
    data: Mapping[str, Any] | None = None
    private: Mapping[str, Any] = field(default_factory=dict)

    def seal(self) -> Sealed:
        """Build the bytes; raises `UnfitEntry` for floats, nulls outside facts and answers, or too many bytes."""
        disclosures = tuple(disclose(name, value) for name, value in self.private.items())
        fields: dict[str, Any] = {
            "v": 1,
            "type": self.type,
            "at": instant(clock.now()),
            "actor": self.actor,
            "role": self.role,
            "nonce": random_text(),
            "app": __version__,
            "case": self.case,
            "kind": self.kind,
            "number": self.number,
            "edition": self.edition,
            "of": self.of,
            "organisation": self.organisation,
            "revision": self.revision,
            "from": self.from_,
            "to": self.to,
            "facts": self.facts,
            "outcome": self.outcome,
            "reasons": list(self.reasons) if self.reasons else None,
            "answers": self.answers or None,
            "documents": list(self.documents) if self.documents is not None else None,
            "deadlines": list(self.deadlines) if self.deadlines else None,
            "letter": self.letter,
            "opens": self.opens,
            "cites": list(self.cites) if self.cites else None,
            "data": self.data or None,
            "_sd": sorted(disclosure.digest for disclosure in disclosures) or None,
        }
        body = canonical({name: value for name, value in fields.items() if value is not None})
        if len(body) > LIMIT:
            raise UnfitEntry(f"{len(body)} bytes, at most {LIMIT}")
        return Sealed(body.decode(), disclosures, self.type, self.actor, self.case, self.revision, self.to)


def disclose(name: str, value: Any) -> Disclosure:
    """Salt and hash one private field (RFC 9901, 4.2.1 and 4.2.3)."""
    text = json.dumps([random_text(), name, plain(value)], ensure_ascii=False, separators=(",", ":"))
    string = base64url(text.encode())
    return Disclosure(name, string, base64url(sha256(string.encode("ascii")).digest()))


def disclosed(string: str) -> tuple[str, Any]:
    """Name and value of a disclosure string."""
    padded = string + "=" * (-len(string) % 4)
    _salt, name, value = json.loads(base64.urlsafe_b64decode(padded))
    return name, value


def canonical(value: Mapping[str, Any]) -> bytes:
    """RFC 8785 bytes of plain values in NFC; raises `UnfitEntry` for what the format does not know."""
    ready = plain(value)
    for path, found in _walk(ready, ""):
        if found is None and path.split("/")[1] not in NULL_IN:
            raise UnfitEntry(f"null at {path}")
    return bytes(rfc8785.dumps(ready))


def plain(value: Any) -> Any:
    """JSON values of the format: days and instants as text, ids as text, text in NFC, integers only."""
    match value:
        case None | bool():
            return value
        case Enum():
            return plain(value.value)
        case str():
            return unicodedata.normalize("NFC", value)
        case int():
            if abs(value) > LARGEST:
                raise UnfitEntry(f"{value} is larger than 2^53 - 1")
            return value
        case UUID():
            return str(value)
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {plain(name): plain(item) for name, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            raise UnfitEntry(f"{type(value).__name__} has no place in an entry")


def instant(at: datetime) -> str:
    """`2026-10-28T15:42:07Z`: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path or "/", value
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _walk(item, f"{path}/{name}")
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _walk(item, f"{path}/{at}")
