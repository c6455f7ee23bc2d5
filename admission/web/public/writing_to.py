"""Anybody writes to an organisation through the office; the mailbox is confirmed by a mailed link before it is read."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admission.casework import passing_on
from admission.correspondence import messages
from admission.correspondence.models import Message
from admission.ground.db import db
from admission.ground.errors import Invalid, NotFound, TooMany
from admission.organisations.queries import organisation
from admission.people import limits, rules
from admission.register import public
from admission.register.public import Entry
from admission.web import page
from admission.web.access import access
from admission.web.entries import keeps_entries
from admission.web.fields import Email, Lines, PublicForm, Text, sayable
from admission.web.limits import PUBLIC_FORM, limiter
from admission.web.public import bp

LONGEST = 4000


class MessageForm(PublicForm):
    """Who writes, and what."""

    name = Text(lazy_gettext("Your name"), required=lazy_gettext("Please give your name."), limit=200)
    address = Email(lazy_gettext("Your e-mail address"), required=lazy_gettext("Please give your e-mail address."))
    text = Lines(lazy_gettext("Your message"), required=lazy_gettext("Please write a message."), limit=LONGEST)


def writing_page(slug: str) -> dict[str, Any]:
    """To whom; raises `NotFound` for an organisation that does not show its name."""
    return {"entry": _entry(slug), "sent": bool(request.args.get("abgeschickt"))}


@bp.get("/verzeichnis/<slug>/schreiben")
@access(public=True)
def write_to(slug: str) -> ResponseReturnValue:
    """Write a message."""
    return render_template("public/schreiben.html", form=MessageForm(), **writing_page(slug))


@bp.post("/verzeichnis/<slug>/schreiben")
@access(public=True)
@limiter.limit(PUBLIC_FORM)
@keeps_entries("public/schreiben.html", MessageForm, writing_page)
def send_message(slug: str, form: MessageForm) -> ResponseReturnValue:
    """Keep it, and mail its writer a link."""
    entry = _entry(slug)
    address = _address(form.address.data or "")
    doors = {"message": address, "message_network": request.remote_addr or "", "message_organisation": entry.id}
    try:
        limits.count(doors)
    except TooMany as many:
        minutes = -(-many.retry_after // 60)
        raise Invalid(
            {"text": [gettext("That was often. Please try again in %(num)s minutes.", num=minutes)]}
        ) from None
    passing_on.receive(db.session(), entry.id, form.name.data or "", address, form.text.data or "", page.language())
    db.session.commit()
    return redirect(url_for(".write_to", slug=slug, abgeschickt=1), 303)


@bp.get("/nachricht/<token>")
@access(public=True)
def message_to_confirm(token: str) -> ResponseReturnValue:
    """One button; opening the page confirms nothing."""
    return render_template("public/nachricht.html", **confirming_page(token))


@bp.post("/nachricht/<token>")
@access(public=True)
@limiter.limit(PUBLIC_FORM)
@keeps_entries("public/nachricht.html", lambda token: PublicForm(), lambda token: confirming_page(token))
def confirm_message(token: str, form: PublicForm) -> ResponseReturnValue:
    """From now on the office reads it; a second click changes nothing."""
    messages.confirm(db.session(), _message(token, locked=True))
    db.session.commit()
    return redirect(url_for(".message_to_confirm", token=token), 303)


def confirming_page(token: str) -> dict[str, Any]:
    """Which message it is, and whether it is confirmed; raises `NotFound`."""
    row = _message(token)
    name = organisation(db.session(), row.organisation_id).name
    return {"token": token, "name": name, "text": row.text, "confirmed": row.confirmed_at is not None}


def _entry(slug: str) -> Entry:
    found = public.entry(db.session(), slug) if sayable(slug) else None
    if found is None:
        raise NotFound
    return found


def _message(token: str, *, locked: bool = False) -> Message:
    row = messages.found(db.session(), token, locked=locked) if sayable(token) else None
    if row is None:
        raise NotFound
    return row


def _address(text: str) -> str:
    try:
        return rules.address(text)
    except ValueError:
        sentence = gettext("Please give an e-mail address like name@example.org.")
        raise Invalid({"address": [sentence]}) from None
