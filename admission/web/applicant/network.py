"""The network among itself: what members and guests opened to each other."""

from flask import Response, g, render_template

from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.people.roles import Role
from admission.register import circles
from admission.register.rules import NETWORK
from admission.web import circles as shared
from admission.web.access import access
from admission.web.applicant import bp
from admission.web.applicant.surroundings import contact


@bp.get("/organisation/netzwerk")
@access(Role.APPLICANT)
def network() -> str:
    """Every member and guest that shows itself to the network; only members and guests read it."""
    within = circles.belongs(db.session(), g.person.id)
    wanted = shared.asked("q")
    found = circles.listing(db.session(), NETWORK, wanted, shared.asked("nach")) if within else None
    return render_template(
        "applicant/netzwerk.html", found=found, wanted=wanted, rows_of=shared.rows, contact=contact()
    )


@bp.get("/organisation/netzwerk/<slug>/logo")
@access(Role.APPLICANT)
def network_logo(slug: str) -> Response:
    """The logo of another one, as long as it is open to the network."""
    if not circles.belongs(db.session(), g.person.id):
        raise NotFound
    return shared.logo(NETWORK, slug)
