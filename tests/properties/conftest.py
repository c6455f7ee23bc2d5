"""A database that forgets at a power cut: what is tried here is the engine, not the disk."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from admission.ground.db import db
from tests import factories, installation
from tests.properties.world import FIRST_DAY, Tally, World, clock


@pytest.fixture
def quick(request: pytest.FixtureRequest, templates: installation.Templates, tmp_path: Any) -> Iterator[Flask]:
    """The application without waiting for the disk; on SQLite, if the test names no other database."""
    kind = getattr(request, "param", "sqlite")
    with templates.fresh(kind, tmp_path) as address:
        app = installation.application(address, tmp_path)
        with app.app_context():
            if kind == "sqlite":  # the cluster of the tests flushes nothing anyway
                event.listen(db.engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous = OFF"))
                db.engine.dispose()
            yield app
        installation.close(app)


@pytest.fixture
def worlds(quick: Flask) -> Any:
    """Makes worlds that share an edition, an office and a tally."""
    with clock.at(FIRST_DAY):
        book = factories.publish()
        people = {
            name: factories.account(None, *roles)
            for name, roles in {
                "anna": ("caseworker", "approver"),
                "chris": ("caseworker",),
                "bilal": ("approver", "caseworker"),
                "dora": ("approver",),
                "emil": ("council",),
            }.items()
        }
    tally = Tally()

    def make(**changes: Any) -> World:
        return World(book, people, tally, **changes)

    make.tally = tally  # type: ignore[attr-defined]
    return make
