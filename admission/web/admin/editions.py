"""Editions: which were loaded, which is in force, and the two people who put one in force."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.people.queries import names_of, people_with
from admission.people.roles import Role
from admission.rulebook import publish
from admission.rulebook.models import Edition, Publication
from admission.rulebook.queries import INTERIM, RESOLVED, InForce, in_force, publications
from admission.rulebook.queries import editions as loaded
from admission.web.access import access, loads
from admission.web.admin import bp
from admission.web.entries import keeps_entries
from admission.web.fields import Day, PublicForm, Text


class ProposeForm(PublicForm):
    """From which day an edition shall hold, and by which resolution."""

    in_force_from = Day(lazy_gettext("In force from"), required=lazy_gettext("Please give the first day."))
    resolution = Text(
        lazy_gettext("Number of the resolution"),
        required=lazy_gettext("Please give the number of the resolution."),
        limit=120,
    )


class ConfirmForm(PublicForm):
    """Nothing but its button."""


@dataclass(frozen=True)
class Row:
    """One edition: `state` is in_force, past, coming, proposed or loaded.

    `interim`: the register's part of it was set provisionally by `set_by`, and holds today; else it could be, if
    `may_be_interim`.
    """

    edition: Edition
    publication: Publication | None
    state: str
    proposed_by: str
    mine: bool
    interim: Publication | None
    set_by: str
    may_be_interim: bool


@loads("edition")
def load_edition(value: str, person: Any, role: Role, *, locked: bool) -> Edition:
    """An edition by its name; it never changes, so there is nothing to lock."""
    found = next((row for row in loaded() if row.name == value), None)
    if found is None:
        raise NotFound
    return found


@loads("publication")
def load_publication(value: UUID, person: Any, role: Role, *, locked: bool) -> Publication:
    """A proposed or confirmed publication; `publish.confirm` locks it."""
    found = db.session.get(Publication, value)
    if found is None:
        raise NotFound
    return found


@bp.get("/regelwerk")
@access(Role.ADMIN)
def editions() -> str:
    """All editions and where each stands."""
    return render_template("admin/regelwerk.html", form=ConfirmForm(), **editions_page())


def editions_page(**_objects: Any) -> dict[str, Any]:
    """What the page of editions shows."""
    return {"rows": rows(), "admins": len(people_with(Role.ADMIN))}


def rows() -> list[Row]:
    """Every edition, newest first."""
    found = in_force(clock.today())
    by_edition: dict[str, Publication] = {}
    interim: dict[str, Publication] = {}
    resolved = False
    for publication in publications():
        kept = interim if publication.kind == INTERIM else by_edition
        kept.setdefault(publication.edition, publication)
        resolved |= publication.kind == RESOLVED and publication.confirmed_at is not None
    holding = found.publication.edition if found else ""
    names = names_of([publication.proposed_by for publication in (*by_edition.values(), *interim.values())])
    return [
        Row(
            edition,
            publication,
            _state(publication, holding),
            names.get(publication.proposed_by, "") if publication else "",
            publication is not None and publication.proposed_by == g.person.id,
            provisional,
            names.get(provisional.proposed_by, "") if provisional else "",
            not resolved and edition.digest != holding,
        )
        for edition in loaded()
        for publication in [by_edition.get(edition.digest)]
        for provisional in [_holds(interim.get(edition.digest), found)]
    ]


@bp.get("/regelwerk/<name>/vorlaeufig")
@access(Role.ADMIN, edition="name")
def interim(edition: Edition) -> str:
    """What it means to set the register's part provisionally, before somebody does."""
    return render_template("admin/vorlaeufig.html", form=ConfirmForm(), edition=edition)


@bp.post("/regelwerk/<name>/vorlaeufig")
@access(Role.ADMIN, edition="name")
@keeps_entries("admin/vorlaeufig.html", ConfirmForm)
def set_provisionally(edition: Edition, form: ConfirmForm) -> ResponseReturnValue:
    """One person puts the register's part in force from today on, until something is resolved."""
    publish.set_provisionally(edition.digest, by=g.person.id, role=str(g.role))
    return _done()


@bp.get("/regelwerk/<name>/vorschlagen")
@access(Role.ADMIN, edition="name")
def proposal(edition: Edition) -> str:
    """The form for day and resolution."""
    return render_template("admin/vorschlagen.html", form=ProposeForm(), edition=edition)


@bp.post("/regelwerk/<name>/vorschlagen")
@access(Role.ADMIN, edition="name")
@keeps_entries("admin/vorschlagen.html", ProposeForm)
def propose(edition: Edition, form: ProposeForm) -> ResponseReturnValue:
    """Propose to put the edition in force; nothing holds until somebody else has confirmed it."""
    publish.propose(
        edition.digest, in_force_from=form.in_force_from.data, resolution=str(form.resolution.data), by=g.person.id
    )
    return _done()


@bp.post("/vorschlaege/<uuid:id>/bestaetigen")
@access(Role.ADMIN, publication="id")
@keeps_entries("admin/regelwerk.html", ConfirmForm, editions_page)
def confirm(publication: Publication, form: ConfirmForm) -> ResponseReturnValue:
    """The second person puts the edition in force."""
    publish.confirm(publication.id, by=g.person.id, role=str(g.role))
    return _done()


@bp.post("/vorschlaege/<uuid:id>/verwerfen")
@access(Role.ADMIN, publication="id")
@keeps_entries("admin/regelwerk.html", ConfirmForm, editions_page)
def discard(publication: Publication, form: ConfirmForm) -> ResponseReturnValue:
    """Take the proposal back before it is confirmed."""
    publish.discard(publication.id)
    return _done()


def _holds(publication: Publication | None, found: InForce | None) -> Publication | None:
    return publication if publication and found and found.publication.id == publication.id else None


def _state(publication: Publication | None, holding: str) -> str:
    if publication is None:
        return "loaded"
    if publication.confirmed_at is None:
        return "proposed"
    if publication.edition == holding:
        return "in_force"
    return "coming" if publication.in_force_from > clock.today() else "past"


def _done() -> ResponseReturnValue:
    db.session.commit()
    return redirect(url_for("admin.editions"), 303)
