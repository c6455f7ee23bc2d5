"""The office's list: order, paging by key, and how many statements it takes."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import event

from admission.casework import inbox
from admission.ground import clock
from admission.ground.db import db
from tests import factories
from tests.office import Office


def several(office, count):
    made = []
    for _ in range(count):
        office.applicant = factories.account(None, "applicant")
        case_id = factories.draft(office.book, office.applicant)
        office.submits(case_id)
        made.append(case_id)
    return made


def test_the_next_deadline_comes_first_and_pages_go_on_where_they_stopped(app):
    office = Office()
    with clock.at(factories.DAY - timedelta(days=20)):
        early = several(office, 2)
    with clock.at(factories.DAY):
        late = several(office, 3)
        first = inbox.page(db.session, office.clerk, size=2)
        second = inbox.page(db.session, office.clerk, after=first.after, size=2)
        third = inbox.page(db.session, office.clerk, after=second.after, size=2)
    assert {row.id for row in first.rows} == set(early)
    assert {row.id for row in (*second.rows, *third.rows)} == set(late)
    assert (third.after, len(third.rows)) == (None, 1)
    assert first.rows[0].kind == "acknowledgement"


def test_filters_and_counts_agree(app):
    office = Office()
    several(office, 2)
    office.applicant = factories.account(None, "applicant")
    assessed = office.receives()
    assert inbox.counts(db.session) == {state: 0 for state in inbox.OPEN} | {"received": 2, "completeness": 1}
    assert [row.id for row in inbox.page(db.session, office.clerk, states=("completeness",)).rows] == [assessed]
    assert inbox.page(db.session, office.clerk, assigned=office.clerk).rows == ()
    assert len(inbox.page(db.session, office.clerk, nobody=True).rows) == 3
    assert inbox.counts(db.session, mine=uuid4()) == dict.fromkeys(inbox.OPEN, 0)


def test_the_list_knows_what_its_reader_declared(app):
    office = Office()
    case_id = office.receives()
    (row,) = inbox.page(db.session, office.clerk).rows
    (stranger,) = inbox.page(db.session, factories.account(None, "caseworker")).rows
    assert (row.id, row.conflict, stranger.conflict) == (case_id, False, None)


def test_one_statement_whatever_its_length(sqlite_app):
    office = Office()
    several(office, 4)
    statements = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    inbox.page(db.session, office.clerk)
    inbox.counts(db.session)
    inbox.health(db.session)
    assert [text.partition(" ")[0] for text in statements if text != "BEGIN"] == ["SELECT"] * 3


def test_a_silent_worker_and_waiting_letters_are_seen(app):
    assert inbox.health(db.session).silent
