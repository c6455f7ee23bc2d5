"""Passwords: Argon2id, hashed outside any transaction, because a hash takes as long as forty steps of a case."""

from functools import lru_cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import has_app_context

from admission.ground.db import db
from admission.people import rules

HASHER = PasswordHasher()
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$nkugzC4ZcN4i1q5qA5yaPw$bOiIWUoMq7yuGrnRK2HFp8TfMH+kbapuoQicl/uORPk"
"""A well-formed hash that nothing fits: an unknown address costs the same work as a known one."""


class UnderALock(RuntimeError):
    """Somebody wanted to hash a password while a transaction was open."""


def hashed(password: str) -> str:
    """The Argon2id hash of a password that `rules.password_faults` found good."""
    _outside_transactions()
    return HASHER.hash(rules.password(password))


def fits(password: str, known: str | None) -> bool:
    """Whether the password belongs to the hash; with None it takes as long and is False."""
    _outside_transactions()
    try:
        return HASHER.verify(known or NOBODY, rules.password(password)) and known is not None
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """Passwords that are tried first everywhere, lower case."""
    return frozenset((files("admission.people") / "common_passwords.txt").read_text("utf-8").split())


def _outside_transactions() -> None:
    if has_app_context() and db.session().in_transaction():
        raise UnderALock("end the transaction first: db.session.commit() or rollback()")
