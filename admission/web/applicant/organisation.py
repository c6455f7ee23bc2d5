"""The own organisation: what is known of it, what it lets be shown, and leaving the network."""

from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.validators import ValidationError

from admission.cases import queries, rules
from admission.cases.models import Case
from admission.cases.rules import UnfitAnswer
from admission.casework.facts import lock
from admission.casework.move import move
from admission.decisions.queries import notices
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.organisations.models import Organisation
from admission.organisations.queries import represented_by
from admission.people.queries import Person
from admission.people.roles import Role
from admission.register import actions as register
from admission.register.queries import consents, fields, memberships
from admission.register.rules import FIELDS, fault, proposed
from admission.register.rules import shown as shown_value
from admission.rulebook.edition import Rulebook
from admission.rulebook.queries import in_force, rulebook
from admission.web.access import access, acting, loads
from admission.web.applicant import bp
from admission.web.applicant.following import may_be_shown
from admission.web.applicant.surroundings import contact, say, unfit
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, PublicForm, options
from admission.web.page import language, sentence
from admission.web.register_words import TITLES

HINTS = {
    "languages": lazy_gettext("Languages in which people can talk to you, with commas between them."),
    "description": lazy_gettext("A few sentences: offers, for whom, when and where."),
    "website": lazy_gettext("With https:// at the beginning."),
    "mailbox": lazy_gettext("Better an address of the organisation than one of a person."),
    "contact": lazy_gettext("First and last name. Please ask the person before."),
}
FAULTS = {
    "register.website": lazy_gettext("Please give the full address, for example https://example.org."),
    "register.mailbox": lazy_gettext("Please give an e-mail address like name@example.org."),
    "register.phone": lazy_gettext("Please give a phone number with digits, for example 0221 4710-145."),
}


@loads("organisation")
def load_organisation(value: UUID, person: Person, role: Role, *, locked: bool) -> Organisation:
    """An organisation that this person speaks for."""
    if locked:
        register.lock(db.session(), value)
    found = next((row for row in represented_by(db.session(), person.id) if row.id == value), None)
    if found is None:
        raise NotFound
    return found


def entry_page(organisation: Organisation, **_: Any) -> dict[str, Any]:
    """Every field with its value and its consent, and the membership."""
    book = _book()
    values = values_of(organisation)
    held = consents(db.session(), organisation.id)
    membership = _known_membership(organisation)
    rows = [
        {
            "name": name,
            "title": str(TITLES[name]),
            "value": _spoken(book, name, values.get(name, "")),
            "given": name in held,
        }
        for name in FIELDS
    ]
    return {
        "organisation": organisation,
        "rows": rows,
        "membership": membership,
        "membership_says": say(rulebook(membership.edition), f"state.membership.{membership.state}.applicant")
        if membership
        else "",
        "contact": contact(),
    }


@bp.get("/organisation")
@access(Role.APPLICANT)
def organisations() -> ResponseReturnValue:
    """The organisation that one speaks for, or a choice between several."""
    rows = represented_by(db.session(), g.person.id)
    if len(rows) == 1:
        return render_template("applicant/organisation.html", form=PublicForm(), **entry_page(rows[0]))
    return render_template("applicant/organisationen.html", rows=rows, contact=contact())


@bp.get("/organisation/<uuid:organisation>")
@access(Role.APPLICANT, organisation="organisation")
def organisation(organisation: Organisation) -> str:
    """One of several organisations."""
    return render_template("applicant/organisation.html", form=PublicForm(), **entry_page(organisation))


@bp.post("/organisation/<uuid:organisation>/freigaben")
@access(Role.APPLICANT, organisation="organisation")
@keeps_entries("applicant/organisation.html", PublicForm, entry_page)
def decide_consent(organisation: Organisation, form: PublicForm) -> ResponseReturnValue:
    """Give or withdraw one consent; both take one click and hold at once."""
    name, wish = next(((name, request.form[name]) for name in FIELDS if name in request.form), ("", ""))
    values = values_of(organisation)
    if wish == "zurueckziehen":
        register.withdraw_consents(db.session(), organisation, [name], by=g.person.id, role=Role.APPLICANT)
    elif wish == "zustimmen" and values.get(name):
        register.save_field(db.session(), organisation, name, values[name])
        register.give_consent(db.session(), organisation, name, by=g.person.id, role=Role.APPLICANT)
    address = url_for(".organisation", organisation=organisation.id, _anchor="freigaben")
    db.session.commit()
    return redirect(address, 303)


