"""A small installation for a test: keys, folders, an address, and the application on it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from alembic.command import upgrade
from alembic.config import Config
from flask import Flask
from sqlalchemy import create_engine

from admission.app import create_app
from admission.ground.db import db, engine_options, install
from config import ROOT, settings
from tests import cluster

_numbers = count()


class Templates:
    """One migrated database of each kind, to be copied: far cheaper than to migrate for each test."""

    def __init__(self, folder: Path, port: str) -> None:
        self.port = port
        self.sqlite = folder / "template.sqlite"
        self.name = f"template_{folder.parent.name.replace('-', '_')}_{next(_numbers)}".lower()
        migrate(f"sqlite:///{self.sqlite}")
        with self._server() as server:
            server.execute(f"CREATE DATABASE {self.name}")
        migrate(cluster.address(port, self.name))

    @contextmanager
    def fresh(self, kind: str, folder: Path) -> Iterator[str]:
        """A copy, gone afterwards; yields its address."""
        if kind == "sqlite":
            file = folder / "test.sqlite"
            shutil.copy(self.sqlite, file)
            yield f"sqlite:///{file}"
            return
        name = f"{self.name}_{next(_numbers)}"
        with self._server() as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {self.name} STRATEGY FILE_COPY")
        try:
            yield cluster.address(self.port, name)
        finally:
            with self._server("postgres") as server:  # the owner may not end what the app's role has left open
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _server(self, role: str = cluster.OWNER) -> Any:
        return psycopg.connect(f"host=127.0.0.1 port={self.port} user={role} dbname=postgres", autocommit=True)


def application(address: str, folder: Path, **changes: Any) -> Flask:
    """The application on this database, with keys of its own in `folder`."""
    return create_app(test_settings(address, folder) | changes)


def test_settings(address: str, folder: Path) -> dict[str, Any]:
    """Settings as a city's operator would make them, for a folder that a test owns."""
    master, log_key = folder / "master.key", folder / "log.key"
    for file, digit in ((master, "5"), (log_key, "7")):
        if not file.exists():
            file.write_text(digit * 64)
            file.chmod(0o600)
    environ = {
        "SECRET_KEY": "a-secret-of-this-test-run-alone-0123456789",
        "DATABASE_URL": address,
        "MASTER_KEY_FILE": str(master),
        "LOG_KEY_FILE": str(log_key),
        "FILES_DIR": str(folder / "files"),
    }
    return settings(environ, "test")


def close(app: Flask) -> None:
    """Give all connections back, so that the database can be dropped."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def migrate(address: str, command: Callable[..., None] = upgrade, revision: str = "head") -> None:
    """Bring a database to a revision, as the operator's `flask db upgrade` does."""
    engine = create_engine(address, **engine_options(address))
    install(engine)
    config = Config(ROOT / "migrations" / "alembic.ini")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command(config, revision)
    engine.dispose()
