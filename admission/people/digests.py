"""How secrets are kept: 256 random bits by SHA-256, what could be guessed by a digest under the master key."""

import hmac
from hashlib import sha256

from admission.ground import crypto


def of_secret(secret: str) -> str:
    """SHA-256 of 256 random bits, 64 hex digits: nothing to guess, so nothing to slow down."""
    return sha256(secret.encode()).hexdigest()


def keyed(purpose: str, *parts: object) -> str:
    """HMAC-SHA-256 under the master key: a stolen database alone tells neither address nor six-digit code."""
    text = "\x00".join((purpose, *map(str, parts)))
    return hmac.new(crypto.master_key(), text.encode(), sha256).hexdigest()


def same(one: str | None, other: str) -> bool:
    """Compared in constant time; None is never the same."""
    return hmac.compare_digest(one or "", other) and one is not None
