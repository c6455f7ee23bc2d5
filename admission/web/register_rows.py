"""An entry of the register as pages show it, whoever reads it: field by field, in the register's order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from admission.register.rules import FIELDS, LONG, mailboxes_of, offers_of, parts, shown
from admission.rulebook.edition import Rulebook
from admission.web.register_words import PUBLIC_TITLES


@dataclass(frozen=True)
class Row:
    """One field: its title, its value on one line, and what it consists of.

    `parts`: the lines of a text, the single values; of offers (what, when, for whom), of mailboxes (role, address).
    """

    name: str
    title: str
    value: str
    parts: tuple[Any, ...]


def rows_of(
    fields: Mapping[str, str], book: Rulebook | None, language: str, titles: Mapping[str, Any] = PUBLIC_TITLES
) -> list[Row]:
    """The fields that are given, without those that are empty."""
    return [
        Row(name, str(titles[name]), spoken(book, name, fields[name], language), _parts(name, fields[name]))
        for name in FIELDS
        if fields.get(name)
    ]


def spoken(book: Rulebook | None, name: str, value: str, language: str) -> str:
    """A value in words; while no edition is in force, as it was written."""
    return shown(book, name, value, language) if book and value else value


def changed(name: str) -> str:
    """That a field was changed, as every history says it: never what stood there."""
    return str(gettext("%(field)s changed", field=PUBLIC_TITLES.get(name, name)))


def _parts(name: str, value: str) -> tuple[Any, ...]:
    if name == "offers":
        return offers_of(value)
    if name == "mailboxes":
        return mailboxes_of(value)
    return tuple(value.splitlines()) if name in LONG else parts(name, value)
