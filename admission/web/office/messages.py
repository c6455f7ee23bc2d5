"""Messages to organisations at the office's desk: read, passed on or declined with a reason, and what was answered."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from admission.casework import passing_on
from admission.correspondence import messages, rules
from admission.correspondence.models import Message
from admission.ground.db import db
from admission.organisations.queries import organisation
from admission.people.queries import Person, names_of
from admission.people.roles import Role
from admission.web.access import access, loads
from admission.web.entries import keeps_entries
from admission.web.fields import Choice, Lines, PublicForm
from admission.web.inviting import BASES, WHY_NOT
from admission.web.office import bp
from admission.web.office.register import PastDay
from admission.web.office.surroundings import STAFF

STATES = {
    rules.READ: ("us", lazy_gettext("to be read")),
    rules.PASSED_ON: ("them", lazy_gettext("passed on")),
    rules.DECLINED: ("no", lazy_gettext("not passed on")),
    rules.ANSWERED: ("done", lazy_gettext("answered")),
    rules.CLOSED: ("none", lazy_gettext("closed, no answer known")),
}
"""State of a message -> (kind of mark, words)."""
WAYS = {
    rules.MAIL: lazy_gettext("by e-mail"),
    "phone": lazy_gettext("by phone"),
    "post": lazy_gettext("by post"),
    "talk": lazy_gettext("in a talk"),
}


class PassForm(PublicForm):
    """By which way the organisation gets it."""

    way = Choice(lazy_gettext("How do you pass it on?"), WAYS.items(), required=lazy_gettext("Please say how."))


class DeclineForm(PublicForm):
    """Why it is not passed on."""

    reason = Lines(
        lazy_gettext("Why is it not passed on?"),
        required=lazy_gettext("Please say why the message is not passed on."), limit=2000,
    )  # fmt: skip


class ReplyForm(PublicForm):
    """By which way and on which day the organisation answered."""

    way = Choice(lazy_gettext("How did it answer?"), WAYS.items(), required=lazy_gettext("Please say how."))
    on = PastDay(lazy_gettext("On which day"), required=lazy_gettext("Please give the day."))


FORMS: dict[str, type[PublicForm]] = {"pass": PassForm, "decline": DeclineForm, "reply": ReplyForm}


@loads("message")
def load_message(value: UUID, person: Person, role: Role, *, locked: bool) -> Message:
    """A message that its writer has confirmed; the whole office reads it."""
    return messages.message(db.session(), value, locked=locked)


@bp.get("/nachrichten")
@access(*STAFF)
def messages_to_pass_on() -> str:
    """Those to be read first."""
    return render_template("office/nachrichten.html", rows=messages.listed(db.session()), states=STATES)


def message_page(message: Message, which: str = "") -> dict[str, Any]:
    """What was written, to whom, how they are reached, and what is left to do."""
    session = db.session()
    to = passing_on.way_to(session, message)
    return {
        "message": message,
        "organisation": organisation(session, message.organisation_id),
        "reach": to,
        "basis": BASES.get(to.basis, to.basis),
        "why_not": WHY_NOT.get(to.why_not, ""),
        "state": STATES[message.state],
        "ways": WAYS,
        "by": names_of([message.decided_by]).get(message.decided_by, "") if message.decided_by else "",
        "forms": {name: _apart(form(formdata=None), name) for name, form in FORMS.items()},
        "which": which,
    }


@bp.get("/nachrichten/<uuid:message_id>")
@access(*STAFF, message="message_id")
def one_message(message: Message) -> str:
    """One message."""
    return render_template("office/nachricht.html", form=PublicForm(), **message_page(message))


def sent(name: str) -> Callable[..., PublicForm]:
    """Makes one of the forms as it was sent."""
    return lambda message: _apart(FORMS[name](), name)


def page_with(name: str) -> Callable[..., dict[str, Any]]:
    """The page around a form that came back."""
    return lambda message: message_page(message, name)


@bp.post("/nachrichten/<uuid:message_id>/weitergeben")
@access(*STAFF, message="message_id")
@keeps_entries("office/nachricht.html", sent("pass"), page_with("pass"))
def pass_message_on(message: Message, form: PassForm) -> ResponseReturnValue:
    """Mail it to the organisation, or record that it has it by another way."""
    passing_on.pass_on(db.session(), message, form.way.data, by=g.person.id, role=str(g.role))
    return _done(message)


@bp.post("/nachrichten/<uuid:message_id>/ablehnen")
@access(*STAFF, message="message_id")
@keeps_entries("office/nachricht.html", sent("decline"), page_with("decline"))
def decline_message(message: Message, form: DeclineForm) -> ResponseReturnValue:
    """Do not pass it on; the writer reads the reason."""
    passing_on.decline(db.session(), message, form.reason.data or "", by=g.person.id, role=str(g.role))
    return _done(message)


@bp.post("/nachrichten/<uuid:message_id>/beantwortet")
@access(*STAFF, message="message_id")
@keeps_entries("office/nachricht.html", sent("reply"), page_with("reply"))
def note_reply_to_message(message: Message, form: ReplyForm) -> ResponseReturnValue:
    """Record that the organisation has answered."""
    messages.note_answer(db.session(), message, form.way.data, form.on.data, by=g.person.id, role=str(g.role))
    return _done(message)


@bp.post("/nachrichten/<uuid:message_id>/schliessen")
@access(*STAFF, message="message_id")
@keeps_entries("office/nachricht.html", lambda message: PublicForm(), message_page)
def close_message(message: Message, form: PublicForm) -> ResponseReturnValue:
    """Nobody waits for an answer any more."""
    messages.close(db.session(), message)
    return _done(message)


def _apart(form: PublicForm, name: str) -> PublicForm:
    """The form with ids of its own for its fields: several stand on one page."""
    for field in form:
        field.id = field.label.field_id = f"{name}-{field.name}"
    return form


def _done(message: Message) -> ResponseReturnValue:
    address = url_for(".one_message", message_id=message.id)
    db.session.commit()
    return redirect(address, 303)
