"""What an entry in the register consists of, and what counts as a value. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from admission.ground.errors import Reason
from admission.rulebook.edition import GERMAN, Rulebook

FIELDS = (
    "name",
    "own_name",
    "field",
    "district",
    "languages",
    "description",
    "website",
    "mailbox",
    "phone",
    "contact",
)
"""In the order in which pages show them; `mailbox` is that of a role or an office, never of a person by name."""
FROM_ANSWERS = {
    "name": "organisation_name",
    "own_name": "name_in_own_script",
    "field": "field",
    "district": "district",
    "phone": "contact_phone",
    "contact": "contact_person",
}
"""Field -> the question of the application whose answer is proposed for it; nothing is shown before a consent."""
PUBLIC = "public"
LONGEST = {"description": 1_000}
LONGEST_LINE = 200
_WEBSITE = re.compile(r"https?://[^\s/@]+\.[^\s/@]{2,}(/\S*)?", re.IGNORECASE)
_MAILBOX = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{4,30}")


def fault(name: str, value: str, book: Rulebook) -> Reason | None:
    """Why a cleaned, non-empty text is no value of the field; None if it is one."""
    if len(value) > LONGEST.get(name, LONGEST_LINE):
        return Reason("answer.too_long", {"most": LONGEST.get(name, LONGEST_LINE)})
    if name == "field" and value not in book.facts["field"]["options"]:
        return Reason("answer.choice")
    shape = {"website": _WEBSITE, "mailbox": _MAILBOX, "phone": _PHONE}.get(name)
    return Reason(f"register.{name}") if shape and not shape.fullmatch(value) else None


def proposed(answers: Mapping[str, Any]) -> dict[str, str]:
    """Field -> value as the application says it."""
    return {name: str(answers[code]) for name, code in FROM_ANSWERS.items() if answers.get(code)}


def shown(book: Rulebook, name: str, value: str, language: str = GERMAN) -> str:
    """A value as pages show it: the field of work by its title, everything else as it was written."""
    key = f"fact.field.option.{value}"
    return book.text(key, language) if name == "field" and book.has_text(key) else value
