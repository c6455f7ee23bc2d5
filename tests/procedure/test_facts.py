from datetime import date

import pytest

from admission.procedure.facts import FACT_TYPES, Facts, NotSupplied, facts_from
from tests.procedure.edition import AT_EASE, facts


def test_a_name_that_nobody_supplied_never_reads_as_none():
    with pytest.raises(NotSupplied):
        _ = Facts({"resting": 0}).today


def test_a_fact_may_be_none_if_it_was_supplied_as_none():
    assert Facts({"weighed_on": None}).weighed_on is None


def test_facts_come_back_from_a_log_entry_as_they_went_in():
    before = facts(hearing_due_on=date(2026, 12, 8))

    assert before.as_json()["hearing_due_on"] == "2026-12-08"
    assert dict(facts_from(before.as_json())) == dict(before)


def test_every_fact_has_a_type_and_a_default_in_these_tests():
    assert set(AT_EASE) == set(FACT_TYPES)


def test_facts_can_be_narrowed_to_what_is_declared():
    assert dict(facts(resting=1).only(("resting",))) == {"resting": 1}