def field_form(organisation: Organisation, name: str) -> Any:
    """The form of one field; raises `NotFound` for a field that the register does not have."""
    if name not in FIELDS:
        raise NotFound
    book = _book()
    control: Any = StringField(TITLES[name])
    if name == "field":
        pairs = [(key, _spoken(book, name, key)) for key in book.facts["field"]["options"]]
        control = RadioField(TITLES[name], choices=options(pairs), validate_choice=False)
    elif name == "description":
        control = TextAreaField(TITLES[name], render_kw={"rows": "6"})

    class OneField(CommandForm):
        value = control
        cleaned = ""

        def validate_value(self, field: Field) -> None:
            """Ask the register's rule; an empty text takes the field out."""
            try:
                text = rules.cleaned(field.data)
            except UnfitAnswer as problem:
                raise ValidationError(unfit(problem, book)) from None
            self.cleaned = text if name == "description" else " ".join(text.split())
            if self.cleaned and (found := fault(name, self.cleaned, book)):
                raise ValidationError(str(FAULTS.get(found.code) or sentence(found, book)))

    return OneField(data={"value": values_of(organisation).get(name)})


def field_page(organisation: Organisation, name: str) -> dict[str, Any]:
    """What stands beside the form of one field."""
    given = name in consents(db.session(), organisation.id)
    return {"organisation": organisation, "name": name, "hint": HINTS.get(name), "given": given, "contact": contact()}


@bp.get("/organisation/<uuid:organisation>/angaben/<name>")
@access(Role.APPLICANT, organisation="organisation")
def ask_for_field(organisation: Organisation, name: str) -> str:
    """Ask for one field."""
    form = field_form(organisation, name)
    return render_template("applicant/angabe.html", form=form, **field_page(organisation, name))


@bp.post("/organisation/<uuid:organisation>/angaben/<name>")
@access(Role.APPLICANT, organisation="organisation")
@keeps_entries("applicant/angabe.html", field_form, field_page)
def save_field(organisation: Organisation, name: str, form: Any) -> ResponseReturnValue:
    """Store the value; where nothing is left, the consent ends with it."""
    if not form.cleaned:
        register.withdraw_consents(db.session(), organisation, [name], by=g.person.id, role=Role.APPLICANT)
    register.save_field(db.session(), organisation, name, form.cleaned)
    address = url_for(".organisation", organisation=organisation.id, _anchor="freigaben")
    db.session.commit()
    return redirect(address, 303)


def resignation_form(organisation: Organisation) -> CommandForm:
    """The form that ends the membership; raises `NotFound` where there is none."""
    return CommandForm(seen=_membership(organisation).revision)


@bp.get("/organisation/<uuid:organisation>/austreten")
@access(Role.APPLICANT, organisation="organisation")
def ask_to_resign(organisation: Organisation) -> ResponseReturnValue:
    """Ask whether the organisation shall really leave."""
    if _membership(organisation).ended_at is not None:
        return redirect(url_for(".organisation", organisation=organisation.id), 303)
    form = resignation_form(organisation)
    return render_template("applicant/austreten.html", form=form, organisation=organisation)


@bp.post("/organisation/<uuid:organisation>/austreten")
@access(Role.APPLICANT, organisation="organisation")
@keeps_entries("applicant/austreten.html", resignation_form)
def resign(organisation: Organisation, form: CommandForm) -> ResponseReturnValue:
    """Leave the network; nothing of the organisation is shown any more."""
    membership = _membership(organisation)
    lock(db.session(), membership.id)
    db.session.refresh(membership)
    by = acting(membership, ("applicant",))
    address = url_for(".organisation", organisation=organisation.id)
    register.withdraw_consents(db.session(), organisation, FIELDS, by=g.person.id, role=Role.APPLICANT)
    move(db.session(), membership.id, "resign", by=by, command=form.command)
    db.session.commit()
    return redirect(address, 303)


def values_of(organisation: Organisation) -> dict[str, str]:
    """What the register holds, and where it holds nothing, what the last application says."""
    submitted = [
        case
        for case in queries.cases_of(db.session(), g.person.id)
        if case.organisation_id == organisation.id and case.number
    ]
    said = proposed(queries.answers(db.session(), submitted[0].id)) if submitted else {}
    return {"name": organisation.name} | said | fields(db.session(), organisation.id)


def _membership(organisation: Organisation) -> Case:
    found = _known_membership(organisation)
    if found is None:
        raise NotFound
    return found


def _known_membership(organisation: Organisation) -> Case | None:
    """The newest membership; none before the notice of admission was opened, which says it first."""
    found = next(iter(memberships(db.session(), organisation.id)), None)
    if found is None or found.of is None or not all(may_be_shown(row) for row in notices(db.session(), found.of)):
        return None
    return found


def _book() -> Rulebook:
    current = in_force(clock.today())
    if current is None:
        raise NotFound
    return current.rulebook


def _spoken(book: Rulebook, name: str, value: str) -> str:
    return shown_value(book, name, value, language()) if value else ""
