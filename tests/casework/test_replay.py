"""What fits together in every table and was still not allowed is found by judging each step again from the entries."""

from datetime import date

import pytest
from sqlalchemy import text

from admission.casework.replay import Difference, replay
from admission.ground import clock
from admission.ground.db import db, writing
from admission.log.append import append
from admission.log.entry import Draft
from admission.log.verifier import verify
from tests.casework.way import Way

FORGED = {
    "a decision out of nowhere": ("admit", "approver", "admitted", {}, ("step.not_foreseen",)),
    "by the wrong role": ("acknowledge", "applicant", "completeness", {}, ("role.missing",)),
    "to another state": ("withdraw", "applicant", "closed", {}, ("led_elsewhere",)),
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_step_that_fits_in_every_table_is_named(app, forged):
    step, role, to, facts, says = FORGED[forged]
    way = Way()
    way.submits()
    case = way.case
    writing()
    draft = Draft(f"step.{step}", "f" * 22, role, case=case.id, kind=case.kind, number=case.number)
    draft.edition, draft.revision, draft.from_, draft.to = case.edition, 2, "received", to
    draft.facts = facts | {"today": date(2026, 11, 24)}
    append(db.session, draft)
    db.session.execute(
        text('UPDATE "case" SET state = :to, revision = 2 WHERE number = :n'), {"to": to, "n": case.number}
    )
    db.session.commit()
    assert verify(db.session).sound
    judged, differences = replay(db.session)
    assert (judged, differences) == (2, [Difference(2, step, says)])


def test_an_honest_way_to_a_refusal_is_judged_the_same_again(app):
    way = Way().in_hearing()
    way.act("deliver_hearing", "system")
    way.states(on=clock.today())
    way.weighs()
    way.step("refuse", "bilal")
    judged, differences = replay(db.session)
    assert judged == way.case.revision
    # the declarations of these tests leave no entry; everything else is shown by the entries alone
    assert {code for found in differences for code in found.says} == {"conflict.undeclared"}
