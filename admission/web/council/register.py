"""The register as the council reads it: what is public, and what an organisation opened to the council beyond."""

from flask import Response, render_template

from admission.ground.db import db
from admission.people.roles import Role
from admission.register import circles
from admission.register.rules import COUNCIL
from admission.web import circles as shared
from admission.web.access import access
from admission.web.council import bp


@bp.get("/verzeichnis")
@access(Role.COUNCIL, Role.SECRETARIAT)
def register() -> str:
    """Members and guests that show their name to everybody or to the council; of the others nothing, not even that."""
    wanted = shared.asked("q")
    found = circles.listing(db.session(), COUNCIL, wanted, shared.asked("nach"))
    return render_template("council/verzeichnis.html", found=found, wanted=wanted, rows_of=shared.rows)


@bp.get("/verzeichnis/<slug>/logo")
@access(Role.COUNCIL, Role.SECRETARIAT)
def register_logo(slug: str) -> Response:
    """The logo of an entry, as long as it is open to the council."""
    return shared.logo(COUNCIL, slug)
