"""What the browser keeps while somebody comes in, and what happens once they are in."""

from uuid import UUID

from flask import current_app, redirect, request, session
from werkzeug.wrappers import Response

from admission.ground.db import db
from admission.people import rules, sessions
from admission.people.queries import roles_of
from admission.people.roles import Role
from admission.web.access import TOKEN, safe_next

ASKED = "asked"
DEVICE = "geraet"
HOME = {
    Role.CASEWORKER: "/buero",
    Role.APPROVER: "/buero",
    Role.ADMIN: "/verwaltung",
    Role.SECRETARIAT: "/rat",
    Role.COUNCIL: "/rat",
    Role.APPLICANT: "/antrag",
    Role.EXTERNAL_REVIEWER: "/konto",
}
"""Where each role begins. External reviewers act in reviews, which no edition opens yet: their page says so."""


def network() -> str:
    """The network address that asks; behind a proxy the one that the proxy saw."""
    return request.remote_addr or ""


def device() -> str:
    """Browser and system in two words."""
    return rules.device_words(request.headers.get("User-Agent", ""))


def known_device() -> str | None:
    """The token of a browser that came in before."""
    return request.cookies.get(_cookie())


def home_of(account: UUID) -> str:
    """The desk where this person begins."""
    roles = roles_of(account)
    return next((path for role, path in HOME.items() if role in roles), "/")


def come_in(account: UUID, token: str, next_path: str | None) -> Response:
    """A fresh session, whatever the browser brought, and on to where the person wanted to go; commits."""
    return keep_signed_in(redirect(safe_next(next_path, home_of(account)), 303), account, token)


def keep_signed_in(answer: Response, account: UUID, token: str) -> Response:
    """The browser keeps the new session and is known from now on; what it kept before is dropped. Commits."""
    knows = sessions.know_device(account)
    db.session.commit()
    stay_signed_in(token)
    answer.headers["Cache-Control"] = "no-store"
    answer.set_cookie(
        _cookie(),
        knows,
        max_age=rules.DEVICE_LIFE,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        path="/",
    )
    return answer


def stay_signed_in(token: str) -> None:
    """From now on this token; forms that lie open carry a stale one and are asked for again."""
    session.clear()
    session[TOKEN] = token


def _cookie() -> str:
    return ("__Host-" if current_app.config["SESSION_COOKIE_SECURE"] else "") + DEVICE
