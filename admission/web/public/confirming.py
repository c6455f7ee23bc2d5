"""The yearly confirmation by the organisation itself, without an account: by a mailed link or a printed code.

Opening a page uses nothing up and changes nothing. Whoever was asked sees what is held of their own organisation until
they have answered; afterwards the page says only that.
"""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import Field
from wtforms.validators import ValidationError

from admission.casework import confirmed
from admission.casework.confirmed import SYSTEM_ROLE, NewPerson
from admission.confirmation.models import Asked
from admission.confirmation.queries import Opened
from admission.confirmation.rules import CHANNELS, CONFIRMED, GONE, OBJECTED, code_from
from admission.ground.db import db, writing
from admission.ground.errors import NotFound, TooMany
from admission.people import limits
from admission.people import rules as people
from admission.register import entry
from admission.register.queries import consents
from admission.register.rules import FIELDS
from admission.web.access import access
from admission.web.entries import keeps_entries
from admission.web.fields import Choice, Lines, PublicForm, Text, options, sayable
from admission.web.limits import PUBLIC_FORM, limiter
from admission.web.page import current_page, language
from admission.web.public import bp
from admission.web.register_fields import HINTS, form_of_field, offered
from admission.web.register_rows import rows_of
from admission.web.register_words import TITLES

YES, PAUSE = "ja", "pause"
ALWAYS_ASKED = ("name", "field", "districts", "description", "mailbox", "phone")
"""Fields that are shown though the register holds nothing: a gap is a question too."""
CHANGES = "60 per hour"
"""A whole entry may be put right in one go."""
MOST = 60
"""Characters of a typed code that are looked at."""
NOBODY = "-"
"""The choice that nobody is replaced."""


class CodeForm(PublicForm):
    """The printed code of a letter."""

    code = Text(lazy_gettext("Code from our letter"), required=lazy_gettext("Please type the code of our letter."))

    def validate_code(self, field: Field) -> None:
        """A typing error is told at once; it is no try."""
        if not code_from((field.data or "")[:MOST]):
            raise ValidationError(
                gettext(
                    "This code has a typing error. It has twelve characters in three groups, for example "
                    "K4WT-9HPX-CEAM; it knows no zero, no one and no O."
                )
            )


class ConfirmForm(PublicForm):
    """Everything is right; or the organisation rests, or has ended."""

    aktiv = Choice(
        lazy_gettext("Were you active in the last 12 months?"),
        [
            (YES, lazy_gettext("Yes")),
            (PAUSE, lazy_gettext("We are taking a break")),
            (GONE, lazy_gettext("We no longer exist")),
        ],
        required=lazy_gettext("Please say whether you were active in the last 12 months."),
    )
    person = Text(lazy_gettext("Your name"), required=lazy_gettext("Please give your name."), limit=120)
    remark = Lines(lazy_gettext("Do you want to tell us something?"), limit=500)


class PersonForm(PublicForm):
    """The new contact person."""

    name = Text(
        lazy_gettext("Name of the new contact person"), required=lazy_gettext("Please give the name."), limit=120
    )
    mail = Text(lazy_gettext("E-mail"), limit=254)
    phone = Text(lazy_gettext("Phone"), limit=40)
    role = Text(lazy_gettext("What does the person do with you?"), limit=60)
    instead_of = Choice(lazy_gettext("Whom does the person replace?"), ())

    def validate_mail(self, field: Field) -> None:
        """An address that a mail can be sent to; or a phone number instead."""
        if not field.data:
            if not self.phone.data:
                raise ValidationError(gettext("Please give an e-mail address or a phone number."))
            return
        try:
            field.data = people.address(field.data)
        except ValueError:
            raise ValidationError(gettext("Please give an e-mail address like name@example.org.")) from None


class ObjectionForm(PublicForm):
    """That somebody does not want to be written to any more."""

    remark = Lines(lazy_gettext("Do you want to tell us something?"), limit=500)


@bp.get("/bestaetigen")
@access(public=True)
def ask_for_code() -> ResponseReturnValue:
    """Type the code of a letter; the square code of the letter has filled it in already."""
    form = CodeForm(formdata=None)
    given = request.args.get("code", "")[:MOST]
    form.code.data = given if sayable(given) else ""
    return render_template("public/bestaetigen.html", form=form, over=False)


