"""Two pages that only the demo has: sign in as anybody with one click, and read the mail that was sent."""

from pathlib import Path
from uuid import UUID

from flask import Blueprint, abort, current_app, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy import select

from admission.cases.models import Case
from admission.demo.post import Box
from admission.ground import clock
from admission.ground.db import db, writing
from admission.people import sessions
from admission.people.models import Account, RoleGrant
from admission.people.queries import holds, roles_of
from admission.web.access import TOKEN, access
from admission.web.account.keeping import HOME, home_of

bp = Blueprint("demo", __name__, url_prefix="/demo")
HARD = (
    (
        "Postmigrantische Werkstatt Querfunk",
        lazy_gettext("A group without registration is a full member: an equal way, no exception."),
    ),
    (
        "Bündnis Bunte Segel e. V.",
        lazy_gettext("An umbrella counts once and has one vote; its members apply for themselves."),
    ),
    ("Brückenchor Seegras", lazy_gettext("The seat lies outside, the work is done here: three dates are enough.")),
    (
        "Nachbarschaftskreis Weidenkorb",
        lazy_gettext("One sentence of the rules is missing: admitted, with twelve months to add it."),
    ),
    (
        "Bürgerforum Morgenröte e. V.",
        lazy_gettext("Members run for a party: what counts is whether the party can give orders. Returned once."),
    ),
    (
        "Papierboot Musterfeld e. V.",
        lazy_gettext("The same person under a new name after a refusal: the office sees a hint and asks."),
    ),
)
"""Organisation, and what its case shows: the hard ones, where equal treatment is easily missed."""


@bp.get("")
@access(public=True)
def accounts() -> ResponseReturnValue:
    """Everybody of the fictional city, by role."""
    rows = db.session.execute(
        select(Account.id, Account.name, Account.address, RoleGrant.role)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(holds(clock.now()), Account.deactivated_at.is_(None))
        .order_by(Account.name)
    ).all()
    by_role = {role: [row for row in rows if row.role == role] for role in HOME}
    found = db.session.execute(
        select(Case.title, Case.number).where(Case.title.in_([name for name, _ in HARD]), Case.number.is_not(None))
    )
    numbers = {title: number for title, number in found}
    hard = [(name, numbers.get(name), says) for name, says in HARD]
    return render_template("demo/konten.html", by_role=by_role, hard=hard, applications=_applications())


def _applications() -> dict[UUID, list[tuple[str, str]]]:
    """Applicant -> (organisation, state) of what they have sent or begun, the oldest first."""
    found: dict[UUID, list[tuple[str, str]]] = {}
    rows = db.session.execute(
        select(Case.applicant_id, Case.title, Case.state).where(Case.kind == "admission").order_by(Case.opened_at)
    )
    for applicant, title, state in rows:
        if applicant is not None:
            found.setdefault(applicant, []).append((title, state))
    return found


@bp.post("/anmelden")
@access(public=True)
def enter() -> ResponseReturnValue:
    """Sign in as this person."""
    try:
        account = UUID(request.form.get("konto", ""))
    except ValueError:
        abort(404)
    if not roles_of(account):
        abort(404)
    writing()
    token = sessions.open_session(account, "Demo")
    db.session.commit()
    session.clear()
    session[TOKEN] = token
    return redirect(home_of(account), code=303)


@bp.get("/post")
@access(public=True)
def mail() -> ResponseReturnValue:
    """The mail that was sent, newest first."""
    return render_template("demo/post.html", mails=Box(Path(current_app.config["DEMO_POST_DIR"])).newest())
