"""One's own account: open sessions, ending them, signing out."""

from uuid import UUID

from flask import g, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from admission.ground.db import db, writing
from admission.ground.errors import NotFound
from admission.people import rules, sessions
from admission.people.queries import grants_of, open_sessions
from admission.web.access import signed_in
from admission.web.account import bp
from admission.web.account.keeping import HOME
from admission.web.role_words import ROLES


@bp.get("/konto")
@signed_in
def own() -> ResponseReturnValue:
    """What this person may do here, and where they are signed in."""
    grants = [
        (ROLES[held.role], rules.last_day(held.until_at) if held.until_at else None, HOME[held.role])
        for held in grants_of(g.person.id)
    ]
    return render_template(
        "account/konto.html",
        grants=grants,
        own_page=url_for(".own"),
        open_sessions=open_sessions(g.person.id),
        by_password=rules.by_password(g.person.roles),
    )


@bp.post("/konto/sitzungen/<uuid:session_id>/beenden")
@signed_in
def end_session(session_id: UUID) -> ResponseReturnValue:
    """End one of the own sessions."""
    writing()
    if not sessions.end_session(session_id, g.person.id):
        raise NotFound
    db.session.commit()
    return redirect(url_for("account.own"), 303)


@bp.post("/konto/sitzungen/beenden")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    """End all own sessions but this one."""
    writing()
    sessions.end_sessions(g.person.id, but=g.person.session)
    db.session.commit()
    return redirect(url_for("account.own"), 303)


@bp.post("/abmelden")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this session; the browser forgets what it kept of us."""
    writing()
    sessions.end_session(g.person.session, g.person.id)
    db.session.commit()
    session.clear()
    answer = make_response(redirect("/", 303))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