@bp.post("/bestaetigen")
@access(public=True)
def open_by_code() -> ResponseReturnValue:
    """Go on with the code; wrong ones are counted for each network address, in our own table."""
    form = CodeForm()
    if not form.validate():
        return render_template("public/bestaetigen.html", form=form, over=False), 422
    code = code_from((form.code.data or "")[:MOST])
    assert code is not None  # the form has read it
    writing()
    try:
        knock = limits.count({"printed_code": request.remote_addr or ""})
    except TooMany as many:
        db.session.rollback()
        raise TooMany(many.retry_after) from None
    link = confirmed.by_code(db.session(), code)
    if link is not None:
        limits.forgive(knock)
    db.session.commit()
    if link is None:
        form.refuse(
            {"code": [gettext("We do not know this code, or it is too old. Please compare it with the letter.")]}
        )
        return render_template("public/bestaetigen.html", form=form, over=False), 422
    return redirect(url_for(".confirmation", token=link), 303)


def confirmation_form(token: str) -> ConfirmForm:
    """The form with the name of whoever was asked."""
    form = ConfirmForm()
    if not form.is_submitted():
        form.person.data = confirmed.held(db.session(), _opened(token).asked).person
    return form


def confirmation_page(token: str) -> dict[str, Any]:
    """What is held of the organisation; after the answer only the answer."""
    opened = _opened(token)
    if opened.asked.answer is not None:
        return {"token": token, "answered": _said(opened.asked)}
    held = confirmed.held(db.session(), opened.asked)
    current = current_page().in_force
    given = {row.name: row for row in rows_of(held.fields, current.rulebook if current else None, language(), TITLES)}
    shown = consents(db.session(), held.organisation.id)
    weeks = current.rulebook.register["confirmation"] if current else {}
    return {
        "token": token,
        "reminders": [after for after in weeks.get("remind_after_weeks", ()) if after],
        "call": weeks.get("call_after_weeks", ""),
        "held": held,
        "answered": None,
        "rows": [
            (name, str(TITLES[name]), given.get(name)) for name in FIELDS if name in given or name in ALWAYS_ASKED
        ],
        "public": [str(TITLES[name]) for name in FIELDS if name in shown and name in given],
    }


@bp.get("/bestaetigen/<token>")
@access(public=True)
def confirmation(token: str) -> ResponseReturnValue:
    """See what is held, and confirm it below; a link that is too old leads to the code and to the office."""
    if _found(token) is None:
        empty = CodeForm(formdata=None)
        return _unkept(render_template("public/bestaetigen.html", form=empty, over=True), 404)
    page = confirmation_page(token)
    form = None if page["answered"] else confirmation_form(token)
    return _unkept(render_template("public/bestaetigung.html", form=form, **page))


@bp.post("/bestaetigen/<token>")
@access(public=True)
@limiter.limit(PUBLIC_FORM)
@keeps_entries("public/bestaetigung.html", confirmation_form, confirmation_page)
def confirm(token: str, form: ConfirmForm) -> ResponseReturnValue:
    """Everything is right, or the organisation has ended: both hold once."""
    opened = _opened(token)
    person, remark = form.person.data or "", form.remark.data or ""
    if form.aktiv.data == GONE:
        confirmed.has_ended(db.session(), opened.asked.id, CHANNELS[opened.kind], person, remark)
    else:
        resting = form.aktiv.data == PAUSE
        confirmed.confirm(
            db.session(), opened.asked.id, CHANNELS[opened.kind], person, by=None, role=SYSTEM_ROLE,
            resting=resting, remark=remark,
        )  # fmt: skip
    db.session.commit()
    return redirect(url_for(".confirmation", token=token), 303)


def field_form(token: str, name: str) -> Any:
    """The form of one field; raises `NotFound` for a field that is not changed here."""
    held = confirmed.held(db.session(), _opened(token).asked)
    return form_of_field(name, held.fields.get(name, ""), PublicForm)


def field_page(token: str, name: str) -> dict[str, Any]:
    """What stands beside the form of one field."""
    page = side_page(token)
    return page | {
        "name": name,
        "hint": HINTS.get(name),
        "ticked": bool(offered(name)),
        "checked": name in _checks(),
        "given": name in consents(db.session(), page["held"].organisation.id),
    }


@bp.get("/bestaetigen/<token>/angaben/<name>")
@access(public=True)
def ask_for_entry(token: str, name: str) -> ResponseReturnValue:
    """Ask for one field."""
    if _opened(token).asked.answer is not None:
        return redirect(url_for(".confirmation", token=token), 303)
    form = field_form(token, name)
    return _unkept(render_template("public/bestaetigung-angabe.html", form=form, **field_page(token, name)))


