"""The migration makes the tables of the models, with data in them up, down and up again, on both databases."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from admission.ground import clock
from admission.ground.db import Base, db, engine_options, install
from admission.log.verifier import verify
from migrations import safeguards
from tests import installation
from tests.casework.way import Way

MODELS = re.compile(r'^    __tablename__ = "(\w+)"', re.MULTILINE)
REBUILT = re.compile(r'(?<=^CREATE TABLE )"(\w+)"')
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferrable, condeferred
FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
COLUMNS = """
SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, templates, tmp_path):
    """The address of a database without tables."""
    with templates.fresh(request.param, tmp_path) as address:
        installation.migrate(address, downgrade, "base")
        yield address


def connected(address: str):
    engine = create_engine(address, poolclass=NullPool, **engine_options(address))
    install(engine)
    return engine.connect().execution_options(writes=True)


def shape(connection: Connection) -> list[object]:
    """Everything that the database knows of its tables, `alembic_version` apart."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2")).all()
        return [(*row[:3], sorted(_parts(row.sql))) for row in rows if row.tbl_name != "alembic_version"]
    found = [connection.execute(text(sql)).all() for sql in (CONSTRAINTS, INDEXES, COLUMNS)]
    return [row for rows in found for row in rows if "alembic_version" not in str(row)]


def _parts(sql: str | None) -> list[str]:
    """The lines of a statement, in which the order of constraints says nothing; SQLite quotes what it has rebuilt."""
    lines = [" ".join(line.split()).strip(",") for line in (sql or "").splitlines() if line.strip()]
    return [REBUILT.sub(r"\1", line) for line in lines]


def test_the_migration_leaves_nothing_to_compare(address):
    with connected(address) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_table_of_the_models_is_migrated(address):
    sources = (Path(__file__).parent.parent / "admission").rglob("*.py")
    written = {name for source in sources for name in MODELS.findall(source.read_text(encoding="utf-8"))}
    with connected(address) as connection:
        assert set(inspect(connection).get_table_names()) == written | {"alembic_version"}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_checks_partial_indexes_and_deferrable_keys_are_those_of_the_models(templates, tmp_path, kind):
    """`compare_metadata` sees none of them."""
    (tmp_path / "modelled").mkdir()
    with templates.fresh(kind, tmp_path) as migrated, templates.fresh(kind, tmp_path / "modelled") as modelled:
        installation.migrate(modelled, downgrade, "base")
        with connected(modelled) as connection:
            Base.metadata.create_all(connection)
            safeguards.create(connection)
            connection.commit()
            expected = shape(connection)
        with connected(migrated) as connection:
            found = shape(connection)
    assert found == expected
    assert any("undecided_until_submitted" in str(row) for row in found)


def test_down_leaves_nothing_behind(empty):
    with connected(empty) as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
        if connection.dialect.name == "postgresql":
            rest = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            assert connection.execute(text(rest)).all() == []


def test_down_and_up_with_data_and_the_engine_runs_again(address, tmp_path):
    for _round in range(2):
        app = installation.application(address, tmp_path)
        with app.app_context():
            way = Way()
            way.submits()
            assert (way.case.number, verify(db.session).faults) == (f"MSO-{clock.today().year}-0001", ())
        installation.close(app)
        installation.migrate(address, downgrade, "base")
        installation.migrate(address)


def test_a_migration_that_fails_leaves_everything_as_it_was(address, tmp_path, monkeypatch):
    app = installation.application(address, tmp_path)
    with app.app_context():
        Way().submits()
        with db.engine.connect() as connection:
            before = shape(connection)
    installation.close(app)

    drop = safeguards.drop

    def drops_and_fails(connection):
        drop(connection)
        raise RuntimeError("in the middle of it")

    monkeypatch.setattr(safeguards, "drop", drops_and_fails)
    with pytest.raises(RuntimeError, match="in the middle of it"):
        installation.migrate(address, downgrade, "base")
    with connected(address) as connection:
        assert shape(connection) == before
        assert connection.scalar(text("SELECT count(*) FROM entry")) == 2


def test_after_a_migration_foreign_keys_are_on_again(address):
    with connected(address) as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
