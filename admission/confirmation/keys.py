"""Keys of the confirmation pages: the secret of a mailed link, and the printed code that is typed on a phone.

A link's secret is random and nowhere kept. A code is made from the organisation's row under the master key: a letter
that jammed in the printer is printed again with the same code, and a stolen database alone tells no code.
"""

import hmac
from hashlib import sha256
from uuid import UUID

from admission.confirmation.rules import CODE, LINK, TYPED, code_of
from admission.ground import crypto
from admission.people import digests

__all__ = ("CODE", "LINK", "TYPED", "digest_of_code", "digest_of_secret", "printed_code")


def digest_of_secret(secret: str) -> str:
    """What is kept of a link."""
    return digests.of_secret(secret)


def digest_of_code(code: str) -> str:
    """What is kept of a code: keyed, for it is short enough to be tried out."""
    return digests.keyed("confirmation/code", code)


def printed_code(asked_id: UUID) -> str:
    """The code of one organisation in one round, twelve characters."""
    drawn = hmac.new(crypto.master_key(), f"confirmation/printed/{asked_id}".encode(), sha256).digest()
    return code_of(int.from_bytes(drawn[:16], "big"))
