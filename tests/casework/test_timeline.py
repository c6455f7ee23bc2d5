"""One case's history for its three readers."""

from admission.casework import timeline
from admission.ground.db import db
from tests.office import Office

TWO_DAYS = [{"on": "2026-05-09", "what": "Hafenfest", "where": "here"}]


def returned(office):
    case_id = office.receives(seat_postcode="12345", activities=TWO_DAYS)
    office.finds_complete(case_id)
    office.assesses(case_id, K01="not_met", K07="not_met")
    office.proposes(case_id, "refuse")
    office.returns(case_id, "Bitte erst nach Terminen fragen.")
    return case_id


def test_the_office_reads_names_and_reasons(app):
    office = Office()
    case_id = returned(office)
    newest, proposal = timeline.for_office(db.session, case_id)[:2]
    assert newest.text == "Der Vorschlag wurde mit einem Grund zurückgegeben. Die Kriterien werden erneut geprüft."
    assert (newest.said, newest.who) == ("Bitte erst nach Terminen fragen.", "Name")
    assert proposal.detail == "Ablehnung"
    assert [reason[:3] for reason in proposal.reasons] == ["K01", "K01", "K01", "K07", "K07"], "every test not met"
    assert any("weniger als 3" in reason for reason in proposal.reasons if reason.startswith("K01"))


def test_the_applicant_reads_no_internal_acts_and_no_proposal(app):
    office = Office()
    lines = timeline.for_applicant(db.session, returned(office))
    assert {line.type for line in lines} == {
        "draft.opened", "step.submit", "step.acknowledge", "step.confirm_complete", "step.propose", "step.return",
    }  # fmt: skip
    assert all(line.said == line.detail == "" and line.reasons == () for line in lines)
    assert {line.who for line in lines} == {"Organisation", "Sachbearbeitung", "Zweite Unterschrift"}


def test_the_council_counts_people_without_names(app):
    office = Office()
    lines = timeline.for_council(db.session, returned(office))
    assert {line.type: line.who for line in lines if line.type.startswith("step.")} == {
        "step.submit": "A", "step.acknowledge": "B", "step.confirm_complete": "B", "step.propose": "B",
        "step.return": "C",
    }  # fmt: skip
    assert all(line.said == "" for line in lines)
    assert {line.detail for line in lines if line.type == "act.declare_conflict"} == {"keine Befangenheit"}
    assert {line.edition for line in lines} == {"2026-1"}


def test_the_council_reads_that_somebody_was_recused_and_not_who(app):
    office = Office()
    case_id = returned(office)
    office.declares(case_id, office.head, "approver", conflict=True)
    newest = timeline.for_council(db.session, case_id)[0]
    assert (newest.type, newest.who) == ("act.declare_conflict", "C")
    assert newest.detail == "befangen; eine andere Person bearbeitet den Vorgang"