@bp.post("/bestaetigen/<token>/angaben/<name>")
@access(public=True)
@limiter.limit(CHANGES)
@keeps_entries("public/bestaetigung-angabe.html", field_form, field_page)
def change_entry(token: str, name: str, form: Any) -> ResponseReturnValue:
    """It holds at once, or after the office has looked at it, as the edition says."""
    confirmed.correct(db.session(), _opened(token).asked.id, name, form.cleaned, _checks())
    db.session.commit()
    return redirect(url_for(".confirmation", token=token), 303)


def person_form(token: str) -> PersonForm:
    """The form with the persons who may be replaced."""
    form = PersonForm()
    form.instead_of.choices = options(_choices(_persons(token)))
    return form


def side_page(token: str) -> dict[str, Any]:
    """What stands beside the forms of single changes."""
    return {"token": token, "held": confirmed.held(db.session(), _opened(token).asked)}


@bp.get("/bestaetigen/<token>/person")
@access(public=True)
def ask_for_person(token: str) -> ResponseReturnValue:
    """Name another contact person."""
    if _opened(token).asked.answer is not None:
        return redirect(url_for(".confirmation", token=token), 303)
    page = side_page(token)
    return _unkept(render_template("public/bestaetigung-person.html", form=person_form(token), **page))


@bp.post("/bestaetigen/<token>/person")
@access(public=True)
@limiter.limit(PUBLIC_FORM)
@keeps_entries("public/bestaetigung-person.html", person_form, side_page)
def name_person(token: str, form: PersonForm) -> ResponseReturnValue:
    """From now on somebody else is asked; they are told where we have them from."""
    persons = _persons(token)
    chosen = form.instead_of.data or ""
    former = persons[int(chosen)] if chosen.isdecimal() and int(chosen) < len(persons) else ""
    new = NewPerson(
        form.name.data or "", form.mail.data or "", form.phone.data or "", form.role.data or "", former
    )  # fmt: skip
    confirmed.name_person(db.session(), _opened(token).asked.id, new)
    db.session.commit()
    return redirect(url_for(".confirmation", token=token, _anchor="kontakt"), 303)


@bp.get("/bestaetigen/<token>/widersprechen")
@access(public=True)
def ask_to_object(token: str) -> ResponseReturnValue:
    """Say that one does not want to be written to any more."""
    if _opened(token).asked.answer is not None:
        return redirect(url_for(".confirmation", token=token), 303)
    page = side_page(token)
    return _unkept(render_template("public/bestaetigung-widerspruch.html", form=ObjectionForm(), **page))


@bp.post("/bestaetigen/<token>/widersprechen")
@access(public=True)
@limiter.limit(PUBLIC_FORM)
@keeps_entries("public/bestaetigung-widerspruch.html", lambda token: ObjectionForm(), side_page)
def object_to_asking(token: str, form: ObjectionForm) -> ResponseReturnValue:
    """It holds at once; the organisation itself stays in the register."""
    opened = _opened(token)
    remark = form.remark.data or ""
    confirmed.object_(
        db.session(), opened.asked.id, CHANNELS[opened.kind], "", by=None, role=SYSTEM_ROLE, remark=remark
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for(".confirmation", token=token), 303)


def _found(token: str) -> Opened | None:
    return confirmed.by_link(db.session(), token) if sayable(token) else None


def _opened(token: str) -> Opened:
    found = _found(token)
    if found is None:
        raise NotFound
    return found


def _checks() -> frozenset[str]:
    """The fields whose changes the office looks at first."""
    current = current_page().in_force
    return entry.looked_at(current.rulebook.register) if current else frozenset()


def _persons(token: str) -> list[str]:
    """The names of those who are on record as contacts, each once."""
    held = confirmed.held(db.session(), _opened(token).asked)
    return list(dict.fromkeys(row.person for row in held.contacts if row.person))


def _choices(persons: list[str]) -> Any:
    return [*((str(at), name) for at, name in enumerate(persons)), (NOBODY, gettext("nobody, they join in"))]


def _said(asked: Asked) -> dict[str, Any]:
    """What came of it, without anything that the register holds."""
    return {
        "confirmed": asked.answer == CONFIRMED,
        "gone": asked.answer == GONE,
        "objected": asked.answer == OBJECTED,
        "at": asked.answered_at,
        "resting": asked.resting,
    }


def _unkept(page: str, status: int = 200) -> Response:
    """No cache on the way keeps what a mailed link shows."""
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
