"""Taking over the former network: one person proposes with the resolution, another one confirms."""

from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import Field
from wtforms.validators import ValidationError

from admission.casework import taking_over
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.organisations.queries import names_of as organisations_named
from admission.people.queries import names_of
from admission.people.roles import Role
from admission.register.counting import belonging
from admission.register.sets import rules_of
from admission.rulebook.edition import Rulebook
from admission.web.access import access
from admission.web.entries import keeps_entries
from admission.web.fields import Choices, Day, PublicForm, Text, options
from admission.web.office import bp
from admission.web.office.surroundings import STAFF
from admission.web.page import current_page

KEPT = "kept_as_network"


class TakeOverForm(PublicForm):
    """Who is taken over, by which resolution."""

    organisations = Choices(
        lazy_gettext("Who is taken over?"), required=lazy_gettext("Please choose at least one organisation.")
    )
    resolution = Text(
        lazy_gettext("Number of the resolution"), required=lazy_gettext("Please give the number."), limit=120
    )
    resolved_on = Day(lazy_gettext("Day of the resolution"), required=lazy_gettext("Please give the day."))

    def validate_resolved_on(self, field: Field) -> None:
        """A resolution lies in the past."""
        if field.data and field.data > clock.today():
            raise ValidationError(gettext("This day has not come yet. Please give a day up to today."))


def take_over_form() -> TakeOverForm:
    """The form with the organisations that a list keeps as the network; all of them are chosen at first."""
    held = belonging(db.session(), rules_of(_book().register), clock.today())
    named = organisations_named(db.session(), [one for one, sets in held.items() if KEPT in sets])
    form = TakeOverForm(organisations=[str(one) for one in named])
    pairs = sorted(((str(one), name) for one, name in named.items()), key=lambda pair: pair[1])
    form.organisations.choices = options(pairs)
    return form


def take_over_page(**_: Any) -> dict[str, Any]:
    """The proposal that waits, if one does."""
    row = taking_over.waiting(db.session())
    names: list[str] = []
    if row is not None:
        chosen = taking_over.organisations_of(db.session(), row.id)
        names = sorted(organisations_named(db.session(), chosen).values())
    return {
        "waiting": row,
        "names": names,
        "proposed_by": names_of([row.proposed_by])[row.proposed_by] if row else "",
        "own": row is not None and row.proposed_by == g.person.id,
    }


@bp.get("/verzeichnis/uebernahme")
@access(*STAFF)
def ask_to_take_over() -> str:
    """Which organisations of the former network shall become members."""
    return render_template("office/uebernahme.html", form=take_over_form(), **take_over_page())


@bp.post("/verzeichnis/uebernahme")
@access(*STAFF)
@keeps_entries("office/uebernahme.html", take_over_form, take_over_page)
def propose_take_over(form: TakeOverForm) -> ResponseReturnValue:
    """Propose; a second person confirms."""
    chosen = [UUID(value) for value in form.organisations.data or ()]
    assert form.resolution.data and form.resolved_on.data  # both are required
    taking_over.propose(db.session(), chosen, form.resolution.data, form.resolved_on.data, by=g.person.id)
    db.session.commit()
    return redirect(url_for(".ask_to_take_over"), 303)


@bp.post("/verzeichnis/uebernahme/<uuid:take_over>/bestaetigen")
@access(*STAFF)
@keeps_entries("office/uebernahme.html", lambda take_over: PublicForm(), take_over_page)
def confirm_take_over(take_over: UUID, form: PublicForm) -> ResponseReturnValue:
    """They are members from now on, taken over and not assessed by criteria."""
    role = Role.APPROVER if Role.APPROVER in g.person.roles else Role.CASEWORKER
    taking_over.confirm(db.session(), take_over, _book(), by=g.person.id, role=role)
    db.session.commit()
    return redirect(url_for(".register", menge="taken_over"), 303)


def _book() -> Rulebook:
    current = current_page().in_force
    if current is None or "membership" not in current.rulebook.kinds:
        raise NotFound
    return current.rulebook
