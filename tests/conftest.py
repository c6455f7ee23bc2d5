"""What all tests stand on: a day, and both databases, migrated once a run and copied for each test."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from admission.ground.clock import BERLIN
from tests import cluster, factories, installation

collect_ignore = [] if os.environ.get("PROOF") == "1" else ["foreign"]
PORT = "MSO_TEST_POSTGRES_PORT"
TODAY = "MSO_TEST_TODAY"
LONGEST_FIRST = ("tests/properties/", "tests/journeys/", "tests/faults/", "tests/web/test_hostile.py")
"""What would otherwise end long after everything else, with the other processor idle."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """The first process starts the cluster; xdist's workers inherit its address."""
    if PORT not in os.environ and not hasattr(config, "workerinput") and not config.option.collectonly:
        running = cluster.Cluster()
        running.start()
        os.environ[PORT] = str(running.port)
        config.add_cleanup(running.stop)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long modules come first, so that the short ones fill what time is left; needs xdist's own order to be off."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST_FIRST))


@pytest.fixture(scope="session", autouse=True)
def the_day() -> Iterator[None]:
    """The clock of all tests sets out on the day of the factories, or when MSO_TEST_TODAY says (in Berlin).

    So a test finds the same holidays and the same age of every answer today and in ten years.
    """
    said = os.environ.get(TODAY)
    day = datetime.fromisoformat(said).replace(tzinfo=BERLIN).astimezone(UTC) if said else factories.DAY
    with time_machine.travel(day):
        yield


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> installation.Templates:
    """A migrated SQLite file and a migrated PostgreSQL database, made once a worker."""
    return installation.Templates(tmp_path_factory.mktemp("templates"), os.environ[PORT])


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, templates: installation.Templates, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database of its own, on each of both."""
    with templates.fresh(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def app(address: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on that database, inside an application context."""
    made = installation.application(address, tmp_path)
    with made.app_context():
        yield made
    installation.close(made)


@pytest.fixture
def sqlite_app(templates: installation.Templates, tmp_path: Path) -> Iterator[Flask]:
    """The application on SQLite alone, for what does not depend on the database."""
    with templates.fresh("sqlite", tmp_path) as found:
        made = installation.application(found, tmp_path)
        with made.app_context():
            yield made
        installation.close(made)
