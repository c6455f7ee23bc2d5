"""The network among itself: what members and guests opened to each other."""

from flask import Response, g, render_template
from flask.typing import ResponseReturnValue

from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.people.roles import Role
from admission.register import circles
from admission.register.rules import LOGO, NETWORK
from admission.web.access import access
from admission.web.applicant import bp
from admission.web.applicant.organisation import book_in_force
from admission.web.applicant.surroundings import contact
from admission.web.downloads import as_picture
from admission.web.fields import sayable
from admission.web.page import language
from admission.web.register_rows import rows_of


@bp.get("/organisation/netzwerk")
@access(Role.APPLICANT)
def network() -> ResponseReturnValue:
    """Every member and guest that shows itself to the network; only members and guests read it."""
    if not circles.belongs(db.session(), g.person.id):
        return render_template("applicant/netzwerk.html", within=False, entries=[], contact=contact())
    book = book_in_force()
    entries = [
        (entry, rows_of(entry.fields, book, language())) for entry in circles.entries(db.session(), NETWORK)
    ]  # fmt: skip
    return render_template("applicant/netzwerk.html", within=True, entries=entries, contact=contact())


@bp.get("/organisation/netzwerk/<slug>/logo")
@access(Role.APPLICANT)
def network_logo(slug: str) -> Response:
    """The logo of another one, as long as it is open to the network."""
    entry = _entry(slug) if sayable(slug) and circles.belongs(db.session(), g.person.id) else None
    if entry is None:
        raise NotFound
    return as_picture(entry.id, entry.fields.get(LOGO))


def _entry(slug: str) -> circles.Seen | None:
    return next((entry for entry in circles.entries(db.session(), NETWORK) if entry.slug == slug), None)
