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
def quick(templates: installation.Templates, tmp_path: Any) -> Iterator[Flask]:
    """The application on SQLite without waiting for the disk."""
    with templates.fresh("sqlite", tmp_path) as address:
        app = installation.application(address, tmp_path)
        with app.app_context():
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
