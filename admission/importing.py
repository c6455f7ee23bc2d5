"""The command that takes in a list: the same functions as at the desk, printed row by row."""

import time
from datetime import date
from pathlib import Path
from uuid import UUID

import click
from flask_babel import force_locale
from sqlalchemy import Select, select

from admission.casework.list_work import work_on_lists
from admission.ground.db import db, writing
from admission.ground.errors import Refused
from admission.ground.files import UnfitFile
from admission.lists import actions, queries
from admission.lists.models import ListRow, OfficeList
from admission.organisations.models import Organisation
from admission.web import list_words as words

ROLE = "system"
PAUSE = 1.0


def run(file: Path, as_of: date, *, take: bool) -> None:
    """Read, judge and print a list; with `take` its clear rows are taken over. Raises `ClickException` in words."""
    with force_locale("de"):
        try:
            writing()
            row = actions.receive(db.session(), file.name, file.read_bytes(), as_of, by=None)
            db.session.commit()
        except UnfitFile as unfit:
            raise click.ClickException(words.said(actions.said(unfit.reason))) from None
        row = _worked(row.id)
        if row.state == "unreadable":
            raise click.ClickException(words.said(row.fault))
        _print(row)
        if take:
            _take(row.id)
        else:
            click.echo("Übernommen ist nichts. Mit --take werden die klaren Zeilen übernommen.")


def _worked(list_id: UUID) -> OfficeList:
    """The list once its task is done, by this command or by a worker that was faster."""
    while True:
        work_on_lists(db.session(), list_id)
        db.session.rollback()
        row = db.session.get_one(OfficeList, list_id, populate_existing=True)
        if row.task is None:
            return row
        time.sleep(PAUSE)


def _take(list_id: UUID) -> None:
    writing()
    row = actions.lock(db.session(), list_id)
    try:
        actions.map_columns(db.session(), row, {}, {}, None)
        actions.ask_to_take(db.session(), row, by=None, role=ROLE)
    except Refused as refused:
        raise click.ClickException(" ".join(words.said(actions.said(reason)) for reason in refused.reasons)) from None
    db.session.commit()
    _worked(list_id)
    counted = queries.counts(db.session(), list_id)
    click.echo(f"{counted['taken']} Zeilen übernommen, {counted['open']} warten auf eine Entscheidung.")
    click.echo(f"/buero/verzeichnis/listen/{list_id}")


def _print(row: OfficeList) -> None:
    counted = queries.counts(db.session(), row.id)
    click.echo(f"{row.name}: {row.total} Zeilen")
    for remark in row.remarks:
        click.echo(f"  {words.said(remark)}")
    for sheet, columns in queries.columns(db.session(), row.id).items():
        for column in columns:
            taken = words.FIELDS[column.field] if column.field else words.NOT_TAKEN
            click.echo(f"  Spalte {sheet + ': ' if sheet else ''}„{column.heading}“: {taken}")
    for fate in words.FATES:
        click.echo(f"{counted[fate]:>6} {words.FATES[fate]}")
    for fate in ("waits", "rejected"):
        for one in db.session.scalars(_of(row, fate)):
            click.echo(
                f"  {one.sheet + ', ' if one.sheet else ''}Zeile {one.number}: {one.name or '(leer)'}. {_why(one)}"
            )


def _of(row: OfficeList, fate: str) -> Select[ListRow]:
    return select(ListRow).where(ListRow.list_id == row.id, ListRow.fate == fate).order_by(ListRow.place)


def _why(row: ListRow) -> str:
    """The reasons of a row, and whom it may mean."""
    text = words.sentence(row.reasons)
    for hint in queries.hints(db.session(), [row.id])[row.id]:
        meant = _meant(hint.organisation_id, hint.other_row_id)
        text += f"; {meant} ({words.evidence(hint.evidence)})"
    return text


def _meant(organisation: UUID | None, row: UUID | None) -> str:
    if organisation is not None:
        return db.session.get_one(Organisation, organisation).name
    return f"Zeile {db.session.get_one(ListRow, row).number}"
