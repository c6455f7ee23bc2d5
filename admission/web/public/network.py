"""The network as everybody may see it: the start page, and single entries of the register."""

from uuid import UUID

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.casework.confirming import fresh
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.organisations import merges
from admission.organisations.models import Organisation
from admission.register import public
from admission.register.counting import tally
from admission.register.public import Entry
from admission.register.queries import public_changes
from admission.register.rules import LOGO
from admission.register.sets import rules_of
from admission.rulebook.edition import Rulebook
from admission.rulebook.sentences import of_period
from admission.web import page
from admission.web.access import access
from admission.web.downloads import as_picture
from admission.web.fields import sayable
from admission.web.public import bp
from admission.web.public.register_files import linked_data
from admission.web.register_rows import Row, changed, rows_of
from admission.web.register_words import CHANGERS


@bp.get("/")
@access(public=True)
def start() -> ResponseReturnValue:
    """What the network is and how one comes in."""
    current = page.current_page().in_force
    periods = _periods(current.rulebook) if current and current.takes_applications else {}
    counted = tally(db.session(), rules_of(current.rulebook.register), clock.today()) if current else None
    return render_template("public/start.html", counted=counted, periods=periods)


@bp.get("/verzeichnis/<slug>")
@access(public=True)
def register_entry(slug: str) -> ResponseReturnValue:
    """One entry, with exactly the fields that the organisation consented to."""
    entry = public.entry(db.session(), slug) if sayable(slug) else None
    if entry is None:
        return _leads_on(slug)
    changes = [
        (row.on, changed(row.field), CHANGERS.get(row.by)) for row in public_changes(db.session(), slug)
    ]  # fmt: skip
    current = page.current_page().in_force
    return render_template(
        "public/verzeichnis-eintrag.html",
        entry=entry,
        fresh=fresh(current.rulebook, entry.known_on, entry.confirmed_on) if current and entry.known_on else None,
        rows=_rows(entry),
        changes=changes,
        linked=linked_data(entry),
    )


def _leads_on(slug: str) -> ResponseReturnValue:
    """From the address of one that was merged to the one that it is now, if that one shows itself."""
    head = merges.head_at(db.session(), slug) if sayable(slug) else None
    if head is None or public.entry(db.session(), head.slug) is None:
        raise NotFound
    return redirect(url_for(".register_entry", slug=head.slug))


@bp.get("/verzeichnis/<slug>/logo")
@access(public=True)
def register_logo(slug: str) -> Response:
    """The logo of an entry, as long as it may be shown to everybody."""
    entry = public.entry(db.session(), slug) if sayable(slug) else None
    if entry is None:
        raise NotFound
    return as_picture(_id_of(db.session(), slug), entry.fields.get(LOGO))


def _periods(book: Rulebook) -> dict[str, str]:
    """How long the two checks of an application take, as the edition says it."""
    rules = book.procedure("admission").deadlines
    lengths = {kind: rules[kind] for kind in ("completeness", "assessment")}
    return {kind: of_period(rule.length, rule.unit, page.language(), in_weeks=True) for kind, rule in lengths.items()}


def _rows(entry: Entry) -> list[Row]:
    """What an organisation shows beside its name, in the order of the register."""
    current = page.current_page().in_force
    rows = rows_of(entry.fields, current.rulebook if current else None, page.language())
    return [row for row in rows if row.name != "name"]


def _id_of(session: Session, slug: str) -> UUID:
    return session.scalars(select(Organisation.id).where(Organisation.slug == slug)).one()
