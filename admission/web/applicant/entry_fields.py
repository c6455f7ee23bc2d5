"""One field of the own entry a page: asked, judged by the register's rule, kept at once or given to the office."""

from collections.abc import Sequence
from typing import Any

from flask import Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, Field, StringField, TextAreaField
from wtforms.validators import ValidationError

from admission.cases import rules
from admission.cases.rules import UnfitAnswer
from admission.ground import files
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.ground.files import UnfitFile
from admission.organisations.models import Organisation
from admission.people.roles import Role
from admission.register import entry
from admission.register.queries import consents_held, fields
from admission.register.rules import FIELDS, LOGO, LONG, PURPOSES, SEVERAL, fault, parts
from admission.web.access import access
from admission.web.applicant import bp
from admission.web.applicant.organisation import book_in_force, values_of
from admission.web.applicant.surroundings import contact, unfit
from admission.web.downloads import as_picture
from admission.web.entries import keeps_entries
from admission.web.fields import Choices, CommandForm, Files
from admission.web.page import current_page, language, sentence
from admission.web.register_rows import spoken
from admission.web.register_words import PURPOSES as PURPOSE_WORDS
from admission.web.register_words import TITLES

HINTS = {
    "logo": lazy_gettext(
        "A JPEG or PNG of at most 10 MB. We make it small and take out where and with what it was made."
    ),
    "field": lazy_gettext("At most five."),
    "languages": lazy_gettext("Languages in which people can talk to you, with commas between them."),
    "description": lazy_gettext("A few sentences: who you are and for whom you are there."),
    "offers": lazy_gettext(
        "One offer a line. When it takes place and for whom can follow behind semicolons, for example: "
        "Open sewing workshop; Tuesdays, 4 to 7 pm; everybody"
    ),
    "hours": lazy_gettext("When somebody can be met or reached."),
    "accessibility": lazy_gettext(
        "For example: step-free, accessible toilet, induction loop, sign language on request."
    ),
    "website": lazy_gettext("With https:// at the beginning."),
    "links": lazy_gettext("One address a line, each with https:// at the beginning; at most five."),
    "mailbox": lazy_gettext("Better an address of the organisation than one of a person."),
    "mailboxes": lazy_gettext("One a line: the task, a colon, the address. For example: Board: board@example.org"),
    "post": lazy_gettext(
        "Where letters reach you. Please think twice before you show an address where somebody lives."
    ),
    "contact": lazy_gettext(
        "One person a line, first and last name, then a comma and what the person does. Please ask the person before."
    ),
}
FAULTS = {
    "register.website": lazy_gettext("Please give the full address, for example https://example.org."),
    "register.links": lazy_gettext(
        "Please give each full address on a line of its own, for example https://example.org."
    ),
    "register.mailbox": lazy_gettext("Please give an e-mail address like name@example.org."),
    "register.mailboxes": lazy_gettext("Please write each line like this: Board: board@example.org"),
    "register.phone": lazy_gettext("Please give a phone number with digits, for example 0221 4710-145."),
    "register.offers": lazy_gettext("Please give at most three things a line: offer; when; for whom."),
    "register.too_many": lazy_gettext("Please give at most %(most)s."),
}
LINES = frozenset({*LONG, "offers", "links", "mailboxes", "contact"})
"""Fields with room for several lines."""


def field_form(organisation: Organisation, name: str) -> Any:
    """The form of one field; raises `NotFound` for a field that the register does not have."""
    if name not in FIELDS:
        raise NotFound
    if name == LOGO:
        return LogoForm()
    offered = _offered(name)
    held = values_of(organisation).get(name, "")
    control: Any = TextAreaField(TITLES[name], render_kw={"rows": "6"}) if name in LINES else StringField(TITLES[name])
    if offered:
        control = Choices(TITLES[name], offered)

    class OneField(CommandForm):
        value = control
        cleaned = ""

        def validate_value(self, field: Field) -> None:
            """Ask the register's rule; an empty text takes the field out."""
            said = "\n".join(field.data or ()) if offered else field.data
            self.cleaned = _cleaned(name, said)

    return OneField(data={"value": list(parts(name, held)) if offered else held})


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
        "ticked": bool(_offered(name)),
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


def _cleaned(name: str, said: str | None) -> str:
    """The text as it is kept; raises `ValidationError` with a sentence for what is no value of the field."""
    book = book_in_force()
    try:
        text = rules.cleaned(said)
    except UnfitAnswer as problem:
        raise ValidationError(unfit(problem, book)) from None
    lines = [" ".join(line.split()) for line in text.splitlines()]
    value = text if name in LONG else "\n".join(filter(None, lines)) if name in SEVERAL else " ".join(lines).strip()
    found = fault(name, value, book, _districts()) if value else None
    if found:
        own = FAULTS.get(found.code)
        raise ValidationError(str(own) % found.values if own else sentence(found, book))
    return value


def _offered(name: str) -> Sequence[tuple[str, str]]:
    """(value, words) to choose from; none: the field is written."""
    if name == "districts":
        return [(district, district) for district in _districts()]
    if name != "field":
        return ()
    book = book_in_force()
    return [(key, spoken(book, name, key, language())) for key in book.facts["field"]["options"]]


def _districts() -> Sequence[str]:
    city = current_page().city
    return city.districts if city else ()
