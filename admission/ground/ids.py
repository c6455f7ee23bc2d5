"""Ids and random texts."""

import base64
import secrets
from uuid import UUID, uuid4


def new_id() -> UUID:
    """A fresh UUID of version 4."""
    return uuid4()


def base64url(data: bytes) -> str:
    """The bytes in base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def random_text() -> str:
    """16 random bytes as 22 characters: nonces, salts, pseudonyms."""
    return base64url(secrets.token_bytes(16))


def secret() -> str:
    """32 random bytes as 43 characters: what opens a door is never guessed (ASVS 11.5.1)."""
    return base64url(secrets.token_bytes(32))
