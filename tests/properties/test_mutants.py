"""Each safeguard is switched off once, in memory: then the trails must fail, else they would not guard it."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, islice
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from admission.casework import move as engine
from admission.ground.db import db
from admission.procedure import machine
from admission.procedure.guards import GUARDS
from tests.casework.way import Way
from tests.properties import trails
from tests.properties.world import Disagreement

# The database keeps these two by itself, so that no trail can come to where their guard would be the last to refuse.
KEPT_BELOW = {"no_other_application_is_open", "every_unmet_criterion_has_reasons"}
MOST_TRAILS = 200
LINES = {
    "the revision, in a step": ("move", "case.revision != command.seen"),
    "the revision, in an act": ("act", "case.revision != command.seen"),
    "the earlier answer, in a step": ("move", "situation.done is not None"),
    "the earlier answer, in an act": ("act", "situation.done is not None"),
}
OF_A_PERSON = ("role.missing", "four_eyes", "conflict.declared", "conflict.undeclared")


def fails(worlds: Any, guard: str = "") -> int:
    """Play trails that begin where the guard is asked, until one fails; returns which. Not to fail is a failure.

    A guard of decisions alone is asked only by trails that lead to one of them.
    """
    procedure = worlds().procedure
    near = {state for step in procedure.steps if guard in step.needs for state in step.from_}
    near |= {state for act in procedure.acts.values() if guard in act.needs for state in act.in_}
    asked_by = {step.name for step in procedure.steps if guard in step.needs}
    decisions = asked_by if asked_by <= {outcome for _, outcome in trails.FLAVOURS} else set()
    drawn = ((seed, trails.trail_of(seed)) for seed in count())
    seeds = (
        seed
        for seed, trail in drawn
        if (not near or trails.begins(trail) in near) and (not decisions or trails.leads_to(trail) in decisions)
    )
    for seed in islice(seeds, MOST_TRAILS):
        try:
            trails.play(worlds(), trails.trail_of(seed))
        except (Disagreement, DBAPIError):
            db.session.rollback()
            return seed
    raise AssertionError(f"{MOST_TRAILS} trails did not notice")


def test_without_a_mutant_these_trails_hold(worlds):
    for seed in range(5):
        trails.play(worlds(), trails.trail_of(seed))


@pytest.mark.parametrize("name", sorted(GUARDS.keys() - KEPT_BELOW))
def test_a_guard_that_always_agrees_is_noticed(worlds, monkeypatch, name):
    monkeypatch.setitem(GUARDS, name, replace(GUARDS[name], check=lambda _facts: True))
    fails(worlds, name)


@pytest.mark.parametrize("code", OF_A_PERSON)
def test_who_may_act_is_noticed(worlds, monkeypatch, code):
    monkeypatch.setattr(machine, "_against_person", without(code, machine._against_person))
    fails(worlds)


def test_a_missing_reason_is_noticed(worlds, monkeypatch):
    monkeypatch.setattr(machine, "_against_step", without("reason.missing", machine._against_step))
    fails(worlds)


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_engine_is_noticed(worlds, monkeypatch, line):
    name, condition = LINES[line]
    monkeypatch.setattr(engine, name, mutated(getattr(engine, name), condition, "False"))
    fails(worlds)


def without(code: str, original: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """The same reasons but those of one code."""
    return lambda *asked: (reason for reason in original(*asked) if reason.code != code)


def mutated(function: Callable[..., Any], old: str, new: str) -> Callable[..., Any]:
    """The function with one condition replaced."""
    source = inspect.getsource(function)
    assert source.count(old) == 1
    names = dict(function.__globals__)
    exec(compile(source.replace(old, new), function.__name__, "exec"), names)
    return names[function.__name__]


def test_one_open_application_is_kept_by_the_database(app):
    first = Way()
    first.submits()
    second = Way(first.book, organisation_name="Anderer Verein e. V.")
    organisation = first.case.organisation_id
    with pytest.raises(IntegrityError):
        second.locked().organisation_id = organisation
        db.session.flush()


def test_a_deviation_without_reasons_is_kept_by_the_database(app):
    way = Way()
    row = {"id": uuid4().hex, "case": way.id.hex, "by": way.people["anna"].hex}
    for outcome in ("open", "not_met", "met_by_exception"):
        with pytest.raises(IntegrityError, match="deviation_has_its_reason"):
            db.session.execute(
                text(
                    "INSERT INTO finding (id, case_id, criterion, outcome, rule, reason, version, assessed_by, "
                    "assessed_at) VALUES (:id, :case, 'K01', :outcome, 'unclear', '', 1, :by, '2026-11-24')"
                ),
                row | {"outcome": outcome},
            )
        db.session.rollback()
