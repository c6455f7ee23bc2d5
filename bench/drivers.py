"""The bare drivers, with the habits that `ground.db` gives to SQLAlchemy's connections."""

import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg

from admission.ground.db import SQLITE_PRAGMAS


def driver(address: str) -> tuple[Any, Callable[[Any], Any]]:
    """A connection to this database that commits by itself, and what opens a write on one of its cursors."""
    if address.startswith("sqlite"):
        connection = sqlite3.connect(address.removeprefix("sqlite:///"), timeout=30, isolation_level=None)
        for pragma in SQLITE_PRAGMAS:
            connection.execute("PRAGMA " + pragma)
        return connection, lambda cursor: cursor.execute("BEGIN IMMEDIATE")
    url = address.replace("postgresql+psycopg", "postgresql")
    return psycopg.connect(url, autocommit=True, options="-c jit=off"), lambda cursor: cursor.execute("BEGIN")
