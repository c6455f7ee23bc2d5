"""Random people try random steps on random files: nothing moves but by the rulebook; a move leaves its entry."""

import json
import os
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import select

from admission.casework.replay import replay
from admission.ground.db import db
from admission.log.models import Entry
from admission.log.verifier import verify
from tests.properties import naive, trails
from tests.properties.test_mutants import KEPT_BELOW

RUN = settings(
    max_examples=2000 if os.environ.get("PROOF") == "1" else 400,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
CODES = {
    *naive.HOLDS,
    "role.missing",
    "four_eyes",
    "conflict.declared",
    "conflict.undeclared",
    "reason.missing",
} - KEPT_BELOW
OF_A_MEMBERSHIP = {"role.missing", "conflict.declared", "conflict.undeclared", "reason.missing"}
DECISIONS = {"step.admit", "step.admit_with_obligations", "step.admit_as_guest", "step.refuse"}


@pytest.mark.parametrize("quick", ["sqlite", "postgresql"], indirect=True)
def test_nothing_moves_but_by_the_rulebook_and_every_move_leaves_one_entry(worlds, record_property):
    @RUN
    @given(trails.trails())
    def holds(trail: Any) -> None:
        trails.play(worlds(), trail)

    holds()
    found = verify(db.session)
    for name, count in _counts(worlds.tally, found).items():
        record_property(name, count)
    assert found.faults == ()
    judged, differences = replay(db.session)
    assert judged == sum(worlds.tally.accepted[name] for name in {step.name for step in worlds().procedure.steps})
    # the declarations of these trails leave no entry; everything else is judged the same from the entries alone
    assert {code for difference in differences for code in difference.says} <= {"conflict.undeclared"}
    _the_log_alone_shows_it()
    _enough_was_tried(worlds.tally, found.size, {step.name for step in worlds().procedure.steps}, CODES)
    assert worlds.tally.stale >= 100 and worlds.tally.again >= 100


def _counts(tally: Any, found: Any) -> dict[str, int]:
    return {
        "tries": sum(tally.tried.values()),
        "accepted": sum(tally.accepted.values()),
        "stale": tally.stale,
        "sent again": tally.again,
        "entries of the log": found.size,
        "faults of the log": len(found.faults),
    }


def _the_log_alone_shows_it() -> None:
    """What a stranger checks without our tables: four eyes, and no refusal without its hearing."""
    seen: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for body in db.session.scalars(select(Entry.body).order_by(Entry.idx)):
        said = json.loads(body)
        if "case" in said:
            seen[said["case"]].append(said)
    refused = 0
    for said in seen.values():
        types = [entry["type"] for entry in said]
        steps = [entry for entry in said if "revision" in entry]
        assert [entry["revision"] for entry in steps] == list(range(len(steps)))
        for entry in said:
            if entry["type"] in DECISIONS:
                worked = {"act.assess", "step.propose", "step.weigh"}
                assert entry["actor"] not in {other["actor"] for other in said if other["type"] in worked}
                assert entry["facts"]["criteria_unassessed"] == 0
        if "step.refuse" in types:
            refused += 1
            last = len(types) - 1 - types[::-1].index("step.propose")
            assert types.index("step.open_hearing", last) < types.index("step.weigh", last) < types.index("step.refuse")
    assert refused


def _enough_was_tried(tally: Any, size: int, steps: set[str], codes: set[str]) -> None:
    """Else all this would say little."""
    tried, accepted = sum(tally.tried.values()), sum(tally.accepted.values())
    rows = [f"{name:<24}{tally.tried[name]:>6}{tally.accepted[name]:>6}" for name in sorted(tally.tried)]
    print(
        f"{tried} tries, {accepted} accepted, {tally.stale} stale, {tally.again} sent again, {size} entries",
        *rows,
        sep="\n",
    )
    assert accepted >= 0.3 * tried
    said = [f"{code:<44}{tally.reasons[code]:>6}{tally.alone[code]:>6}" for code in sorted(tally.reasons)]
    print(*said, sep="\n")
    assert {code: count for code in codes if (count := tally.reasons[code]) < 8} == {}
    assert {name: count for name, count in tally.tried.items() if count < (100 if name in steps else 50)} == {}
    assert {name for name in tally.tried if tally.accepted[name] < 3} == set()
    assert tally.stale and tally.again


def test_a_membership_ends_but_by_the_rulebook(worlds):
    """Its two steps are few and short; each is tried by everybody, before and after it has ended."""
    for seed in range(150):
        trails.play_membership(worlds(membership=("member", "guest")[seed % 2]), seed)
    found = verify(db.session)
    assert found.faults == ()
    _enough_was_tried(worlds.tally, found.size, {"resign", "dissolve"}, OF_A_MEMBERSHIP)
