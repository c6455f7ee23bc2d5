"""One field of an entry as a form: what is asked, and judged by the register's rule; for whoever changes an entry."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import ValidationError

from admission.cases import rules
from admission.cases.rules import UnfitAnswer
from admission.ground import clock
from admission.ground.errors import NotFound
from admission.register.rules import FIELDS, LOGO, LONG, SEVERAL, fault, parts
from admission.rulebook.edition import Rulebook
from admission.rulebook.queries import in_force
from admission.web.fields import Choices, PublicForm
from admission.web.page import current_page, language, sentence
from admission.web.register_rows import spoken
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


def form_of_field(name: str, held: str, base: type[PublicForm]) -> Any:
    """A form with the control `value` and, once it was validated, its text in `cleaned`; empty takes the field out.

    Raises `NotFound` for what is no field, and for the logo, which is no text.
    """
    if name not in FIELDS or name == LOGO:
        raise NotFound
    choice = offered(name)
    control: Any = TextAreaField(TITLES[name], render_kw={"rows": "6"}) if name in LINES else StringField(TITLES[name])
    if choice:
        control = Choices(TITLES[name], choice)

    class OneField(base):  # type: ignore[valid-type, misc]
        value = control
        cleaned = ""

        def validate_value(self, field: Field) -> None:
            """Ask the register's rule."""
            self.cleaned = cleaned(name, "\n".join(field.data or ()) if choice else field.data)

    return OneField(data={"value": list(parts(name, held)) if choice else held})


def cleaned(name: str, said: str | None) -> str:
    """The text as it is kept; raises `ValidationError` with a sentence for what is no value of the field."""
    book = _book()
    try:
        text = rules.cleaned(said)
    except UnfitAnswer as problem:
        raise ValidationError(sentence(problem.reason, book)) from None
    lines = [" ".join(line.split()) for line in text.splitlines()]
    value = text if name in LONG else "\n".join(filter(None, lines)) if name in SEVERAL else " ".join(lines).strip()
    found = fault(name, value, book, districts()) if value else None
    if found:
        own = FAULTS.get(found.code)
        raise ValidationError(str(own) % found.values if own else sentence(found, book))
    return value


def offered(name: str) -> Sequence[tuple[str, str]]:
    """(value, words) to choose from; none: the field is written."""
    if name == "districts":
        return [(district, district) for district in districts()]
    if name != "field":
        return ()
    book = _book()
    return [(key, spoken(book, name, key, language())) for key in book.facts["field"]["options"]]


def districts() -> Sequence[str]:
    """Those of the city; none: it names none, and any is taken."""
    city = current_page().city
    return city.districts if city else ()


def _book() -> Rulebook:
    current = in_force(clock.today())
    if current is None:
        raise NotFound
    return current.rulebook
