"""The office's list: order, paging by key, and how many statements it takes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, update

from admission.cases.models import Case, Deadline
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
    assert [row.due_on for row in first.rows] == [db.session.get(Case, case_id).due_on for case_id in early]


def test_where_no_deadline_runs_a_case_comes_last(app):
    office = Office()
    resting, waiting = several(office, 2)
    db.session.execute(
        update(Deadline).where(Deadline.case_id == resting).values(state="ended", ended_on=clock.today())
    )
    db.session.commit()
    first = inbox.page(db.session, office.clerk, size=1)
    (last,) = inbox.page(db.session, office.clerk, after=first.after).rows
    assert ([row.id for row in first.rows], last.id, last.due_on) == ([waiting], resting, None)


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
    assert inbox.counts(db.session, nobody=True) == inbox.counts(db.session)


def test_counting_stops_where_nobody_needs_an_exact_number(app, monkeypatch):
    monkeypatch.setattr(inbox, "MOST", 2)
    several(Office(), 4)
    assert inbox.counts(db.session)["received"] == 3


@pytest.mark.parametrize("whose", [{}, {"assigned": uuid4()}, {"nobody": True}])
@pytest.mark.parametrize("states", [inbox.OPEN, inbox.THEIRS, ("weighed",)])
def test_no_list_and_no_count_looks_at_other_cases(sqlite_app, whose, states):
    """Each state is read from its index, in order and no further than the page: more cases cost no more."""
    reader = uuid4()
    found = plans(
        lambda: inbox.page(db.session, reader, states=states, after=f"2026-12-01~{uuid4()}", **whose),
        lambda: inbox.counts(db.session, whose.get("assigned"), nobody="nobody" in whose),
        lambda: inbox.health(db.session),
    )
    index = "ix_case_open_by_person" if whose else "ix_case_open_by_urgency"
    assert len([step for step in found if step.startswith(f"SEARCH case USING INDEX {index} (")]) == len(states) + 7
    whole = [step for step in found if step.startswith("SCAN") and not step.startswith(("SCAN anon", "SCAN CONSTANT"))]
    assert whole == []


def plans(*reads):
    """What SQLite says of how it will find the rows of these reads."""
    statements = []

    def note(_connection, _cursor, sql, values, *_rest):
        statements.append((sql, values))

    event.listen(db.engine, "before_cursor_execute", note)
    for read in reads:
        read()
    event.remove(db.engine, "before_cursor_execute", note)
    connection = db.session.connection()
    return [
        row[3]
        for sql, values in statements if sql.startswith("SELECT")
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
    ]  # fmt: skip


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
