"""A procedure as plain values, built from the compiled edition (FORMATS 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class State:
    """Where a case can stand, and who has the ball there: applicant, office or nobody."""

    name: str
    title: str
    ball: str
    final: bool = False
    pauses: bool = False


@dataclass(frozen=True)
class Step:
    """A change of state: from where, by whom, and what has to hold before."""

    name: str
    from_: tuple[str, ...]
    to: str
    by: tuple[str, ...]
    not_by: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    reason: bool = False
    law: str | None = None
    letter: str | None = None
    opens: str | None = None
    begins_deadline: tuple[str, ...] = ()
    ends_deadline: tuple[str, ...] = ()


@dataclass(frozen=True)
class Act:
    """Something that is recorded on a case without moving it."""

    name: str
    by: tuple[str, ...]
    in_: tuple[str, ...]
    not_by: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    begins_deadline: tuple[str, ...] = ()
    ends_deadline: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeadlineRule:
    """How long a period is, whose it is, and what its end does. `warn`: days before the end."""

    kind: str
    length: int
    unit: str
    whose: str
    extend: int | None = None
    warn: int | None = None
    fires: str | None = None
    escalates: bool = False


@dataclass(frozen=True)
class Invariant:
    """A sentence that no path through the procedure may break."""

    into: str
    says: str
    only_from: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Procedure:
    """One procedure of one edition; compared by identity, since an edition is built once per digest."""

    kind: str
    begins_in: tuple[str, ...]
    states: Mapping[str, State]
    steps: tuple[Step, ...]
    acts: Mapping[str, Act] = field(default_factory=dict)
    deadlines: Mapping[str, DeadlineRule] = field(default_factory=dict)
    invariants: tuple[Invariant, ...] = ()

    @cached_property
    def _by_place(self) -> Mapping[tuple[str, str], Step]:
        return {(state, step.name): step for step in reversed(self.steps) for state in step.from_}

    def step(self, state: str, name: str) -> Step | None:
        """The step of that name out of that state, or None."""
        return self._by_place.get((state, name))

    def steps_from(self, state: str) -> tuple[Step, ...]:
        """All steps out of a state, in the edition's order."""
        return tuple(step for step in self.steps if state in step.from_)

    def acts_in(self, state: str) -> tuple[Act, ...]:
        """All acts that a state knows."""
        return tuple(act for act in self.acts.values() if state in act.in_)

    def is_final(self, state: str) -> bool:
        """Whether a case ends in this state."""
        return self.states[state].final


def procedure_from(kind: str, definition: Mapping[str, Any]) -> Procedure:
    """Build a procedure from the compiled JSON; raises KeyError or TypeError on what the schema would refuse."""
    return Procedure(
        kind=kind,
        begins_in=tuple(definition["begins_in"]),
        states={name: State(name, **values) for name, values in definition["states"].items()},
        steps=tuple(Step(**_fields(step)) for step in definition["steps"]),
        acts={name: Act(name, **_fields(values)) for name, values in definition.get("acts", {}).items()},
        deadlines={kind: DeadlineRule(kind, **values) for kind, values in definition.get("deadlines", {}).items()},
        invariants=tuple(Invariant(**_fields(values)) for values in definition.get("invariants", ())),
    )


PYTHON_NAMES = {"from": "from_", "in": "in_"}


def _fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON lists as tuples, and the two names that Python keeps for itself with an underscore."""
    return {
        PYTHON_NAMES.get(name, name): tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
    }
