"""Signed checkpoints in the formats of C2SP: signed note, tlog-checkpoint, Ed25519."""

import base64
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admission.ground import clock
from admission.log import tree
from admission.log.models import Checkpoint, Entry, LogKey

ED25519 = b"\x01"


class LogDiffers(Exception):
    """The log no longer continues what was signed before: nothing is signed, somebody must look."""


@dataclass(frozen=True)
class Signer:
    """Who signs: the origin, which is also the key's name, and its private key."""

    origin: str
    key: Ed25519PrivateKey

    @property
    def vkey(self) -> str:
        """The line by which others check our signatures."""
        public = self.key.public_key().public_bytes_raw()
        return f"{self.origin}+{key_id(self.origin, public).hex()}+{_b64(ED25519 + public)}"

    def sign(self, text: str) -> str:
        """A signed note: the text, a blank line, one signature line."""
        public = self.key.public_key().public_bytes_raw()
        signature = _b64(key_id(self.origin, public) + self.key.sign(text.encode()))
        return f"{text}\n— {self.origin} {signature}\n"


def signer(origin: str, file: Path) -> Signer:
    """The signer whose private key (32 bytes in hex) lies in `file`; only the worker may read it."""
    return Signer(origin, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(file.read_text().strip())))


def key_id(name: str, public: bytes) -> bytes:
    """First 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """The three signed lines."""
    return f"{origin}\n{size}\n{_b64(root)}\n"


def opened(note: str, vkey: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a note whose line of this key verifies; raises `InvalidSignature` or `ValueError`.

    Lines of unknown keys are ignored, a line of a known one must verify (C2SP signed-note).
    """
    text, found, lines = note.partition("\n\n")
    text += "\n"
    name, identity, public = _parts(vkey)
    if not found or not lines.endswith("\n"):
        raise ValueError("no signature")
    verified = False
    for line in lines.removesuffix("\n").split("\n"):
        dash, signed_by, signature = line.split(" ")
        raw = base64.b64decode(signature, validate=True)
        if dash == "—" and signed_by == name and raw[:4] == identity:
            Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode())
            verified = True
    if not verified:
        raise InvalidSignature
    origin, size, root = text.removesuffix("\n").split("\n")[:3]
    if not size.isdigit() or str(int(size)) != size:
        raise ValueError("size")
    return origin, int(size), base64.b64decode(root, validate=True)


def latest(session: Session) -> Checkpoint | None:
    """The newest checkpoint."""
    return session.scalar(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1))


def keys(session: Session) -> list[LogKey]:
    """The log's keys, oldest first."""
    return list(session.scalars(select(LogKey).order_by(LogKey.from_size)))


def begin_log(session: Session, signs: Signer) -> None:
    """Note under which origin and key this log begins; the caller commits."""
    session.add(LogKey(vkey=signs.vkey, origin=signs.origin, from_size=size(session)))
    session.flush()


def size(session: Session) -> int:
    """How many entries there are."""
    return session.scalar(select(func.coalesce(func.max(Entry.idx), -1) + 1)) or 0


def sign_checkpoint(session: Session, signs: Signer) -> Checkpoint | None:
    """Sign how long the log is now; None if nothing is new. The caller commits.

    Raises `LogDiffers` if the last checkpoint's range is not its root, or the log is shorter than it.
    """
    last = latest(session)
    known, range_ = (last.size, tree.range_from_bytes(last.range)) if last else (0, ())
    if last and tree.root(range_) != last.root:
        raise LogDiffers(f"the range kept with checkpoint {last.size} is not its root")
    bodies = session.execute(select(Entry.idx, Entry.body).where(Entry.idx >= known).order_by(Entry.idx))
    leaves: list[bytes] = []
    for at, (idx, body) in enumerate(bodies, start=known):
        if idx != at:
            raise LogDiffers(f"entry {at} is missing")
        leaves.append(tree.leaf_hash(body.encode()))
    if last and size(session) < last.size:
        raise LogDiffers(f"the log is shorter than checkpoint {last.size}")
    if not leaves:
        return None
    range_, length = tree.extend(range_, known, leaves)
    root = tree.root(range_)
    note = signs.sign(checkpoint_text(signs.origin, length, root))
    fresh = Checkpoint(size=length, root=root, range=tree.range_to_bytes(range_), signed_at=clock.now(), note=note)
    session.add(fresh)
    session.flush()
    return fresh


def _parts(vkey: str) -> tuple[str, bytes, bytes]:
    name, identity, encoded = vkey.split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    if raw[:1] != ED25519 or len(raw) != 33 or key_id(name, raw[1:]) != bytes.fromhex(identity):
        raise ValueError("not a key of this kind")
    return name, bytes.fromhex(identity), raw[1:]


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
