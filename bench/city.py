"""The fictional city, with as many cases as wanted: what was played through the engine is copied in SQL.

The copies pass every guard of the database: a birth at revision 0 with its entry, then revision after revision, the
entry first and the case behind it. What no list reads (answers, documents, acts in the log, deadlines that have ended)
is not copied.
"""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Uuid,
    event,
    func,
    insert,
    null,
    select,
    text,
    update,
)
from sqlalchemy import literal_column as sql

from admission.app import create_app
from admission.assessment.models import Finding
from admission.cases.models import Case, ConflictDeclaration, Deadline, Pause
from admission.decisions.models import Notice
from admission.demo import play
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.jobs import beat
from admission.ground.mail import Mail
from admission.log.models import Entry
from admission.onboarding.models import Task
from admission.organisations.models import Organisation
from admission.people.models import Account, RoleGrant
from admission.people.sessions import open_session
from admission.register.models import Consent, Field
from admission.web.access import TOKEN
from bench.served import environment
from config import settings
from tests import installation

READER = "Jorinde Falk"
CLERKS = 11
"""Colleagues of the reader; cases are shared out among them all, and a third is nobody's: an office that is behind."""
EARLIER, LATER = 50, 40
"""Days by which the deadlines of a copy lie before or after those of the case it was made from."""
COPIED = Table(
    "copied",
    MetaData(),
    Column("old", Uuid),
    Column("new", Uuid, primary_key=True),
    Column("old_text", String(36)),
    Column("new_text", String(36)),
    Column("of", Uuid),
    Column("number", String(20)),
    Column("old_organisation", Uuid),
    Column("organisation", Uuid),
    Column("clerk", Uuid),
    Column("days", Integer),
    Column("mark", String(8)),
)
"""Which case becomes which; `mark` goes into what must be unique."""


def application(address: str, folder: Path) -> Flask:
    """The application on the fictional city, with the settings of the server."""
    return create_app(settings(environment(address, folder), "demo"))


def found(address: str, folder: Path) -> None:
    """Play the fictional city on an empty database; its worker has just been seen, and its mail has left."""
    app = application(address, folder)
    with app.app_context():
        play.load()
        writing()
        beat(db.session())
        db.session.execute(update(Mail).values(state="sent", values=None))
        db.session.commit()
    installation.close(app)


def grow(address: str, folder: Path, cases: int, states: Sequence[str] = ()) -> None:
    """Let the city have so many submitted admissions: copies of its own ones, of those in `states` or of all."""
    app = application(address, folder)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _hurries)
        connection = writing()
        if connection.dialect.name == "postgresql":  # triggers keep the plan that they made while the tables were small
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        COPIED.create(connection)
        connection.execute(insert(COPIED), list(_plan(connection, cases, states)))
        _copy(connection)
        COPIED.drop(connection)
        db.session.commit()
        if connection.dialect.name == "postgresql":  # as autovacuum does within minutes
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tidy:
                tidy.execute(text("VACUUM ANALYZE"))
    installation.close(app)


def reader() -> UUID:
    """The caseworker who reads the pages."""
    return db.session.scalars(select(Account.id).where(Account.name == READER)).one()


def cookie(app: Flask, account: UUID) -> str:
    """The cookie of somebody who is signed in."""
    writing()
    token = open_session(account, "bench")
    db.session.commit()
    signed: Any = app.session_interface
    return f"{app.config['SESSION_COOKIE_NAME']}={signed.get_signing_serializer(app).dumps({TOKEN: token})}"


def _hurries(connection: Any, _record: object) -> None:
    """A load in one go, which nobody would miss: the connections of the measurement open anew."""
    for pragma in ("cache_size=-1000000", "temp_store=MEMORY", "synchronous=OFF", "secure_delete=OFF"):
        connection.execute("PRAGMA " + pragma)


