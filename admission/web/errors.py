"""Every error becomes a page in one place: what happened, what is saved, what to do, a number to name on the phone.

The log line holds the number, the status, the route and where in our code it happened; never an address, a name, a
value or what a person wrote. Messages of exceptions are left out, because they quote.
"""

import secrets
import traceback
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import structlog
from flask import Flask, Response, g, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError, TimeoutError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import Invalid, NotAllowed, NotFound, Refused, Stale, TooLarge, TooMany
from admission.web.access import TOKEN
from admission.web.page import SIGN_IN, Page, sentences

log = structlog.get_logger("admission")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is heard or read as a digit."""
KNOWN = {400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503}
RETRY = {429: 60, 503: 60}
HIDDEN = {"csrf_token"}
NEVER_SHOWN = ("password", "passwort", "code", "secret", "token")
MOST_ENTRIES = 200


@dataclass(frozen=True)
class Trouble:
    """What an error page says."""

    status: int
    title: str
    lead: str
    advice: str
    saved: str


def reference() -> str:
    """A number for this one error, as 7F3K-20QD."""
    digits = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{digits[:4]}-{digits[4:]}"


def install(app: Flask) -> None:
    """Answer every typed error and every HTTP error with a page."""
    for error, status in {
        Refused: 409, Stale: 409, NotAllowed: 403, NotFound: 404, Invalid: 422, TooMany: 429, TooLarge: 413,
        CSRFError: 400, OperationalError: 503, TimeoutError: 503, IntegrityError: 409,
    }.items():  # fmt: skip
        app.register_error_handler(error, _answer(status))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _answer(500))


def page(status: int, error: Exception) -> Response:
    """The page for this status; also when the database or the templates are what failed."""
    number = reference()
    _note(status, number, error)
    answer = make_response(_body(status, error, number), status)
    wait = error.retry_after if isinstance(error, TooMany) else RETRY.get(status)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _body(status: int, error: Exception, number: str) -> str:
    """The page; if the database is down, the page without it; if even that fails, a few words."""
    for bare in (status >= 500, True):
        g.page = Page(bare=bare)
        try:
            return render_template(
                "errors/error.html", trouble=_said(status, error), number=number, **_more(status, error)
            )
        except Exception as second:
            db.session.rollback()
            _note(500, number, second)
    return _plain(number)


def _answer(status: int) -> Any:
    def answer(error: Exception) -> ResponseReturnValue:
        db.session.rollback()
        return page(status, error)

    return answer


def _http(error: HTTPException) -> ResponseReturnValue:
    db.session.rollback()
    if error.code is None or error.code < 400:
        return error  # a redirect
    if isinstance(error, SecurityError):
        return _elsewhere(error)
    if error.code == 401 and request.method in ("GET", "HEAD"):
        return redirect(f"{SIGN_IN}?" + urlencode({"weiter": request.full_path.rstrip("?")}), 303)
    answer = page(error.code if error.code in KNOWN else 500 if error.code >= 500 else 400, error)
    answer.status_code = error.code
    if error.code == 405:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))  # type: ignore[attr-defined]
    return answer


def _more(status: int, error: Exception) -> dict[str, Any]:
    more: dict[str, Any] = {"at": clock.now(), "reasons": [], "errors": [], "entries": [], "again": ""}
    if isinstance(error, Refused):
        more["reasons"] = sentences(error.reasons, None)
    if isinstance(error, Invalid):
        more["errors"] = [message for messages in error.errors.values() for message in messages]
    if status == 401 or isinstance(error, CSRFError):
        more["entries"] = _entered()
        more["again"] = request.full_path.rstrip("?")
        more["sign_in"] = SIGN_IN
    return more


def _entered() -> list[tuple[str, str]]:
    """What was typed, to be sent once more after signing in; files and secrets have to be given again."""
    if request.mimetype != "application/x-www-form-urlencoded" and TOKEN not in session:
        return []  # nobody makes us read an upload who was never signed in on this device
    try:
        form: MultiDict[str, str] = request.form
    except RequestEntityTooLarge:
        return []
    return [
        (name, value)
        for name, value in form.items(multi=True)
        if name not in HIDDEN and not any(word in name.lower() for word in NEVER_SHOWN)
    ][:MOST_ENTRIES]


def _note(status: int, number: str, error: Exception) -> None:
    where = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    ours = status >= 500 or isinstance(error, IntegrityError)  # a rule that only the database knew: look where
    say = log.error if ours else log.info
    say(
        "answered with an error page",
        status=status,
        number=number,
        route=request.endpoint,
        kind=type(error).__name__,
        where=where[-6:] if ours else [],
    )


def _plain(number: str) -> str:
    return (
        '<!doctype html><html lang="de"><meta charset="utf-8"><title>Das hat nicht geklappt</title>'
        "<h1>Das hat gerade nicht geklappt</h1><p>Der Fehler liegt bei uns. Bitte versuchen Sie es in einer Minute noch"
        f" einmal. Wenn es wieder passiert, nennen Sie uns bitte diese Nummer: <strong>{number}</strong></p></html>"
    )


def _elsewhere(error: SecurityError) -> Response:
    """A request for a host that is not ours: no link can be made for it, so a few words have to do."""
    number = reference()
    _note(400, number, error)
    return make_response(
        '<!doctype html><html lang="de"><meta charset="utf-8"><title>Diese Adresse gehört nicht hierher</title>'
        "<h1>Diese Adresse gehört nicht hierher</h1><p>Bitte prüfen Sie die Adresse in der Adresszeile. "
        f"Nummer: <strong>{number}</strong></p></html>",
        400,
    )


def _said(status: int, error: Exception) -> Trouble:
    if isinstance(error, CSRFError):
        return Trouble(
            400,
            gettext("This form had been open for too long"),
            gettext("For your protection we do not take forms from an earlier sign-in. Nothing has been changed yet."),
            gettext("Your entries stand below. Please look at them and send them once more."),
            gettext("Your entries are still here"),
        )
    return {
        400: lambda: Trouble(
            400,
            gettext("We could not read this request"),
            gettext("Something in the request was damaged or cut off on its way to us."),
            gettext("Please go back, load the page again and try once more."),
            gettext("What was saved before is still saved"),
        ),
        401: lambda: Trouble(
            401,
            gettext("You are no longer signed in"),
            gettext("After a while without a page we end the sign-in, so that nobody else uses it."),
            gettext("Sign in again in a second window, come back here and send your entries once more."),
            gettext("Your entries are still here"),
        ),
        403: lambda: Trouble(
            403,
            gettext("This page is meant for somebody else"),
            gettext("Your account does not have the role for it, or the request did not come from a page of ours."),
            gettext("If you need it for your work, please ask the administration of this application for the role."),
            gettext("Nothing has been changed"),
        ),
        404: lambda: Trouble(
            404,
            gettext("We do not find this page"),
            gettext("The address may be mistyped or out of date, or the page belongs to somebody else."),
            gettext("Please check the address or begin at the start page."),
            gettext("Nothing has been changed"),
        ),
        405: lambda: Trouble(
            405,
            gettext("This address is not a page"),
            gettext("It takes entries from a form and cannot be opened by itself."),
            gettext("Please go back to the page with the form."),
            gettext("What was saved before is still saved"),
        ),
        409: lambda: Trouble(
            409,
            gettext("This is not possible at the moment"),
            gettext("The case has moved on, or something is missing that has to come first."),
            gettext("Please open the page again; it shows where things stand now."),
            gettext("Nothing has been overwritten"),
        ),
        413: lambda: Trouble(
            413,
            gettext("That was too large"),
            gettext("Up to 10 files are possible at a time, each up to 10 MB."),
            gettext("Please send the files one by one, or take photos of single pages."),
            gettext("Files that you uploaded before are still there"),
        ),
        422: lambda: Trouble(
            422,
            gettext("Some entries are not right yet"),
            gettext("We could not save the last form as it was."),
            gettext("Please go back and look at these points."),
            gettext("What was saved before is still saved"),
        ),
        429: lambda: Trouble(
            429,
            gettext("That was too often in a short time"),
            gettext("We limit how often something may be tried, so that nobody can guess or flood."),
            gettext("Please wait a few minutes and try again. You can also call us."),
            gettext("What was saved before is still saved"),
        ),
        503: lambda: Trouble(
            503,
            gettext("We are not reachable for a moment"),
            gettext("The application is being maintained or is very busy. It is not your fault."),
            gettext(
                "Please try again in a minute. "
                "If you were sending something: it counts only once, even if you send it again."
            ),
            gettext("What was saved before is still saved"),
        ),
    }.get(status, _ours)()


def _ours() -> Trouble:
    return Trouble(
        500,
        gettext("That did not work just now"),
        gettext("The error is on our side. What was saved before is not lost."),
        gettext(
            "Please try again in a minute. "
            "If you were sending something: it counts only once, even if you send it again."
        ),
        gettext("What was saved before is still saved"),
    )
