"""What all tests stand on: both databases, migrated once a run and copied for each test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests import cluster, installation

PORT = "MSO_TEST_POSTGRES_PORT"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """The first process starts the cluster; xdist's workers inherit its address."""
    if PORT not in os.environ and not hasattr(config, "workerinput") and not config.option.collectonly:
        running = cluster.Cluster()
        running.start()
        os.environ[PORT] = str(running.port)
        config.add_cleanup(running.stop)


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
