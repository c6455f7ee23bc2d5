"""May this step be taken, and if not, every reason why. One answer for pages, acts, replay and what-if.

`transitions` is the rule book behind `advance`: one flat machine a procedure, stateless, without automatic transitions
(they would pass every guard), never given a model (it would reset a loaded state), fed with callables only (a string
with a dot would be imported and called).
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from transitions import EventData, Machine

from admission.ground.errors import Reason, Refused
from admission.procedure.definitions import Act, Procedure, Step
from admission.procedure.facts import Facts
from admission.procedure.guards import GUARDS

DECLARES = frozenset({"caseworker", "approver", "external_reviewer"})
WITHOUT_DECLARATION = frozenset({"declare_conflict", "claim", "release"})
DESPITE_CONFLICT = frozenset({"declare_conflict", "release"})


@dataclass(frozen=True)
class Person:
    """Somebody before a case: roles, the steps and acts done on it so far, the declaration on conflicts of interest.

    `conflict`: "none" (declared that there is none), "declared" (there is one), "undeclared".
    """

    id: str
    roles: frozenset[str]
    acts: frozenset[str] = field(default_factory=frozenset)
    conflict: str = "undeclared"


def why_not(
    procedure: Procedure, state: str, step: str, facts: Facts, by: Person, reason_given: bool = True
) -> tuple[Reason, ...]:
    """Every reason why this person may not take this step now; () means that it may be taken."""
    rule = procedure.step(state, step)
    if rule is None:
        return (Reason("step.not_foreseen", {"step": step, "state": state}),)
    return tuple(_against_step(rule, facts, by, reason_given))


def why_not_act(procedure: Procedure, state: str, act: str, facts: Facts, by: Person) -> tuple[Reason, ...]:
    """Every reason why this person may not do this act now."""
    rule = procedure.acts.get(act)
    if rule is None or state not in rule.in_:
        return (Reason("step.not_foreseen", {"step": act, "state": state}),)
    return tuple([*_against_person(rule, by), *_against_facts(rule.needs, facts)])


def advance(procedure: Procedure, state: str, step: str, facts: Facts, by: Person, reason_given: bool = True) -> str:
    """The state after the step; raises `Refused` with all reasons."""
    if procedure.step(state, step) is None:
        raise Refused(why_not(procedure, state, step, facts, by, reason_given))
    position = _Position(state)
    asked = _Asked(procedure, facts, by, reason_given)
    moved = _machine(procedure).events[step].trigger(position, asked=asked)
    if moved is not True:  # a failed condition only returns False (engines.md, P5)
        raise Refused(asked.reasons)
    return position.state


def _against_step(rule: Step, facts: Facts, by: Person, reason_given: bool) -> Iterator[Reason]:
    yield from _against_person(rule, by)
    if rule.reason and not reason_given:
        yield Reason("reason.missing")
    yield from _against_facts(rule.needs, facts)


def _against_person(rule: Step | Act, by: Person) -> Iterator[Reason]:
    acting_as = by.roles.intersection(rule.by)
    if not acting_as:
        yield Reason("role.missing", {"roles": ", ".join(rule.by)})
    for act in rule.not_by:
        if act in by.acts:
            yield Reason("four_eyes", {"act": act})
    if _must_declare(acting_as or by.roles & DECLARES):
        if by.conflict == "declared" and rule.name not in DESPITE_CONFLICT:
            yield Reason("conflict.declared")
        if by.conflict == "undeclared" and rule.name not in WITHOUT_DECLARATION:
            yield Reason("conflict.undeclared")


def _must_declare(acting_as: Collection[str]) -> bool:
    """Whoever acts for the office declares (after VwVfG NRW §§ 20, 21); applicants and the system do not."""
    return bool(acting_as) and DECLARES.issuperset(acting_as)


def _against_facts(needs: Iterable[str], facts: Facts) -> Iterator[Reason]:
    for name in needs:
        guard = GUARDS[name]
        if guard.check(facts) is not True:
            yield Reason(name, {fact: facts[fact] for fact in guard.says if facts[fact] is not None})


@dataclass
class _Position:
    """What `transitions` moves: made for one call, so that no row of ours is ever its model."""

    state: str


@dataclass
class _Asked:
    """One question to the machine, and the reasons it was answered with."""

    procedure: Procedure
    facts: Facts
    by: Person
    reason_given: bool
    reasons: tuple[Reason, ...] = ()


def _permitted(event: EventData) -> bool:
    asked: _Asked = event.kwargs["asked"]
    position: Any = event.model
    name = event.event.name
    asked.reasons = why_not(asked.procedure, position.state, name, asked.facts, asked.by, asked.reason_given)
    return not asked.reasons


@lru_cache(maxsize=64)
def _machine(procedure: Procedure) -> Machine:
    """One machine a procedure; editions are cached by digest, so this is one a digest and kind."""
    return Machine(
        model=None,
        states=list(procedure.states),
        initial=procedure.begins_in[0],
        transitions=[
            {"trigger": step.name, "source": state, "dest": step.to, "conditions": [_permitted]}
            for step in procedure.steps
            for state in step.from_
        ],
        auto_transitions=False,
        queued=False,
        send_event=True,
        model_attribute="state",
    )
