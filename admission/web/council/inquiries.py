"""Inquiries at the council's desk: a member prepares, the secretariat files, both read the frozen answer."""

from collections.abc import Callable
from typing import Any

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import Field
from wtforms.validators import ValidationError

from admission.ground import clock
from admission.ground.db import db
from admission.inquiries import actions, queries
from admission.inquiries.actions import Asked
from admission.inquiries.models import Inquiry
from admission.inquiries.rules import PAPER_NUMBER
from admission.people.roles import Role
from admission.web import inquiries as shared
from admission.web.access import access
from admission.web.council import bp
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, Day, Lines, PublicForm, Text
from admission.web.page import current_page

LONGEST = 6000


class NewForm(PublicForm):
    """A question as the body puts it."""

    title = Text(lazy_gettext("Subject"), required=lazy_gettext("Please give the subject."), limit=200)
    question = Lines(
        lazy_gettext("The question, word for word"), required=lazy_gettext("Please enter the question."), limit=LONGEST
    )
    session_on = Day(lazy_gettext("Day of the sitting"), required=lazy_gettext("Please give the day of the sitting."))
    due_on = Day(lazy_gettext("To be answered until"), required=lazy_gettext("Please give the last day."))

    def validate_due_on(self, field: Field) -> None:
        """Before the sitting, and not over already."""
        if field.data and field.data < clock.today():
            raise ValidationError(gettext("This day is over already. Please give a day to come."))
        if field.data and self.session_on.data and field.data > self.session_on.data:
            raise ValidationError(gettext("Please give a day up to that of the sitting."))


class NumberForm(CommandForm):
    """The paper number, if the council's office has assigned one."""

    paper_number = Text(lazy_gettext("Paper number"), limit=30)

    def validate_paper_number(self, field: Field) -> None:
        """Letters, digits, slashes, dots and dashes, as numbers of papers have them."""
        if field.data and not PAPER_NUMBER.fullmatch(field.data):
            raise ValidationError(gettext("Please give the number as it was assigned, for example 0118/2025-2030."))


class NeededNumberForm(NumberForm):
    """The paper number of an inquiry that was filed without one."""

    paper_number = Text(lazy_gettext("Paper number"), required=lazy_gettext("Please give the number."), limit=30)


def number_form(kind: type[NumberForm]) -> Callable[..., NumberForm]:
    """Makes a form that carries the revision that the page showed."""
    return lambda inquiry: kind(seen=inquiry.revision)


@bp.get("/anfragen")
@access(Role.COUNCIL, Role.SECRETARIAT)
def inquiries() -> str:
    """What was prepared, what was filed, what was answered."""
    own = None if Role.SECRETARIAT in g.person.roles else g.person.id
    session = db.session()
    return render_template(
        "council/anfragen.html", waiting=queries.prepared(session, own), rows=queries.filed(session), words=shared
    )


@bp.get("/anfragen/neu")
@access(Role.COUNCIL, Role.SECRETARIAT)
def ask_anew() -> str:
    """Prepare an inquiry."""
    return render_template("council/anfrage-neu.html", form=NewForm())


@bp.post("/anfragen/neu")
@access(Role.COUNCIL, Role.SECRETARIAT)
@keeps_entries("council/anfrage-neu.html", NewForm)
def prepare_inquiry(form: NewForm) -> ResponseReturnValue:
    """Keep it; the office sees it once the secretariat has filed it."""
    city = current_page().city
    asked = Asked(
        form.title.data or "", city.council if city else "", form.question.data or "", form.session_on.data,
        form.due_on.data,
    )  # fmt: skip
    row = actions.prepare(db.session(), asked, by=g.person.id)
    address = url_for(".one_inquiry", inquiry=row.id)
    db.session.commit()
    return redirect(address, 303)


def inquiry_page(inquiry: Inquiry, **_: Any) -> dict[str, Any]:
    """The question, where it stands, and for the secretariat what is left to do."""
    session = db.session()
    return {
        "inquiry": inquiry,
        "words": shared,
        "parts": queries.parts(session, inquiry.id),
        "told": [row for row in shared.told(queries.way(session, inquiry.id)) if row[0].act in ("filed", "released")],
        "frozen": queries.released(session, inquiry.id),
        "secretariat": Role.SECRETARIAT in g.person.roles,
    }


@bp.get("/anfragen/<uuid:inquiry>")
@access(Role.COUNCIL, Role.SECRETARIAT, inquiry="inquiry")
def one_inquiry(inquiry: Inquiry) -> str:
    """One inquiry."""
    form = NumberForm(seen=inquiry.revision)
    return render_template("council/anfrage.html", form=form, **inquiry_page(inquiry))


@bp.post("/anfragen/<uuid:inquiry>/einreichen")
@access(Role.SECRETARIAT, inquiry="inquiry")
@keeps_entries("council/anfrage.html", number_form(NumberForm), inquiry_page)
def file_inquiry(inquiry: Inquiry, form: NumberForm) -> ResponseReturnValue:
    """File it, with the number that the council's office assigned, or still without one."""
    actions.check_seen(inquiry, form.command.seen)
    actions.file(db.session(), inquiry, form.paper_number.data, by=g.person.id, role=Role.SECRETARIAT)
    return _done(inquiry)


@bp.post("/anfragen/<uuid:inquiry>/nummer")
@access(Role.SECRETARIAT, inquiry="inquiry")
@keeps_entries("council/anfrage.html", number_form(NeededNumberForm), inquiry_page)
def enter_number(inquiry: Inquiry, form: NeededNumberForm) -> ResponseReturnValue:
    """Enter the number that the council's office has assigned since."""
    actions.check_seen(inquiry, form.command.seen)
    actions.assign_number(db.session(), inquiry, form.paper_number.data or "", by=g.person.id)
    return _done(inquiry)


@bp.get("/anfragen/<uuid:inquiry>/antwort")
@access(Role.COUNCIL, Role.SECRETARIAT, inquiry="inquiry")
def answer(inquiry: Inquiry) -> str:
    """The frozen answer; `fassung` names an earlier one."""
    frozen = queries.frozen(db.session(), inquiry.id, shared.version_asked())
    return render_template("council/antwort.html", **shared.frozen_page(inquiry, frozen))


@bp.get("/anfragen/<uuid:inquiry>/uebergabe/<kind>")
@access(Role.COUNCIL, Role.SECRETARIAT, inquiry="inquiry")
def handed_over(inquiry: Inquiry, kind: str) -> ResponseReturnValue:
    """One file of the frozen answer: pdf, docx, csv, json, oparl."""
    frozen = queries.frozen(db.session(), inquiry.id, shared.version_asked())
    return shared.handed_over(
        inquiry, frozen, kind,
        lambda name: url_for(".handed_over", inquiry=inquiry.id, kind=name, fassung=frozen.version),
    )  # fmt: skip


def _done(inquiry: Inquiry) -> ResponseReturnValue:
    address = url_for(".one_inquiry", inquiry=inquiry.id)
    db.session.commit()
    return redirect(address, 303)
