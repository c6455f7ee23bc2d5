"""What the browser keeps while somebody comes in, and what happens once they are in."""

from uuid import UUID

from flask import current_app, make_response, redirect, request, session
from werkzeug.wrappers import Response

from admission.ground.db import db
from admission.people import sessions
from admission.people.queries import roles_of
from admission.people.roles import Role
from admission.people.rules import device_words
from admission.web.access import TOKEN, safe_next

ASKED = "asked"
DEVICE = "geraet"
YEAR = 365 * 24 * 3600
HOME = {
    Role.CASEWORKER: "/buero",
    Role.APPROVER: "/buero",
    Role.EXTERNAL_REVIEWER: "/buero",
    Role.ADMIN: "/verwaltung",
    Role.SECRETARIAT: "/rat",
    Role.COUNCIL: "/rat",
    Role.APPLICANT: "/antrag",
}


def network() -> str:
    """The network address that asks; behind a proxy the one that the proxy saw."""
    return request.remote_addr or ""


def device() -> str:
    """Browser and system in two words."""
    return device_words(request.headers.get("User-Agent", ""))


def known_device() -> str | None:
    """The token of a browser that came in before."""
    return request.cookies.get(_cookie())


def come_in(account: UUID, token: str, next_path: str | None) -> Response:
    """A fresh session, whatever the browser brought, and on to where the person wanted to go; commits."""
    roles = roles_of(account)
    home = next((path for role, path in HOME.items() if role in roles), "/")
    knows = sessions.know_device(account)
    db.session.commit()
    session.clear()
    session[TOKEN] = token
    answer = make_response(redirect(safe_next(next_path, home), 303))
    answer.set_cookie(
        _cookie(), knows, max_age=YEAR, httponly=True, samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]), path="/",
    )  # fmt: skip
    return answer


def _cookie() -> str:
    return ("__Host-" if current_app.config["SESSION_COOKIE_SECURE"] else "") + DEVICE
