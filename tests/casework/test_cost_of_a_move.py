"""What a move costs: how many statements, and one durable transaction."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from admission.casework import facts
from admission.casework.move import Record, move
from admission.ground.db import db
from tests.casework.way import Way


@contextmanager
def counted():
    """Within the block: the statements that reach the database, and its commits."""
    statements: list[str] = []
    commits: list[int] = []

    def executed(_connection, _cursor, statement, *_rest):
        statements.append(" ".join(statement.split())[:60])

    def committed(_connection):
        commits.append(len(statements))

    event.listen(db.engine, "before_cursor_execute", executed)
    event.listen(db.engine, "commit", committed)
    try:
        yield statements, commits
    finally:
        event.remove(db.engine, "before_cursor_execute", executed)
        event.remove(db.engine, "commit", committed)


def cost(way: Way, step: str, who: str, record: Record) -> tuple[list[str], list[int]]:
    """Statements and commits of one move and its commit, everything around it left out."""
    command = way.command()
    way.locked()
    by = way.by(who)
    with counted() as (statements, commits):
        move(db.session, way.id, step, by=by, command=command, record=record)
        db.session.commit()
    return statements, commits


def test_a_step_that_ends_and_begins_deadlines_and_sends_mail_takes_eight(app):
    way = Way().in_assessment()
    way.assesses()
    way.proposes("admit")
    statements, commits = cost(way, "return", "bilal", Record(reason="Bitte prüfen."))
    assert len(statements) <= 8, statements
    assert len(commits) == 1
    assert [verb.split()[0] for verb in statements[:2]] == ["SELECT", "SELECT"]  # lock, then facts
    assert statements[-2].startswith("INSERT INTO entry") and statements[-1].startswith('UPDATE "case"')


def test_a_step_that_opens_a_case_takes_twelve(app):
    way = Way().proposed("admit")
    digest = way.drafts("admission")
    record = Record(outcome="admit", letter=digest, opens={"title": "Verein"}, data={"code": "A" * 16})
    statements, commits = cost(way, "admit", "bilal", record)
    assert len(statements) <= 12, statements
    assert len(commits) == 1


@pytest.mark.parametrize("step", ["acknowledge", "withdraw"])
def test_a_plain_step_takes_no_more(app, step):
    way = Way()
    way.submits()
    statements, commits = cost(way, step, "anna" if step == "acknowledge" else "selin", Record())
    assert len(statements) <= 8, statements
    assert len(commits) == 1


def test_the_facts_are_read_by_the_indexes_of_the_case_and_not_among_the_periods_of_all(app):
    way = Way()
    way.submits()
    connection = db.session.connection()
    asked = facts.READ.params(c=way.id, by="somebody", person=facts.NOBODY, command=facts.NOBODY)
    compiled = asked.compile(connection, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    plan = "\n".join(str(line) for line in connection.exec_driver_sql(f"{explain} {compiled}").all())
    assert "ix_deadline_case" in plan
    assert "ix_deadline_running" not in plan
    assert "SCAN " not in plan
