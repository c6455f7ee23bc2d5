"""What guards read: scalars about one case, on one day. `answers`, which criteria read, are something else."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

Value = date | int | str | None


class NotSupplied(AttributeError):
    """A guard asked for a fact that nobody supplied: a typo never reads as None."""


class Facts(Mapping[str, Value]):
    """Read-only facts; every name that a guard may read stands here with its type.

    Counts are whole numbers, days are days in Berlin, codes are text. A fact of a round (hearing, statement, weighing,
    proposal, letter) counts only what came after the case last entered `assessment`.
    """

    __slots__ = ("_values",)

    today: date
    sections_open: int
    confirmed_on: date | None
    other_applications_open: int
    draft_closes_on: date | None
    items_unchecked: int
    items_missing: int
    items_requested_open: int
    supplements_from_assessment: int
    resting: int
    supplement_due_on: date | None
    grace_due_on: date | None
    resting_due_on: date | None
    closure_due_on: date | None
    closure_announced_on: date | None
    criteria_unassessed: int
    criteria_open: int
    criteria_not_met: int
    unmet_without_reasons: int
    proposed_outcome: str | None
    obligations: int
    hearing_due_on: date | None
    statement_received_on: date | None
    weighed_on: date | None
    letter_drafted: int
    letter_has_remedy: int

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = dict(values)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise NotSupplied(name) from None

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Facts({self._values!r})"

    def only(self, names: tuple[str, ...]) -> "Facts":
        """The named facts alone; raises `NotSupplied` for one that is not there."""
        return Facts({name: getattr(self, name) for name in names})

    def as_json(self) -> dict[str, int | str | None]:
        """The form that stands in a log entry: days as YYYY-MM-DD."""
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in self._values.items()}


FACT_TYPES: Mapping[str, Any] = dict(Facts.__annotations__)
DAYS = frozenset(name for name, kind in FACT_TYPES.items() if kind in (date, date | None))


def facts_from(values: Mapping[str, Any]) -> Facts:
    """Facts out of a log entry or a frozen row: what `as_json` wrote."""
    return Facts(
        {
            name: date.fromisoformat(value) if name in DAYS and value is not None else value
            for name, value in values.items()
        }
    )
