"""One step, one entry, one revision: what `move`, `act` and `begin` promise."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from admission.cases.models import Case
from admission.casework.move import Command, Record, RefusedHere, begin, move
from admission.ground.db import db, writing
from admission.ground.errors import NotFound, Reason, Refused, Stale
from admission.ground.mail import Mail
from admission.log.models import Entry
from admission.log.verifier import verify
from tests import factories
from tests.casework.way import Way, another


def size() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Entry))


def test_a_step_moves_the_case_by_one_and_leaves_one_entry(app):
    way = Way()
    before = size()
    moved = way.submits()
    assert (moved.state, moved.revision, moved.again) == ("received", 1, False)
    assert (way.case.state, way.case.revision, size()) == ("received", 1, before + 1)
    said = way.entries[-1]
    assert (said["type"], said["role"], said["from"], said["to"], said["revision"]) == (
        "step.submit",
        "applicant",
        "draft",
        "received",
        1,
    )
    assert said["number"] == way.case.number
    assert said["facts"]["sections_open"] == 0
    assert [row["kind"] for row in said["deadlines"]] == ["acknowledgement", "completeness"]


def test_the_same_command_twice_is_done_once(app):
    way = Way()
    command = way.command()
    first = way.submits(command)
    before = size(), db.session.scalar(select(func.count()).select_from(Mail))
    again = way.submits(command)
    assert (again.state, again.revision, again.again) == (first.state, first.revision, True)
    assert (size(), db.session.scalar(select(func.count()).select_from(Mail))) == before


def test_the_same_command_is_answered_even_after_the_case_went_on(app):
    way = Way()
    way.submits()
    command = way.command()
    way.step("acknowledge", "anna", command=command)
    way.checks()
    way.step("confirm_complete", "anna")
    again = way.step("acknowledge", "anna", command=command)
    assert (again.state, again.revision, again.again) == ("completeness", 2, True)
    assert way.case.state == "assessment"


@pytest.mark.parametrize("other", ["step", "person", "case", "act"])
def test_a_command_belongs_to_one_step_of_one_person_on_one_case(app, other):
    way = Way()
    way.submits()
    command = way.command()
    way.step("acknowledge", "anna", command=command)
    before = size()
    with pytest.raises(Refused) as refusal:
        if other == "step":
            way.step("withdraw", "anna", command=command)
        elif other == "person":
            way.step("acknowledge", "chris", command=command)
        elif other == "act":
            way.act("claim", "anna", command=command)
        else:
            second = Way(way.book, organisation_name="Anderer Verein e. V.")
            second.submits()
            before = size()
            second.step("acknowledge", "anna", command=Command(command.id, 1))
    assert refusal.value.reasons == (Reason("command.used"),)
    assert size() == before


@pytest.mark.parametrize("seen", [0, 2, 99])
def test_a_form_that_shows_another_revision_is_stale(app, seen):
    way = Way()
    way.submits()
    with pytest.raises(Stale) as stale:
        way.step("acknowledge", "anna", command=Command(uuid4(), seen))
    assert (stale.value.seen, stale.value.current) == (seen, 1)
    assert way.case.state == "received"
    with pytest.raises(Stale):
        way.act("claim", "anna", command=Command(uuid4(), seen))


def test_a_case_that_is_not_there_is_not_found(app):
    writing()
    with pytest.raises(NotFound):
        move(db.session, uuid4(), "withdraw", by=factories.SYSTEM_ACTOR, command=Command(uuid4(), 0))


def test_a_refusal_gives_every_reason_at_once_and_leaves_nothing(app):
    way = Way()
    way.submits()
    way.step("acknowledge", "anna")
    way.checks(K04="Die Satzung fehlt.")
    before = size()
    with pytest.raises(RefusedHere) as refusal:
        way.step("confirm_complete", "bilal")
    assert [reason.code for reason in refusal.value.reasons] == ["role.missing", "nothing_is_missing"]
    assert refusal.value.reasons[1].values == {"items_missing": 1}
    assert (way.case.state, way.case.revision, size()) == ("completeness", 2, before)


def test_four_eyes_conflict_and_missing_letter_are_said_together(app):
    way = Way()
    way.proposed("admit")
    way.declares("anna", conflict=True)
    way.people["bilal"] = way.people["anna"]  # Anna holds the role of an approver too
    with pytest.raises(RefusedHere) as refusal:
        way.step("admit_with_obligations", "bilal")
    assert [(reason.code, dict(reason.values)) for reason in refusal.value.reasons] == [
        ("four_eyes", {"act": "propose"}),
        ("four_eyes", {"act": "assess"}),
        ("conflict.declared", {}),
        ("obligations_are_proposed", {"proposed_outcome": "admit"}),
        ("obligations_are_recorded", {}),
    ]


def test_whoever_has_not_declared_does_not_move_the_case_but_may_claim_it(app):
    way = Way()
    way.submits()
    way.people["anna"] = factories.account(None, "caseworker")
    with pytest.raises(RefusedHere) as refusal:
        way.step("acknowledge", "anna")
    assert [reason.code for reason in refusal.value.reasons] == ["conflict.undeclared"]
    assert way.act("claim", "anna") is True


@pytest.mark.parametrize("reason", [None, "", "  \n"])
def test_a_step_that_asks_for_a_reason_is_not_done_without_words(app, reason):
    way = Way().in_assessment()
    with pytest.raises(RefusedHere) as refusal:
        way.step("rest", "anna", Record(reason=reason))
    assert [found.code for found in refusal.value.reasons] == ["reason.missing"]


def test_a_written_reason_is_a_disclosure_and_not_in_clear(app):
    way = Way().in_assessment()
    way.step("rest", "anna", Record(reason="Der Vorstand wird neu gewählt."))
    said = way.entries[-1]
    assert len(said["_sd"]) == 1
    assert "Vorstand" not in str(said)


def test_an_act_leaves_an_entry_and_no_revision(app):
    way = Way()
    way.submits()
    command = way.command()
    assert way.act("claim", "anna", command=command) is True
    assert way.act("claim", "anna", command=command) is False
    said = way.entries[-1]
    assert said["type"] == "act.claim" and {"revision", "from", "to", "facts"}.isdisjoint(said)
    assert way.case.revision == 1
    with pytest.raises(RefusedHere) as refusal:
        way.act("assess", "anna", command=another(command))
    assert refusal.value.reasons == (Reason("step.not_foreseen", {"step": "assess", "state": "received"}),)


def test_an_admission_opens_a_membership_in_the_same_transaction(app):
    way = Way().proposed("admit")
    way.step("admit", "bilal", Record(outcome="admit", opens={"title": "Kulturverein"}))
    decision, birth = way.entries[-1], db.session.get_one(Case, way.case.id)
    assert birth.ended_at is not None
    member = db.session.scalar(select(Case).where(Case.of == way.id))
    assert (member.kind, member.state, member.revision, member.title) == ("membership", "member", 0, "Kulturverein")
    assert decision["opens"] == str(member.id)
    assert member.organisation_id == way.case.organisation_id
    assert verify(db.session).sound


def test_a_case_begins_only_where_its_procedure_lets_it(app):
    book = factories.publish()
    writing()
    by = factories.SYSTEM_ACTOR
    with pytest.raises(ValueError, match="admission does not begin in admitted"):
        begin(db.session, "admission", "admitted", book=book, by=by)
    case_id = begin(db.session, "membership", "guest", book=book, by=by)
    db.session.commit()
    assert (db.session.get_one(Case, case_id).state, verify(db.session).sound) == ("guest", True)
