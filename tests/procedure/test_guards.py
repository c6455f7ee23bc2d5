import json
from hashlib import sha256
from pathlib import Path

import pytest

from admission.procedure import guards
from admission.procedure.facts import FACT_TYPES, facts_from
from admission.procedure.guards import EXAMPLES, GUARDS, frozen, frozen_bytes, guard, misjudged

# How many rows there were, and their hash, when a guard was first frozen: rows are added at the end only.
ROWS = json.loads(Path(__file__).with_name("frozen.json").read_text())


@pytest.mark.parametrize("name", sorted(GUARDS))
def test_a_guard_judges_its_frozen_rows_as_on_the_first_day(name):
    assert misjudged(name) == []


@pytest.mark.parametrize("name", sorted(GUARDS))
def test_frozen_rows_show_both_verdicts_and_nothing_but_what_the_guard_reads(name):
    assert {row["verdict"] for row in EXAMPLES[name]} == {True, False}
    for row in EXAMPLES[name]:
        assert set(row["facts"]) == set(GUARDS[name].reads)
    assert len({row["name"] for row in EXAMPLES[name]}) == len(EXAMPLES[name]) >= 3


@pytest.mark.parametrize("name", sorted(GUARDS))
def test_a_day_that_may_be_missing_is_missing_in_a_row(name):
    for fact in GUARDS[name].reads:
        if type(None) in getattr(FACT_TYPES[fact], "__args__", ()):
            assert any(row["facts"][fact] is None for row in EXAMPLES[name])


@pytest.mark.parametrize("name", sorted(GUARDS))
def test_frozen_rows_are_only_ever_added_at_the_end(name):
    assert frozen(name, ROWS[name]["rows"]) == ROWS[name]


def test_every_guard_has_rows_and_every_row_a_guard():
    assert set(EXAMPLES) == set(GUARDS) == set(ROWS)


@pytest.mark.parametrize("name", sorted(GUARDS))
def test_a_guard_says_what_it_means_and_shows_its_source(name):
    assert GUARDS[name].meaning.endswith(".")
    assert f"def {name}(" in GUARDS[name].source
    assert ("def is_over(" in GUARDS[name].source) == ("is_over(" in GUARDS[name].source)


def test_frozen_is_the_hash_of_the_canonical_rows():
    rows = EXAMPLES["hearing_is_closed"]

    assert frozen("hearing_is_closed", 2) == {"rows": 2, "sha256": sha256(frozen_bytes(rows[:2])).hexdigest()}
    assert frozen("hearing_is_closed")["rows"] == len(rows)
    assert frozen_bytes([{"b": 1, "a": None}]) == b'[{"a":null,"b":1}]'


def test_a_changed_meaning_shows_in_the_rows(monkeypatch):
    changed = guards.Guard("hearing_is_closed", GUARDS["hearing_is_closed"].reads, (), lambda facts: True)
    monkeypatch.setitem(GUARDS, "hearing_is_closed", changed)

    assert [row["name"] for row in misjudged("hearing_is_closed")] == [
        "no hearing was opened",
        "no answer, the day is still to come",
        "no answer, the last day is today",
    ]


@pytest.mark.parametrize(
    ("name", "reads", "says"),
    [
        ("resting", ("no_such_fact",), ()),
        ("nothing_is_missing", ("items_missing",), ()),
        ("other", ("resting",), ("today",)),
    ],
)
def test_a_guard_is_registered_once_and_reads_facts_that_exist(name, reads, says):
    def resting(facts):
        return True

    with pytest.raises(ValueError):
        guard(name, reads=reads, says=says)(resting)


def test_an_unsaid_need_is_no_permission_for_an_unknown_outcome():
    row = {"proposed_outcome": "exclude", "criteria_open": 0, "criteria_not_met": 0}

    assert GUARDS["proposal_fits_the_findings"].check(facts_from(row)) is False
