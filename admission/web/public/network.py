"""The network as everybody may see it: the start page and the register."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.register import public
from admission.register.counting import tally
from admission.register.public import Entry
from admission.register.rules import FIELDS, shown
from admission.register.sets import rules_of
from admission.rulebook.edition import Rulebook
from admission.rulebook.sentences import of_period
from admission.web import page
from admission.web.access import access
from admission.web.fields import one_line, sayable
from admission.web.public import bp
from admission.web.register_words import PUBLIC_TITLES

LONGEST = 100
"""Characters of a search that are looked at."""


@bp.get("/")
@access(public=True)
def start() -> ResponseReturnValue:
    """What the network is and how one comes in."""
    current = page.current_page().in_force
    periods = _periods(current.rulebook) if current else {}
    counted = tally(db.session(), rules_of(current.rulebook.register), clock.today()) if current else None
    return render_template("public/start.html", counted=counted, periods=periods)


@bp.get("/verzeichnis")
@access(public=True)
def register() -> ResponseReturnValue:
    """The organisations that show their name, in its order; what stands in the address is all that is asked."""
    wanted = _asked("q")
    found = public.listing(db.session(), wanted, _asked("nach"), _spoken)
    return render_template("public/verzeichnis.html", found=found, rows_of=_rows, words=_spoken, wanted=wanted)


@bp.get("/verzeichnis/<slug>")
@access(public=True)
def register_entry(slug: str) -> ResponseReturnValue:
    """One entry, with exactly the fields that the organisation consented to."""
    entry = public.entry(db.session(), slug) if sayable(slug) else None
    if entry is None:
        raise NotFound
    return render_template("public/verzeichnis-eintrag.html", entry=entry, rows=_rows(entry))


def _periods(book: Rulebook) -> dict[str, str]:
    """How long the two checks of an application take, as the edition says it."""
    rules = book.procedure("admission").deadlines
    lengths = {kind: rules[kind] for kind in ("completeness", "assessment")}
    return {kind: of_period(rule.length, rule.unit, page.language(), in_weeks=True) for kind, rule in lengths.items()}


def _asked(name: str) -> str:
    """A value of the address as text that can be looked for; what cannot be typed becomes nothing."""
    try:
        return one_line(request.args.get(name, "")[:LONGEST])
    except ValueError:
        return ""


def _rows(entry: Entry) -> list[tuple[str, str, str]]:
    """(field, title, value) of what an organisation shows beside its name, in the order of the register."""
    return [
        (name, str(PUBLIC_TITLES[name]), _spoken(name, entry.fields[name]))
        for name in FIELDS
        if name in entry.fields and name != "name"
    ]


def _spoken(name: str, value: str) -> str:
    current = page.current_page().in_force
    return shown(current.rulebook, name, value, page.language()) if current else value
