"""Letters that go by post today: printed here, posted by a person, recorded with the day; and mail that came back."""

from dataclasses import dataclass
from datetime import timedelta

from flask import g, render_template, request
from flask_babel import lazy_gettext

from admission.casework.inbox import Posting, to_post
from admission.casework.undelivered import Undelivered, undelivered
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.rulebook.queries import rulebook
from admission.web.access import access
from admission.web.office import bp
from admission.web.office.surroundings import STAFF, say
from admission.web.page import current_page

TEN_DAYS = 10
"""Where no edition is in force; else the edition says how long a letter waits at the desk."""


HOUSE_MAILS = {
    "sign_in": lazy_gettext("Signing in"),
    "invitation": lazy_gettext("Invitation"),
    "factor_reset": lazy_gettext("Lost second factor"),
    "accessibility_feedback": lazy_gettext("A barrier was reported"),
}
"""Mails that speak of no case."""


@dataclass(frozen=True)
class Listed:
    """One letter of the list."""

    posting: Posting
    title: str


@bp.get("/post")
@access(*STAFF)
def post() -> str:
    """What to print and post: without consent to the desk, or not opened in the days that the edition gives."""
    days, after = _days(), request.args.get("nach")
    try:
        rows, later = to_post(db.session(), g.person.id, clock.now() - timedelta(days=days), after)
    except ValueError:
        raise NotFound from None
    listed = [Listed(row, say(rulebook(row.edition), f"letter.{row.letter}.title")) for row in rows]
    refused = [(row, _about(row)) for row in undelivered(db.session())]
    return render_template(
        "office/post.html", rows=listed, days=days, later=later, further=bool(after), undelivered=refused
    )


def _about(row: Undelivered) -> str:
    """What the mail was about, as its subject said it."""
    if row.edition is None:
        return str(HOUSE_MAILS.get(row.template, ""))
    book = rulebook(row.edition)
    key = f"mail.{row.template}.subject"
    return say(book, key, number=row.number or "", organisation=row.title or "") if book.has_text(key) else ""


def _days() -> int:
    now = current_page().in_force
    return int(now.rulebook.settings["delivery"]["portal_then_post_after"]) if now is not None else TEN_DAYS
