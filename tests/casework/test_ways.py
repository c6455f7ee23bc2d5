"""Whole ways of an application through the real engine, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from admission.cases.models import Case, Deadline
from admission.casework.move import RefusedHere
from admission.decisions.models import Notice
from admission.ground import clock
from admission.ground.db import db
from admission.ground.mail import Mail
from admission.log.models import Entry
from admission.log.verifier import verify
from admission.onboarding.models import Task
from tests.office import Office

TWO_DAYS = [
    {"on": "2026-05-09", "what": "Hafenfest", "where": "here"},
    {"on": "2026-02-14", "what": "Lesenachmittag", "where": "here"},
]


def test_admitted(app):
    office = Office()
    case_id = office.receives()
    office.finds_complete(case_id)
    office.assesses(case_id)
    office.proposes(case_id, "admit")
    office.signs(case_id)
    case = db.session.get_one(Case, case_id)
    membership = db.session.scalars(select(Case).where(Case.of == case_id)).one()
    assert (case.state, membership.state, membership.organisation_id) == ("admitted", "member", case.organisation_id)
    assert db.session.scalar(select(func.count()).select_from(Task)) == 4
    running = select(Deadline).where(Deadline.case_id == case_id, Deadline.state != "ended")
    assert db.session.scalars(running).all() == []
    assert verify(db.session).faults == ()


def test_refused_after_a_hearing_and_not_before(app):
    office = Office()
    case_id = office.receives(seat_postcode="12345", activities=TWO_DAYS)
    office.finds_complete(case_id)
    office.assesses(case_id, K01="not_met", K07="not_met")
    office.proposes(case_id, "refuse")
    with pytest.raises(RefusedHere) as refusal:
        office.signs(case_id)
    assert [reason.code for reason in refusal.value.reasons] == ["step.not_foreseen"]
    office.opens_hearing(case_id)
    office.delivers(case_id)
    with pytest.raises(RefusedHere) as refusal:
        office.weighs(case_id, "refuse")
    assert "hearing_is_closed" in [reason.code for reason in refusal.value.reasons]
    with clock.at(clock.now() + timedelta(days=30)):
        office.weighs(case_id, "refuse")
        office.signs(case_id)
    case = db.session.get_one(Case, case_id)
    assert case.state == "refused"
    letters = db.session.scalars(select(Notice.letter).where(Notice.issued_at.is_not(None))).all()
    assert sorted(letters) == ["hearing", "refusal"]
    assert verify(db.session).faults == ()


def test_whoever_proposed_does_not_sign(app):
    office = Office()
    case_id = office.receives()
    office.finds_complete(case_id)
    office.assesses(case_id)
    office.proposes(case_id, "admit")
    with pytest.raises(RefusedHere) as refusal:
        office.signs(case_id, by=office.clerk)
    assert [reason.code for reason in refusal.value.reasons] == ["four_eyes", "four_eyes"]


def test_a_supplement_is_asked_for_once_and_answered_item_by_item(app):
    office = Office()
    case_id = office.receives()
    office.finds_missing(case_id, K04="Bitte reichen Sie die Regeln nach.")
    due = {row.kind: row for row in db.session.scalars(select(Deadline).where(Deadline.case_id == case_id))}
    assert due["completeness"].state == "paused" and due["supplement"].state == "running"
    office.applicant_answers(case_id, K04="Die Regeln liegen bei.")
    case = db.session.get_one(Case, case_id)
    db.session.refresh(case)
    assert case.state == "completeness"
    running = db.session.scalars(
        select(Deadline.kind).where(Deadline.case_id == case_id, Deadline.state == "running")
    ).all()
    assert running == ["completeness"]
    assert verify(db.session).faults == ()


def test_a_proposal_comes_back_with_a_reason(app):
    office = Office()
    case_id = office.receives()
    office.finds_complete(case_id)
    office.assesses(case_id)
    office.proposes(case_id, "admit")
    office.returns(case_id, "Bitte erst nach Terminen im Sommer fragen.")
    case = db.session.get_one(Case, case_id)
    db.session.refresh(case)
    assert case.state == "assessment"
    assert case.round == case.revision
    assert "returned" in db.session.scalars(select(Mail.template)).all()


def test_the_organisation_withdraws_without_a_reason(app):
    office = Office()
    case_id = office.receives()
    office.applicant_withdraws(case_id)
    case = db.session.get_one(Case, case_id)
    db.session.refresh(case)
    assert case.state == "withdrawn" and case.ended_at is not None
    last = db.session.scalars(select(Entry.type).order_by(Entry.idx.desc())).first()
    assert last == "step.withdraw"
