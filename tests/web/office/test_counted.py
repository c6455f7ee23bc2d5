"""Counted: statements of inbox and case page with few and many rows, and the bytes of the inbox."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, insert, select

from admission.cases.models import Case, Deadline
from admission.casework.move import act
from admission.ground import clock
from admission.ground.db import db
from admission.ground.ids import new_id
from admission.ground.jobs import beat
from admission.ground.mail import Mail, queue
from tests import factories
from tests.web.browser import page, title

INBOX_MOST, CASE_MOST, INBOX_BYTES = 8, 14, 60 * 1024


@contextmanager
def counted():
    """The statements that the block sends."""
    found = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def receives(desk, count):
    for number in range(count):
        desk.office.applicant = factories.account(None, "applicant")
        name = f"Begegnungszentrum für Familien am Alten Hafen, Gruppe {number} e. V."
        case_id = factories.draft(desk.office.book, desk.office.applicant, organisation_name=name)
        desk.office.submits(case_id)


def test_the_inbox_takes_as_many_statements_with_50_rows_as_with_5(desk):
    taken = []
    for more in (5, 45):
        receives(desk, more)
        desk.clerk.opens()
        browser = desk.browser
        with counted() as found:
            answer = browser.get("/buero")
        taken.append(len(found))
        assert answer.get_data(as_text=True).count('<th scope="row">') == sum((5, 45)[: len(taken)])
    assert taken[0] == taken[1] <= INBOX_MOST
    assert len(answer.data) <= INBOX_BYTES, len(answer.data)


def test_the_next_page_goes_on_where_this_one_stopped(desk):
    receives(desk, 52)
    first = desk.clerk.opens().get_data(as_text=True)
    later = first.partition("/buero?nach=")[2].partition('"')[0]
    second = desk.browser.get(f"/buero?nach={later}").get_data(as_text=True)
    assert second.count('<th scope="row">') == 2
    assert "Erste Seite" in second


@pytest.mark.parametrize("state", ["received", "supplement", "assessment", "proposed", "hearing", "admitted"])
def test_the_page_of_a_case_takes_few_statements_in_every_state(desk, state):
    case = in_state(desk, state)
    desk.clerk.opens("", case)
    with counted() as found:
        answer = desk.browser.get(f"/buero/vorgaenge/{case.number}")
    assert (answer.status_code, case.state) == (200, state)
    assert len(found) <= CASE_MOST, "\n\n".join(found)


def test_more_rows_on_the_page_of_a_case_are_no_more_statements(desk):
    case = in_state(desk, "assessment")
    desk.clerk.opens("", case)
    taken = []
    for more in (0, 45):
        longer_history(desk, case, more)
        with counted() as found:
            answer = desk.browser.get(f"/buero/vorgaenge/{case.number}?verlauf=alles")
        taken.append(len(found))
    assert taken[0] == taken[1] <= CASE_MOST
    assert answer.get_data(as_text=True).count('<p class="meta">') >= 50


def in_state(desk, state):
    """A case in this state, through the real engine."""
    office = desk.office
    case_id = office.receives() if state != "received" else factories.draft(office.book, office.applicant)
    if state == "received":
        office.submits(case_id)
        desk.declares(desk.clerk, desk.case(case_id))
    elif state == "supplement":
        office.finds_missing(case_id, K04="Die Satzung fehlt.")
    else:
        office.finds_complete(case_id)
        if state == "hearing":
            office.assesses(case_id, K01="not_met")
            office.proposes(case_id, "refuse")
            office.opens_hearing(case_id)
        elif state != "assessment":
            office.assesses(case_id)
            office.proposes(case_id, "admit")
        if state == "admitted":
            office.signs(case_id)
    return desk.case(case_id)


def longer_history(desk, case, more):
    """As many more entries as somebody working long on a case would leave."""
    for _ in range(more):
        command = factories.command(case.id)
        factories.locked(case.id)
        act(db.session, case.id, "claim", by=factories.as_("caseworker", desk.office.clerk, case.id), command=command)
        db.session.commit()


def test_the_most_urgent_case_stands_first_under_its_heading(desk):
    receives(desk, 2)
    last = db.session.scalars(select(Case).order_by(Case.number.desc())).first()
    db.session.execute(
        insert(Deadline),
        [{
            "id": new_id(), "case_id": last.id, "kind": "decision", "whose": "office", "begun_on": clock.today(),
            "due_on": clock.today() - timedelta(days=3), "round": 0, "state": "passed", "extensions": 0,
        }],
    )  # fmt: skip
    db.session.commit()
    shown = page(desk.clerk.opens())
    assert shown.index("Überfällig") < shown.index(last.number)


def test_a_silent_worker_and_mail_that_does_not_leave_are_said(desk):
    beat(db.session)
    db.session.commit()
    assert "Etwas verlässt das Haus nicht" not in page(desk.clerk.opens())
    with clock.at(clock.now() + timedelta(minutes=16)):
        queue(db.session, "sign_in", key="früh", to=desk.office.clerk)
        db.session.flush()
        db.session.scalars(select(Mail)).first().run_at = clock.now() - timedelta(minutes=16)
        db.session.commit()
        shown = page(desk.clerk.opens())
    assert "Der Hintergrunddienst schweigt seit" in shown
    assert "1 E-Mail wartet seit mehr als 15 Minuten." in shown


def test_an_empty_list_says_why(desk):
    in_state(desk, "admitted")
    shown = desk.clerk.opens()
    assert title(shown) == "Eingang"
    assert "Neue Anträge erscheinen hier, sobald sie eingereicht sind." in page(shown)
    assert "Alle offenen Vorgänge zeigen" in page(desk.clerk.opens("?stand=hearing"))
