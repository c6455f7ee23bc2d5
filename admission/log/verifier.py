"""Reading the whole log again: places, bytes, columns, the way of each case, checkpoints, and the cases themselves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from sqlalchemy import column, select, table
from sqlalchemy.orm import Session
from sqlalchemy.types import Uuid

from admission.ground.ids import base64url
from admission.log import tree
from admission.log.checkpoint import keys, opened
from admission.log.models import Checkpoint, DisclosureRow, Entry

# The cases stand four floors higher; the log knows of them only what its own foreign key names.
CASE = table("case", column("id", Uuid()), column("state"), column("revision"), column("edition"))

SHAPES: Mapping[str, type] = {
    **dict.fromkeys(("type", "at", "actor", "role", "nonce", "app", "case", "kind", "number", "edition"), str),
    **dict.fromkeys(("of", "organisation", "from", "to", "outcome", "letter", "opens"), str),
    **dict.fromkeys(("v", "revision"), int),
    **dict.fromkeys(("facts", "answers", "data"), dict),
    **dict.fromkeys(("reasons", "documents", "deadlines", "cites", "_sd"), list),
}
"""What each field of an entry is (FORMATS 2). Whoever can write bytes can write odd ones: they are named, and the
reading goes on to what stands behind them."""


@dataclass(frozen=True)
class Fault:
    """One thing that does not fit: where (`entry 17`, `case 0b6f…`, `checkpoint 518`) and what."""

    where: str
    what: str


@dataclass(frozen=True)
class Verification:
    """What was read and what did not fit."""

    size: int
    root: bytes
    checkpoints: int
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        """Nothing was found."""
        return not self.faults


def verify(session: Session) -> Verification:
    """Check everything that the database alone can show; one pass, memory as large as the number of cases."""
    reader = _Reader()
    checkpoints = {point.size: point for point in session.scalars(select(Checkpoint))}
    signed = len(checkpoints)
    vkeys = [key.vkey for key in keys(session)]
    range_: tree.Range = ()
    size = 0
    for entry in session.scalars(select(Entry).order_by(Entry.idx).execution_options(yield_per=500)):
        reader.read(entry, size)
        range_, size = tree.extend(range_, size, [tree.leaf_hash(entry.body.encode())])
        if point := checkpoints.pop(size, None):
            reader.faults += _checkpoint_faults(point, tree.root(range_), range_, vkeys)
    reader.faults += [Fault(f"checkpoint {gone}", "the log is shorter than this") for gone in sorted(checkpoints)]
    for case in session.execute(select(CASE)):
        reader.compare(case)
    reader.faults += [Fault(f"case {gone}", "has entries but no row") for gone in reader.last]
    reader.faults += _disclosure_faults(session, reader.digests)
    return Verification(size, tree.root(range_), signed, tuple(reader.faults))


class _Reader:
    """Walks the entries in order and remembers where each case stands."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.last: dict[str, tuple[int, str, str]] = {}
        self.digests: set[str] = set()

    def read(self, entry: Entry, place: int) -> None:
        where = f"entry {entry.idx}"
        if entry.idx != place:
            self.faults.append(Fault(where, f"stands where entry {place} is expected"))
        try:
            body = json.loads(entry.body)
            canonical = rfc8785.dumps(body) == entry.body.encode()
        except (ValueError, TypeError, RecursionError):
            body, canonical = None, False
        if not isinstance(body, dict):
            self.faults.append(Fault(where, "cannot be read"))
            return
        if not canonical:
            self.faults.append(Fault(where, "is not in canonical form"))
        if misshapen := _misshapen(body):
            self.faults.append(Fault(where, f"has no {', '.join(misshapen)} as the format knows it"))
            return
        self.faults += [Fault(where, f"column {name} differs from the bytes") for name in _differing(entry, body)]
        self.digests.update(body.get("_sd", ()))
        if "revision" in body:
            self._step(where, body)

    def _step(self, where: str, body: dict[str, Any]) -> None:
        if lacking := [name for name in ("case", "to", "edition") if name not in body]:
            self.faults.append(Fault(where, f"lacks {', '.join(lacking)}"))
            return
        case, revision = str(body["case"]), body["revision"]
        before = self.last.get(case)
        if revision == 0:
            if before is not None:
                self.faults.append(Fault(where, "the case began twice"))
        elif before is None or revision != before[0] + 1:
            self.faults.append(Fault(where, "a revision is missing before it"))
        elif body.get("from") != before[1]:
            self.faults.append(Fault(where, f"starts from {body.get('from')}, the case stood at {before[1]}"))
        self.last[case] = (revision, body["to"], body["edition"])

    def compare(self, case: Any) -> None:
        stands = self.last.pop(str(case.id), None)
        where = f"case {case.id}"
        if stands is None:
            self.faults.append(Fault(where, "has no entry"))
        elif (case.revision, case.state) != stands[:2]:
            self.faults.append(
                Fault(where, f"stands at {case.state} ({case.revision}), the log at {stands[1]} ({stands[0]})")
            )
        elif case.edition != stands[2]:
            self.faults.append(Fault(where, "is on another edition than the log says"))


def _misshapen(body: dict[str, Any]) -> list[str]:
    """Fields of another type than the format gives them; a truth value is no number, and digests are texts."""
    strange = [name for name, shape in SHAPES.items() if name in body and type(body[name]) is not shape]
    if "_sd" not in strange and not all(isinstance(digest, str) for digest in body.get("_sd", ())):
        strange.append("_sd")
    return strange


def _differing(entry: Entry, body: dict[str, Any]) -> list[str]:
    columns = {
        "type": entry.type,
        "actor": entry.actor,
        "case": str(entry.case_id) if entry.case_id else None,
        "revision": entry.revision,
        "to": entry.state,
    }
    return [name for name, value in columns.items() if body.get(name) != value]


def _checkpoint_faults(point: Checkpoint, root: bytes, range_: tree.Range, vkeys: list[str]) -> list[Fault]:
    where = f"checkpoint {point.size}"
    faults = []
    if point.root != root:
        faults.append(Fault(where, "the entries before it were changed since it was signed"))
    if point.range != tree.range_to_bytes(range_):
        faults.append(Fault(where, "its compact range is not that of the entries"))
    for vkey in vkeys:
        try:
            _origin, size, signed = opened(point.note, vkey)
        except (InvalidSignature, ValueError):
            continue
        if (size, signed) != (point.size, point.root):
            faults.append(Fault(where, "its note says something else"))
        return faults
    return [*faults, Fault(where, "no key of this log has signed it")]


def _disclosure_faults(session: Session, digests: set[str]) -> list[Fault]:
    faults = []
    rows = session.execute(select(DisclosureRow.digest, DisclosureRow.string).execution_options(yield_per=500))
    for digest, string in rows:
        if base64url(sha256(string.encode("ascii")).digest()) != digest:
            faults.append(Fault(f"disclosure {digest}", "was changed"))
        elif digest not in digests:
            faults.append(Fault(f"disclosure {digest}", "belongs to no entry"))
    return faults
