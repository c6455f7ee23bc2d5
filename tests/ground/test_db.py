"""How transactions end on PostgreSQL: everything is rolled back but what was planned."""

from contextlib import suppress

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from admission.cases.models import Counter
from admission.ground.db import db
from tests import installation

OFTEN = 7  # the driver prepares what it has sent five times
PREPARED = text("SELECT count(*) FROM pg_prepared_statements")


@pytest.fixture
def postgresql(templates, tmp_path):
    """The application on PostgreSQL alone: SQLite's driver keeps its statements by itself."""
    with templates.fresh("postgresql", tmp_path) as address:
        app = installation.application(address, tmp_path)
        with app.app_context():
            yield app
        installation.close(app)


def read_often():
    for _ in range(OFTEN):
        db.session.scalar(select(func.count()).select_from(Counter))
        db.session.rollback()


def test_a_read_leaves_its_statements_prepared(postgresql):
    read_often()
    assert db.session.scalar(PREPARED) == 1


def test_what_was_written_is_gone(postgresql):
    read_often()
    db.session.add(Counter(name="MSO-2026", last=1))
    db.session.flush()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Counter)) == 0


def test_a_failed_transaction_can_be_followed_by_another(postgresql):
    read_often()
    with pytest.raises(ProgrammingError):
        db.session.execute(text("SELECT nothing FROM nowhere"))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Counter)) == 0


def test_a_connection_that_the_server_ended_meanwhile_is_replaced(postgresql):
    backend = db.session.scalar(text("SELECT pg_backend_pid()"))
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend})
    with suppress(OperationalError):
        db.session.rollback()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Counter)) == 0
