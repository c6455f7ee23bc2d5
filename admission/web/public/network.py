"""The network as everybody may see it: the start page, the register, the figures."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.organisations.rules import folded
from admission.register.queries import Listed, published, published_named
from admission.register.rules import FIELDS, shown
from admission.reports.figures import figures
from admission.web import page
from admission.web.access import access
from admission.web.public import bp
from admission.web.register_words import PUBLIC_TITLES


@bp.get("/")
@access(public=True)
def start() -> ResponseReturnValue:
    """What the network is and how one comes in."""
    return render_template("public/start.html", figures=figures(db.session()))


@bp.get("/verzeichnis")
@access(public=True)
def register() -> ResponseReturnValue:
    """The organisations that show something of themselves, by name."""
    wanted = request.args.get("q", "")[:100]
    rows = published(db.session())
    if wanted.strip():
        needle = folded(wanted)
        rows = [row for row in rows if any(needle in folded(value) for value in row.fields.values())]
    entries = [(row, _rows(row)) for row in rows]
    return render_template("public/verzeichnis.html", entries=entries, wanted=wanted)


@bp.get("/verzeichnis/<slug>")
@access(public=True)
def register_entry(slug: str) -> ResponseReturnValue:
    """One entry, with exactly the fields that the organisation consented to."""
    row = published_named(db.session(), slug)
    if row is None:
        raise NotFound
    return render_template("public/verzeichnis-eintrag.html", row=row, rows=_rows(row))


@bp.get("/zahlen")
@access(public=True)
def numbers() -> ResponseReturnValue:
    """How many, by which definition, on which day."""
    return render_template("public/zahlen.html", figures=figures(db.session()))


def _rows(row: Listed) -> list[tuple[str, str, str]]:
    """(field, title, value) of what an organisation shows, in the order of the register."""
    current = page.current_page().in_force
    found = []
    for name in FIELDS:
        if name in row.fields and name != "name":
            value = row.fields[name]
            words = shown(current.rulebook, name, value, page.language()) if current else value
            found.append((name, str(PUBLIC_TITLES[name]), words))
    return found
