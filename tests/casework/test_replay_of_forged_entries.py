"""Replay names what the rules would not have allowed, also where an entry was forged."""

import pytest

from admission.casework.replay import judge
from tests import factories

CASE = "0b6f0000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, None),
        ({"facts": None}, ("facts_missing",)),
        ({"facts": {"today": "2026-11-24"}}, ("facts_missing",)),
        ({"role": "council"}, ("role.missing",)),
        ({"to": "admitted"}, ("led_elsewhere",)),
    ],
)
def test_a_step_is_judged_by_its_entry_alone(sqlite_app, changed, says):
    book = factories.publish()
    base = {"case": CASE, "kind": "admission", "edition": book.digest, "actor": "A", "role": "applicant"}
    born = base | {"type": "draft.opened", "to": "draft", "revision": 0}
    facts = {"today": "2026-11-24", "sections_open": 0, "confirmed_on": "2026-11-24", "other_applications_open": 0}
    step = base | {"type": "step.submit", "from": "draft", "to": "received", "revision": 1, "facts": facts} | changed

    results = list(judge([(0, born), (1, step)]))

    assert [result.says if result else None for result in results] == [says]
