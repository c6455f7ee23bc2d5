"""One field of the own entry a page: asked, judged by the register's rule, kept at once or given to the office."""

from typing import Any

from flask import Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, Field
from wtforms.validators import ValidationError

from admission.ground import files
from admission.ground.db import db
from admission.ground.files import UnfitFile
from admission.organisations.models import Organisation
from admission.people.roles import Role
from admission.register import entry
from admission.register.queries import consents_held, fields
from admission.register.rules import LOGO, PURPOSES
from admission.web.access import access
from admission.web.applicant import bp
from admission.web.applicant.organisation import book_in_force, values_of
from admission.web.applicant.surroundings import contact
from admission.web.downloads import as_picture
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, Files
from admission.web.page import sentence
from admission.web.register_fields import HINTS, form_of_field, offered
from admission.web.register_words import PURPOSES as PURPOSE_WORDS
from admission.web.register_words import TITLES


def field_form(organisation: Organisation, name: str) -> Any:
    """The form of one field; raises `NotFound` for a field that the register does not have."""
    if name == LOGO:
        return LogoForm()
    return form_of_field(name, values_of(organisation).get(name, ""), CommandForm)


class LogoForm(CommandForm):
    """A picture, or that there shall be none any more."""

    value = Files(TITLES[LOGO], most=1)
    remove = BooleanField(lazy_gettext("Show no logo any more"))
    picture: bytes | None = None

    def validate_value(self, field: Field) -> None:
        """Look at the file as at every hostile one, and make it small."""
        if self.remove.data:
            return
        if not field.data:
            raise ValidationError(gettext("Please choose a picture."))
        (file,) = field.data
        try:
            self.picture = entry.small(files.take(file.filename or "", file.stream.read(files.LARGEST + 1)))
        except UnfitFile as problem:
            raise ValidationError(sentence(problem.reason, book_in_force())) from None


def field_page(organisation: Organisation, name: str) -> dict[str, Any]:
    """What stands beside the form of one field."""
    held = {purpose for field, purpose in consents_held(db.session(), organisation.id) if field == name}
    waits = entry.checks_of(db.session(), organisation.id).get(name)
    return {
        "organisation": organisation,
        "name": name,
        "hint": HINTS.get(name),
        "given": [str(PURPOSE_WORDS[purpose]) for purpose in PURPOSES if purpose in held],
        "checked": name in entry.looked_at(book_in_force().register),
        "waits": waits if waits and waits.decided_at is None else None,
        "ticked": bool(offered(name)),
        "has_logo": name == LOGO and bool(fields(db.session(), organisation.id).get(LOGO)),
        "contact": contact(),
    }


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
    """Keep the value, or give it to the office first; where nothing is left, the consents end with it."""
    checks = entry.looked_at(book_in_force().register)
    value = _logo(organisation, form) if name == LOGO else form.cleaned
    entry.change(db.session(), organisation, name, value, by=g.person.id, role=Role.APPLICANT, checks=checks)
    address = url_for(".organisation", organisation=organisation.id, _anchor=f"angabe-{name}")
    db.session.commit()
    return redirect(address, 303)


@bp.get("/organisation/<uuid:organisation>/logo")
@access(Role.APPLICANT, organisation="organisation")
def own_logo(organisation: Organisation) -> Response:
    """The own logo, shown to others or not."""
    return as_picture(organisation.id, fields(db.session(), organisation.id).get(LOGO))


def _logo(organisation: Organisation, form: LogoForm) -> str:
    return entry.keep_picture(db.session(), organisation.id, form.picture) if form.picture else ""
