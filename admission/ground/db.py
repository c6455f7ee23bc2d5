"""The database: base class, column types, and the two ways to open a transaction.

PostgreSQL runs in READ COMMITTED: what must not change meanwhile is locked first and read after it. SQLite runs in WAL
with `synchronous=FULL`; a write opens with BEGIN IMMEDIATE, because a read that turns into a write fails at once when
somebody wrote in between.
"""

from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, TypeDecorator, event
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


class Base(DeclarativeBase):
    """All tables of the house."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(metadata=Base.metadata)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC on both databases (SQLite would give it back without its zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse an instant without a zone; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant carries its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def writing() -> Connection:
    """Open the write transaction; whatever will be written is read after this line.

    It rolls back what was open: options given to a transaction that has already begun would be ignored, and on SQLite
    the "write" would then be a deferred one.
    """
    db.session.rollback()
    return db.session.connection(execution_options={"writes": True})


def install(engine: Engine) -> None:
    """Give an engine its habits; call once, before the first connection."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connects)
        event.listen(engine, "begin", _sqlite_begins)
    else:
        event.listen(engine, "rollback", _postgresql_rolls_back)


def _sqlite_connects(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must open no transaction by itself
    for pragma in SQLITE_PRAGMAS:
        connection.execute("PRAGMA " + pragma)


def _sqlite_begins(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql_rolls_back(connection: Connection) -> None:
    """Roll back below the driver, whose own way (it then finds nothing open) forgets every prepared statement.

    It fears for tables that were made in the transaction; ours change by migrations alone. Every read ends with a
    rollback, so that PostgreSQL would plan every statement of a page or step anew. What failed is left to the driver.
    """
    if connection.closed or connection.invalidated:
        return
    driver: Any = connection.connection.driver_connection
    if driver.info.transaction_status.name == "INTRANS":
        driver.pgconn.exec_(b"ROLLBACK")


def engine_options(url: str) -> dict[str, Any]:
    """What `SQLALCHEMY_ENGINE_OPTIONS` holds for this address."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 30}}
    return {"isolation_level": "READ COMMITTED", "pool_pre_ping": True, "connect_args": {"options": "-c jit=off"}}
