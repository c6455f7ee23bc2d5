"""Addresses of organisations that nobody has allowed yet: are they published, so that one may write to them?"""

from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy import select

from admission.ground.db import db
from admission.organisations.models import Organisation
from admission.register.contacts import addresses_without_basis
from admission.register.informing import allow_public
from admission.web.access import access
from admission.web.entries import keeps_entries
from admission.web.fields import Choices, PublicForm
from admission.web.office import bp
from admission.web.office.surroundings import STAFF

AT_ONCE = 50
"""So many are shown on a page; the next ones follow once these are settled."""


def address_form(*, locked: bool = False) -> Any:
    """A form that offers every address of the page: `id` beside `organisation: address`."""
    rows = addresses_without_basis(db.session(), AT_ONCE, locked=locked)
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_([row.organisation_id for row in rows]))
    names = {row.id: row.name for row in db.session.execute(query)}
    offered = [(str(row.id), f"{names[row.organisation_id]}: {row.value}") for row in rows]

    class AddressForm(PublicForm):
        public = Choices(
            lazy_gettext("Which of these addresses does the organisation publish itself?"), offered,
            required=lazy_gettext("Please tick at least one address, or leave this page."),
        )  # fmt: skip

    return AddressForm()


@bp.get("/verzeichnis/adressen")
@access(*STAFF)
def addresses() -> str:
    """Addresses of mail and post that belong to no person, of which nobody has said why they may be used."""
    return render_template("office/adressen.html", form=address_form())


@bp.post("/verzeichnis/adressen")
@access(*STAFF)
@keeps_entries("office/adressen.html", address_form)
def allow_addresses(form: Any) -> ResponseReturnValue:
    """Record which of them are public."""
    chosen = {UUID(value) for value in form.public.data}
    rows = [row for row in addresses_without_basis(db.session(), AT_ONCE, locked=True) if row.id in chosen]
    allow_public(db.session(), rows, by=g.person.id, role=str(g.role))
    db.session.commit()
    return redirect(url_for(".addresses"), 303)
