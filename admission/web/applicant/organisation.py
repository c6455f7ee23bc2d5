"""The own organisation: what is known of it, what it lets be shown, and leaving the network."""

from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admission.cases import queries
from admission.cases.models import Case
from admission.casework.facts import lock
from admission.casework.move import move
from admission.decisions.queries import notices
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.organisations import merges
from admission.organisations.models import Organisation
from admission.organisations.queries import represented_by
from admission.people.queries import Person
from admission.people.roles import Role
from admission.register import actions as register
from admission.register import circles, entry
from admission.register.queries import changes, consents_held, fields, memberships
from admission.register.rules import FIELDS, PUBLIC, PURPOSES, proposed
from admission.rulebook.edition import Rulebook
from admission.rulebook.queries import in_force, rulebook
from admission.web.access import access, acting, loads
from admission.web.applicant import bp
from admission.web.applicant.following import may_be_shown
from admission.web.applicant.surroundings import contact, say
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, PublicForm
from admission.web.page import language
from admission.web.register_rows import changed, rows_of
from admission.web.register_words import CHANGERS, TITLES
from admission.web.register_words import PURPOSES as PURPOSE_WORDS


@loads("organisation")
def load_organisation(value: UUID, person: Person, role: Role, *, locked: bool) -> Organisation:
    """An organisation that this person speaks for."""
    if locked:
        register.lock(db.session(), value)
    found = next((row for row in represented_by(db.session(), person.id) if row.id == value), None)
    if found is None or merges.heads_of(db.session(), [found.id]):
        raise NotFound
    return found


def entry_page(organisation: Organisation, **_: Any) -> dict[str, Any]:
    """Every field with its value and its consents, what waits, what changed, and the membership."""
    book = book_in_force()
    values = values_of(organisation)
    given = consents_held(db.session(), organisation.id)
    membership = _known_membership(organisation)
    shown = {row.name: row for row in rows_of(values, book, language(), TITLES)}
    rows = [
        {
            "name": name,
            "title": str(TITLES[name]),
            "row": shown.get(name),
            "uses": [(purpose, PURPOSE_WORDS[purpose], (name, purpose) in given) for purpose in PURPOSES],
        }
        for name in FIELDS
    ]
    return {
        "organisation": organisation,
        "rows": rows,
        "checks": entry.checks_of(db.session(), organisation.id),
        "changes": [
            (row.on, changed(row.field), CHANGERS.get(row.by)) for row in changes(db.session(), organisation.id)
        ],
        "slug": organisation.slug if membership and ("name", PUBLIC) in given else None,
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
    heads = merges.heads_shown(db.session(), [row.id for row in rows])
    merged = [(row, heads[row.id]) for row in rows if row.id in heads]
    rows = [row for row in rows if row not in [gone for gone, _ in merged]]
    if len(rows) == 1 and not merged:
        return render_template("applicant/organisation.html", form=PublicForm(), **entry_page(rows[0]))
    return render_template("applicant/organisationen.html", rows=rows, merged=merged, contact=contact())


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
    name, purpose, wish = _pressed()
    values = values_of(organisation)
    if wish == "zurueckziehen":
        register.withdraw_consents(
            db.session(), organisation, [name], by=g.person.id, role=Role.APPLICANT, purposes=[purpose]
        )
    elif wish == "zustimmen" and values.get(name):
        register.save_field(db.session(), organisation, name, values[name])
        register.give_consent(
            db.session(), organisation, name, by=g.person.id, role=Role.APPLICANT, purpose=purpose
        )  # fmt: skip
    address = url_for(".organisation", organisation=organisation.id, _anchor=f"angabe-{name}")
    db.session.commit()
    return redirect(address, 303)


def _pressed() -> tuple[str, str, str]:
    """Which button was pressed, as (field, purpose, wish); all empty for none of ours."""
    for name in FIELDS:
        for purpose in PURPOSES:
            if wish := request.form.get(f"{name}-{purpose}"):
                return name, purpose, wish
    return "", "", ""


@bp.get("/organisation/<uuid:organisation>/ansicht/<any(network, council):purpose>")
@access(Role.APPLICANT, organisation="organisation")
def seen_by(organisation: Organisation, purpose: str) -> str:
    """The own entry as members of the network, or of the council, read it."""
    found = next(iter(circles.entries(db.session(), purpose, only=organisation.id)), None)
    rows = rows_of(found.fields, book_in_force(), language()) if found else []
    return render_template(
        "applicant/ansicht.html", organisation=organisation, purpose=purpose, rows=rows, contact=contact()
    )


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
    if found is None or merges.heads_of(db.session(), [found.id]):
        raise NotFound
    return found


def _known_membership(organisation: Organisation) -> Case | None:
    """The newest membership; none before the notice of admission was opened, which says it first."""
    found = next(iter(memberships(db.session(), organisation.id)), None)
    if found is None or found.of is None or not all(may_be_shown(row) for row in notices(db.session(), found.of)):
        return None
    return found


def book_in_force() -> Rulebook:
    """The edition by which entries are made; raises `NotFound` while there is none."""
    current = in_force(clock.today())
    if current is None:
        raise NotFound
    return current.rulebook
