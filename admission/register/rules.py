"""What an entry in the register consists of, and what counts as a value. Pure."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from admission.ground.errors import Reason
from admission.rulebook.edition import GERMAN, Rulebook

FIELDS = (
    "name",
    "own_name",
    "logo",
    "field",
    "districts",
    "languages",
    "description",
    "offers",
    "hours",
    "accessibility",
    "website",
    "links",
    "mailbox",
    "mailboxes",
    "phone",
    "post",
    "contact",
)
"""In the order in which pages show them; `mailbox` is that of a role or an office, never of a person by name."""
SEVERAL = {"field": 5, "districts": 20, "languages": 20, "offers": 20, "links": 5, "mailboxes": 8, "contact": 5}
"""Fields that hold several values, one a line (languages: with commas between them), and how many at most."""
LONG = frozenset({"description", "hours", "accessibility", "post"})
"""Fields whose text may have several lines."""
LOGO = "logo"
"""Its value is the id of a picture of the register."""
FROM_ANSWERS = {
    "name": "organisation_name",
    "own_name": "name_in_own_script",
    "field": "field",
    "districts": "district",
    "phone": "contact_phone",
    "contact": "contact_person",
}
"""Field -> the question of the application whose answer is proposed for it; nothing is shown before a consent."""
PUBLIC, COUNCIL, NETWORK = "public", "council", "network"
PURPOSES = (PUBLIC, NETWORK, COUNCIL)
"""For whom a field may be shown: everybody, members of the network, members of the council."""
LONGEST = {"description": 1_000, "hours": 500, "accessibility": 500, "post": 300}
LONGEST_LINE = 200
_WEBSITE = re.compile(r"https?://[^\s/@]+\.[^\s/@]{2,}(/\S*)?", re.IGNORECASE)
_MAILBOX = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{4,30}")
SHAPES = {
    "website": _WEBSITE,
    "links": _WEBSITE,
    "mailbox": _MAILBOX,
    "mailboxes": re.compile(rf"[^:@]{{2,60}}:\s*{_MAILBOX.pattern}"),
    "phone": _PHONE,
    "offers": re.compile(r"[^;]+(;[^;]*){0,2}"),
}
"""Field -> what each of its values looks like."""


def parts(name: str, value: str) -> tuple[str, ...]:
    """The single values of a field, in the order in which they were given."""
    if name not in SEVERAL:
        return (value,) if value else ()
    lines = value.replace(",", "\n") if name == "languages" else value
    return tuple(line.strip() for line in lines.splitlines() if line.strip())


def offers_of(value: str) -> tuple[tuple[str, str, str], ...]:
    """Each offer as (what, when, for whom); what was not said is empty."""
    rows = (line.split(";") for line in parts("offers", value))
    return tuple((cells[0].strip(), "".join(cells[1:2]).strip(), "".join(cells[2:3]).strip()) for cells in rows)


def mailboxes_of(value: str) -> tuple[tuple[str, str], ...]:
    """Each role with its mailbox, as (role, address)."""
    rows = (line.rpartition(":") for line in parts("mailboxes", value))
    return tuple((role.strip(), address.strip()) for role, _, address in rows)


def fault(name: str, value: str, book: Rulebook, districts: Collection[str] = ()) -> Reason | None:
    """Why a cleaned, non-empty text is no value of the field; None if it is one.

    `districts`: those of the city; none: it names none, and any is taken.
    """
    if len(value) > LONGEST.get(name, LONGEST_LINE * SEVERAL.get(name, 1)):
        return Reason("answer.too_long", {"most": LONGEST.get(name, LONGEST_LINE)})
    single = parts(name, value)
    if len(single) > SEVERAL.get(name, 1):
        return Reason("register.too_many", {"most": SEVERAL[name]})
    return next((found for part in single if (found := _fault_of_part(name, part, book, districts))), None)


def _fault_of_part(name: str, part: str, book: Rulebook, districts: Collection[str]) -> Reason | None:
    if len(part) > LONGEST.get(name, LONGEST_LINE):
        return Reason("answer.too_long", {"most": LONGEST_LINE})
    offered: Collection[str] = {"field": book.facts["field"]["options"], "districts": districts}.get(name, ())
    if offered and part not in offered:
        return Reason("answer.choice")
    shape = SHAPES.get(name)
    return Reason(f"register.{name}") if shape and not shape.fullmatch(part) else None


def proposed(answers: Mapping[str, Any]) -> dict[str, str]:
    """Field -> value as the application says it."""
    return {name: str(answers[code]) for name, code in FROM_ANSWERS.items() if answers.get(code)}


def shown(book: Rulebook, name: str, value: str, language: str = GERMAN) -> str:
    """A value as pages show it: fields of work by their titles, everything else as it was written."""
    if name == "field":
        return ", ".join(_title(book, part, language) for part in parts(name, value))
    return ", ".join(parts(name, value)) if name in ("districts", "languages") else value


def _title(book: Rulebook, code: str, language: str) -> str:
    key = f"fact.field.option.{code}"
    return book.text(key, language) if book.has_text(key) else code
