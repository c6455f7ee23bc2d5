"""What an intruder with every right can do: switch the guards off, and write as they like."""

from typing import Any

from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from admission.ground.db import db
from migrations import safeguards
from tests import cluster


def change(app: Flask, *statements: str, **values: Any) -> None:
    """Run statements past all triggers, checks and foreign keys; the guards of the log stay off afterwards."""
    db.session.rollback()
    address = app.config["SQLALCHEMY_DATABASE_URI"].replace(f"//{cluster.OWNER}@", "//postgres@")
    engine = create_engine(address, poolclass=NullPool)
    with engine.connect() as connection:
        switch_off(connection)
        for statement in statements:
            connection.execute(text(statement), values)
        connection.commit()


def switch_off(connection: Connection) -> None:
    """Without these, nothing holds a writer back: triggers and checks of the log, foreign keys of the database."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.exec_driver_sql(f"ALTER TABLE entry DROP CONSTRAINT IF EXISTS {safeguards.ROW_IS_BYTES}")
        return
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    for name in safeguards.SQLITE:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
