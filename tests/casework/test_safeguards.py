"""The list of guards is what lives in the database, and the app's role on PostgreSQL can do no more than it must."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from admission.casework import applications
from admission.ground.db import db
from admission.log.verifier import verify
from migrations import safeguards
from tests import cluster, factories, installation

TRIGGERS = """
SELECT tgname, relname, tgenabled FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal"""
FUNCTIONS = """
SELECT proname, prosrc, proconfig FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
WHERE nspname = 'public'"""
CONSTRAINTS = """
SELECT conname, contype, condeferrable FROM pg_constraint
WHERE conname IN ('entry_row_is_its_bytes', 'fk_entry_case_id_case', 'state_has_its_entry')"""


@pytest.fixture
def connection(request, templates, tmp_path):
    with templates.fresh(request.param, tmp_path) as address, _engine(address).connect() as found:
        yield found


def _engine(address):
    return create_engine(address, poolclass=NullPool)


@pytest.mark.parametrize("connection", ["sqlite"], indirect=True)
def test_the_triggers_of_sqlite_are_those_of_the_list_word_by_word(connection):
    rows = connection.execute(text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    assert {row.name: (row.tbl_name, row.sql) for row in rows} == {
        name: (table, f"CREATE TRIGGER {name} {rule}") for name, (table, rule) in safeguards.SQLITE.items()
    }


@pytest.mark.parametrize("connection", ["postgresql"], indirect=True)
def test_the_triggers_of_postgresql_are_those_of_the_list_and_switched_on(connection):
    rows = connection.execute(text(TRIGGERS)).all()
    assert {(row.tgname, row.relname, row.tgenabled) for row in rows} == {
        (name, table, "O") for name, (_function, _trigger, table) in safeguards.POSTGRESQL.items()
    }


@pytest.mark.parametrize("connection", ["postgresql"], indirect=True)
def test_the_functions_are_those_of_the_list_with_their_search_path_pinned(connection):
    listed = {name: function for name, (function, *_rest) in safeguards.POSTGRESQL.items() if function}
    listed |= safeguards.POSTGRESQL_FUNCTIONS
    live = {row.proname: row for row in connection.execute(text(FUNCTIONS))}
    assert live.keys() == listed.keys()
    for name, row in live.items():
        assert row.prosrc in listed[name]
        assert row.proconfig == ["search_path=pg_catalog, public, pg_temp"]


@pytest.mark.parametrize("connection", ["postgresql"], indirect=True)
def test_only_the_key_that_a_birth_needs_is_deferrable(connection):
    assert {tuple(row) for row in connection.execute(text(CONSTRAINTS))} == {
        ("entry_row_is_its_bytes", "c", False),
        ("fk_entry_case_id_case", "f", True),
        ("state_has_its_entry", "f", False),
    }


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_all_guards_can_be_dropped_and_made_again(templates, tmp_path, kind):
    with templates.fresh(kind, tmp_path) as address, _engine(address).begin() as connection:
        safeguards.drop(connection)
        safeguards.create(connection)


# --- the role of the running app ---


@pytest.fixture
def as_app(templates, tmp_path):
    """The application on PostgreSQL under the role `mso_app`, with a submitted application."""
    with templates.fresh("postgresql", tmp_path) as owners:
        with _engine(owners).begin() as connection:
            safeguards.grant(connection, cluster.APP)
        app = installation.application(owners.replace(f"//{cluster.OWNER}@", f"//{cluster.APP}@"), tmp_path)
        with app.app_context():
            yield app
        installation.close(app)


def test_the_app_moves_a_case_under_its_own_role(as_app):
    assert db.session.scalar(text("SELECT current_user")) == cluster.APP
    book = factories.publish()
    applicant = factories.account()
    case_id = factories.draft(book, applicant)
    command = factories.command(case_id)
    case = factories.locked(case_id)
    by = factories.as_("applicant", applicant, case_id)
    moved = applications.submit(db.session, case, book, "Selin Aydar", by=by, command=command)
    db.session.commit()
    assert (moved.state, moved.revision) == ("received", 1)
    assert verify(db.session).sound


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entry SET actor = 'x'",
        "DELETE FROM entry",
        "TRUNCATE entry CASCADE",
        "UPDATE checkpoint SET note = 'x'",
        "DELETE FROM checkpoint",
        "TRUNCATE checkpoint CASCADE",
        "UPDATE edition SET body = '{}'",
        "DELETE FROM edition",
        "TRUNCATE edition CASCADE",
        'DELETE FROM "case"',
        'TRUNCATE "case" CASCADE',
        "ALTER TABLE entry DISABLE TRIGGER USER",
        "ALTER TABLE entry DROP CONSTRAINT entry_row_is_its_bytes",
        "DROP TRIGGER entry_stands ON entry",
        "DROP FUNCTION it_stands() CASCADE",
        "CREATE OR REPLACE FUNCTION it_stands() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "DROP TABLE entry CASCADE",
        "SET session_replication_role = replica",
        "CREATE TABLE public.shadow (x int)",
    ],
)
def test_the_app_cannot_change_what_stands_nor_switch_a_guard_off(as_app, sql):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        db.session.execute(text(sql))