def _plan(connection: Connection, cases: int, states: Sequence[str]) -> Iterator[dict[str, Any]]:
    chance = random.Random(6962)
    here = connection.execute(select(Case.id, Case.of, Case.kind, Case.state, Case.number, Case.organisation_id)).all()
    submitted = [row for row in here if row.number]
    played = [row for row in submitted if row.state in states or not states]
    opened = {row.of: row for row in here if row.kind == "membership"}
    staff = [reader(), *_colleagues(connection)]
    clerks = [*staff, *[None] * (len(staff) // 2)]
    for at in range(cases - len(submitted)):
        old = played[at % len(played)]
        row = {
            **_ids(old), "of": None, "number": f"MSO-{at:08}", "old_organisation": old.organisation_id,
            "organisation": uuid4(), "clerk": chance.choice(clerks), "days": chance.randint(-EARLIER, LATER),
            "mark": f"{at:x}",
        }  # fmt: skip
        yield row
        if old.id in opened:
            yield row | _ids(opened[old.id]) | {"of": row["new"], "number": None, "clerk": None}


def _ids(old: Any) -> dict[str, Any]:
    new = uuid4()
    return {"old": old.id, "new": new, "old_text": str(old.id), "new_text": str(new)}


def _colleagues(connection: Connection) -> list[UUID]:
    now, ids = clock.now(), [uuid4() for _ in range(CLERKS)]
    accounts = [
        {"id": id_, "address": f"{id_}@example.org", "name": f"Kollegin {at}", "language": "de", "made_at": now}
        for at, id_ in enumerate(ids)
    ]
    connection.execute(insert(Account), accounts)
    grants = [{"id": uuid4(), "account_id": id_, "role": "caseworker", "from_at": now} for id_ in ids]
    connection.execute(insert(RoleGrant), grants)
    return ids


def _copy(connection: Connection) -> None:
    fresh = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}[connection.dialect.name]
    new_id: ColumnElement[Any] = sql(fresh)
    mark = COPIED.c.mark
    own = {"id": new_id, "case_id": COPIED.c.new}
    theirs = {"id": new_id, "organisation_id": COPIED.c.organisation}
    _rows(
        connection, Organisation, Organisation.id == COPIED.c.old_organisation, id=COPIED.c.organisation,
        slug=Organisation.slug + "-" + mark, pseudonym=mark + "-" + func.substr(Organisation.pseudonym, 1, 10),
    )  # fmt: skip
    revisions = connection.scalar(select(func.max(Entry.revision))) or 0
    for revision in range(revisions + 1):
        _entries(connection, revision)
        _births(connection) if revision == 0 else _steps(connection, revision)
    due_on = _days_on(connection, Deadline.due_on)
    _rows(connection, Deadline, Deadline.case_id == COPIED.c.old, Deadline.state != "ended", due_on=due_on, **own)
    of_case: tuple[Any, ...] = (Finding, ConflictDeclaration, Pause, Task)
    for model in of_case:
        _rows(connection, model, model.case_id == COPIED.c.old, **own)
    code = mark + "-" + func.substr(Notice.code, 1, 7)
    _rows(connection, Notice, Notice.case_id == COPIED.c.old, code=code, **own)
    _rows(connection, Mail, Mail.case_id == COPIED.c.old, key=mark + "/" + Mail.key, **own)
    of_organisation: tuple[Any, ...] = (Field, Consent)
    for model in of_organisation:
        _rows(connection, model, model.organisation_id == COPIED.c.old_organisation, **theirs)


def _entries(connection: Connection, revision: int) -> None:
    """The entries of one revision; on PostgreSQL the database gives the place itself."""
    last = connection.scalar(select(func.max(Entry.idx)))
    _rows(
        connection, Entry, Entry.case_id == COPIED.c.old, Entry.revision == revision, Entry.state.is_not(None),
        idx=last + func.row_number().over(order_by=COPIED.c.new), case_id=COPIED.c.new, command=null(),
        body=func.replace(Entry.body, COPIED.c.old_text, COPIED.c.new_text),
    )  # fmt: skip


def _births(connection: Connection) -> None:
    _rows(
        connection, Case, Case.id == COPIED.c.old, id=COPIED.c.new, revision=sql("0"), state=_state(0), of=COPIED.c.of,
        number=COPIED.c.number, organisation_id=COPIED.c.organisation, assigned_to=COPIED.c.clerk,
    )  # fmt: skip


def _steps(connection: Connection, revision: int) -> None:
    goes_on = select(Entry.case_id).join(COPIED, COPIED.c.new == Entry.case_id).where(Entry.revision == revision)
    state = select(Entry.state).where(Entry.case_id == Case.id, Entry.revision == revision).scalar_subquery()
    connection.execute(update(Case).where(Case.id.in_(goes_on)).values(revision=revision, state=state))


def _state(revision: int) -> ColumnElement[Any]:
    born = select(Entry.state).where(Entry.case_id == COPIED.c.new, Entry.revision == revision)
    return born.correlate(COPIED).scalar_subquery()


def _days_on(connection: Connection, day: Any) -> ColumnElement[Any]:
    return func.date(day, COPIED.c.days.concat(" days")) if connection.dialect.name == "sqlite" else day + COPIED.c.days


def _rows(connection: Connection, model: Any, *where: ColumnElement[bool], **instead: Any) -> None:
    """The rows of a table that belong to a case copied, once for each copy."""
    values = {column.name: column for column in model.__table__.c} | instead
    query = select(*values.values()).select_from(model.__table__).join(COPIED, where[0]).where(*where[1:])
    if model in (Field, Consent, Organisation):  # an organisation may have a membership besides its admission
        query = query.where(COPIED.c.of.is_(None))
    connection.execute(insert(model.__table__).from_select(list(values), query))
