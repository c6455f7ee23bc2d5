"""The list of a circle, the network or the council, at whichever desk it is read."""

from flask import Response, request

from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.register import circles
from admission.register.rules import LOGO
from admission.web.downloads import as_picture
from admission.web.fields import one_line, sayable
from admission.web.page import current_page, language
from admission.web.register_rows import Row, rows_of

LONGEST = 100
"""Characters of a search that are looked at."""


def asked(name: str) -> str:
    """A value of the address as text that can be looked for; what cannot be typed becomes nothing."""
    try:
        return one_line(request.args.get(name, "")[:LONGEST])
    except ValueError:
        return ""


def rows(entry: circles.Seen) -> list[Row]:
    """What stands in the list beside name and logo."""
    current = current_page().in_force
    shown = rows_of(entry.fields, current.rulebook if current else None, language())
    return [row for row in shown if row.name not in ("name", "own_name", LOGO)]


def logo(purpose: str, slug: str) -> Response:
    """The logo of an entry as long as it is open to this circle; raises `NotFound`."""
    entry = circles.entry(db.session(), purpose, slug) if sayable(slug) else None
    if entry is None:
        raise NotFound
    return as_picture(entry.id, entry.fields.get(LOGO))
