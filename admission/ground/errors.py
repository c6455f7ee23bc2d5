"""The errors that have an answer; `web/errors.py` turns each into a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reason:
    """Why something may not be done: a code, and the values that its sentence names.

    The sentence itself comes from the edition's texts, at the edge, in the reader's language.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted((name, str(value)) for name, value in self.values.items()))))


class Refused(Exception):
    """A step or an act may not be done now; `reasons` holds every reason (409)."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = tuple(reasons)


class NotAllowed(Exception):
    """This person may not do this at all (403)."""


class NotFound(Exception):
    """There is no such thing, or not for this person: the two look alike (404)."""


class Stale(Exception):
    """Somebody acted meanwhile: the form shows revision `seen`, the case is at `current` (409)."""

    def __init__(self, seen: int, current: int) -> None:
        super().__init__(f"seen {seen}, current {current}")
        self.seen = seen
        self.current = current


class StaleRow(Stale):
    """Somebody changed one record that has a version of its own: `seen` and `current` are versions of that record."""


class Invalid(Exception):
    """What was entered cannot be taken; `errors` maps a field to its messages, in the reader's language (422)."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__(", ".join(errors))
        self.errors = {name: list(messages) for name, messages in errors.items()}


class TooMany(Exception):
    """A limit is reached; try again after `retry_after` seconds (429)."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class TooLarge(Exception):
    """More was sent than is taken (413)."""
