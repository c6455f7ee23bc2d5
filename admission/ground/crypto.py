"""Sealing: AES-256-GCM with one data key a case, wrapped by the master key that never lies in the database."""

import os
from pathlib import Path

from cryptography.hazmat.primitives import keywrap
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

VERSION = b"\x01"


def new_key() -> bytes:
    """32 fresh random bytes."""
    return AESGCM.generate_key(bit_length=256)


def seal(key: bytes, data: bytes, associated: bytes) -> bytes:
    """Seal `data` (bytes of any length) for the place that `associated` names; 29 bytes longer than before."""
    nonce = os.urandom(12)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, data, associated)


def unseal(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """The data again; raises `cryptography.exceptions.InvalidTag` for a flipped bit or another place."""
    if sealed[:1] != VERSION:
        raise ValueError("unknown seal")
    return AESGCM(key).decrypt(sealed[1:13], sealed[13:], associated)


def master_key() -> bytes:
    """The master key of this installation, 32 bytes, read from the file that `MASTER_KEY_FILE` names."""
    key: bytes | None = current_app.extensions.get("master_key")
    if key is None:
        key = bytes.fromhex(Path(current_app.config["MASTER_KEY_FILE"]).read_text().strip())
        current_app.extensions["master_key"] = key
    return key


def wrap(key: bytes) -> bytes:
    """A data key wrapped by the master key (RFC 3394), 40 bytes."""
    return keywrap.aes_key_wrap(master_key(), key)


def unwrap(wrapped: bytes) -> bytes:
    """The data key again; raises `InvalidUnwrap` under another master key."""
    return keywrap.aes_key_unwrap(master_key(), wrapped)


def seal_text(text: str, place: str) -> bytes:
    """Seal a text under the master key for the place named (table and column, or row)."""
    return seal(master_key(), text.encode(), place.encode())


def unseal_text(sealed: bytes, place: str) -> str:
    """The text again."""
    return unseal(master_key(), sealed, place.encode()).decode()
