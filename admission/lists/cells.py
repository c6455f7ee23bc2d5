"""Cells as offices fill them, and what they say: numbers, addresses, days in three styles, a standing. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from admission.ground.errors import Reason
from admission.organisations.matching import mail_key, phone_key
from admission.organisations.rules import folded

MEMBER, GUEST, ENDED, RESTING = "member", "guest", "ended", "resting"
STANDINGS = (MEMBER, GUEST, ENDED, RESTING)
"""What a list may say of an organisation; all else is nothing."""
SERIAL = range(20_000, 60_000)
"""Days since 30 December 1899 as spreadsheets count them: from 1954 to 2064."""
_EPOCH = date(1899, 12, 30)
_MAIL = re.compile(r"[^@\s,;<>\"()/|]+@[^@\s,;<>\"()/|]+\.[A-Za-z]{2,}")
_AT = re.compile(r"\s*[\[(]\s*(?:at|ät)\s*[\])]\s*", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+|\b)\d[\d ()/.\u2013-]{3,}\d")
_BREAK = re.compile(r"[\n;,|]|\s+(?:oder|und|u\.|bzw\.?|/)\s+|\s*/\s*(?=\+|0\d)")
_LABEL = re.compile(
    r"\b(tel(efon)?|mobil(telefon)?|handy|fon|phone|privat|priv|dienstl(ich)?|d|p|m|e-?mail|mail|fax)\b\.?\s*:?",
    re.IGNORECASE,
)
_URL = re.compile(r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?", re.IGNORECASE)
_PLACE = re.compile(r"(?:\bD[- ]?)?\b(\d{4,5})\b[ ,]*([^\d,;\n]*)")
_STREET = re.compile(r"[^\d,;\n]*[^\W\d][^\d,;\n]*\s\d+\s?[a-z]?\b(?:\s?-\s?\d+)?", re.IGNORECASE)
_DAY = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})\b")
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_MONTH = re.compile(r"\b(\d{1,2})\s?[./-]\s?(\d{4})\b")
_YEAR = re.compile(r"\b(19\d\d|20\d\d)\b")
_MONTHS = ("jan", "feb", "maer", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_NAMED_MONTH = re.compile(r"\b([a-z]{3,9})\s+(\d{4})\b")
_NO = frozenset({"nein", "n", "no", "0", "x nein", "kein mitglied", "keine", "nicht", "false", "falsch"})
_WORDS = {
    MEMBER: ("mitglied", "netzwerkmitglied", "im netzwerk", "aufgenommen", "teilnehmend", "netzwerk"),
    GUEST: ("gast", "gaststatus"),
    ENDED: ("aufgeloest", "geloescht", "existiert nicht", "gibt es nicht mehr", "erloschen", "ehemalig", "beendet",
            "abgemeldet"),
    RESTING: ("inaktiv", "ruht", "ruhend", "passiv", "nicht aktiv", "keine aktivitaet", "unbekannt verzogen"),
}  # fmt: skip
_TITLES = re.compile(r"^(frau|herrn?|fr\.|hr\.|dr\.|prof\.|dipl\.-\w+\.?)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Person:
    """Somebody whom a row names, and how to reach them; without a name a way that belongs to nobody in person."""

    name: str = ""
    role: str = ""
    phones: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What one row says of one organisation."""

    name: str
    people: tuple[Person, ...] = ()
    street: str = ""
    postcode: str = ""
    town: str = ""
    district: str = ""
    field: str = ""
    legal_form: str = ""
    register_number: str = ""
    founded: str = ""
    standing: str = ""
    last_contact: date | None = None
    website: str = ""
    languages: str = ""
    note: str = ""
    remarks: tuple[Reason, ...] = ()

    @property
    def phones(self) -> tuple[str, ...]:
        """Every number of the row."""
        return tuple(phone for person in self.people for phone in person.phones)

    @property
    def mails(self) -> tuple[str, ...]:
        """Every mail address of the row."""
        return tuple(mail for person in self.people for mail in person.mails)

    @property
    def address(self) -> str:
        """The postal address on one line; empty without street."""
        place = f"{self.postcode} {self.town}".strip()
        return ", ".join(part for part in (self.street, place) if part) if self.street else ""


def phones(text: str) -> tuple[str, ...]:
    """Every phone number of a cell: `0221 4710-158 / 0177 1234567` holds two, `0221/4710158` one."""
    found = []
    for part in _BREAK.split(_MAIL.sub(" ", text)):
        for number in _PHONE.findall(part):
            tidy = number.replace("\u2013", "-").strip(" .-/")
            if phone_key(tidy) and not _DAY.fullmatch(tidy) and not _ISO.fullmatch(tidy):
                found.append(_without_loose_bracket(tidy))
    return tuple(dict.fromkeys(found))


def mails(text: str) -> tuple[str, ...]:
    """Every mail address of a cell, in lower case; `name (at) example.org` is one too."""
    found = [mail_key(mail.strip(".")) for mail in _MAIL.findall(_AT.sub("@", text))]
    return tuple(dict.fromkeys(mail for mail in found if mail))


def person_name(text: str) -> str:
    """A person's name without what else stands in the cell; empty if nothing like a name remains."""
    rest = _PHONE.sub(" ", _MAIL.sub(" ", _AT.sub("@", text)))
    rest = _LABEL.sub(" ", rest)
    rest = re.sub(r"\s+", " ", re.sub(r"[()<>\[\]]", " ", rest)).strip(" ,;:/-.")
    while _TITLES.match(rest):
        rest = _TITLES.sub("", rest)
    if folded(rest) in ("", "n n", "nn", "unbekannt", "k a", "keine", "offen", "folgt", "fehlt"):
        return ""
    if rest.count(",") == 1:
        last, first = (part.strip() for part in rest.split(","))
        if last and first and " " not in last:
            rest = f"{first} {last}"
    return rest[:200]


def people(text: str) -> tuple[str, ...]:
    """The names of a cell: one a line, or several with `und`, `/` or `;` between them."""
    parts = re.split(r"[\n;]|\s+(?:und|u\.|&)\s+|\s*/\s*", text)
    return tuple(dict.fromkeys(name for part in parts if (name := person_name(part))))


def website(text: str) -> str:
    """A website with its scheme; empty if the cell holds none."""
    found = _URL.search(_MAIL.sub(" ", text))
    if not found:
        return ""
    address = found[0].rstrip(".,;)")
    return address if address.lower().startswith("http") else f"https://{address}"


def place(text: str) -> tuple[str, str]:
    """Postcode (5 digits; a leading zero that a spreadsheet ate comes back) and town."""
    found = _PLACE.search(text)
    if not found:
        return "", text.strip(" ,")
    return found[1].zfill(5), found[2].strip(" ,-")


def street(text: str) -> str:
    """Street and house number at the beginning of an address."""
    found = _STREET.match(text.strip())
    return found[0].strip(" ,") if found else ""


def day(text: str, today: date) -> date | None:
    """The day of a cell: 27.9.2026, 2026-09-27, 09/2026, a serial number; a month or a year counts from its first day.

    The first day, because whatever is counted from a contact must not last longer than the list can show.
    """
    for pattern, order in ((_ISO, (1, 2, 3)), (_DAY, (3, 2, 1))):
        if found := pattern.search(text):
            year, month, of_month = (int(found[at]) for at in order)
            return _date(_century(year, today), month, of_month)
    if found := _MONTH.search(text):
        return _date(int(found[2]), int(found[1]), 1)
    if found := _NAMED_MONTH.search(folded(text)):
        month = next((at for at, name in enumerate(_MONTHS, 1) if found[1].startswith(name)), 0)
        return _date(int(found[2]), month, 1)
    if re.fullmatch(r"\d{5}", text.strip()) and int(text) in SERIAL:
        return _EPOCH + timedelta(days=int(text))
    if found := _YEAR.search(text):
        return date(int(found[1]), 1, 1)
    return None


def year(text: str, today: date) -> str:
    """The year in which an organisation was founded, as four digits; empty if the cell holds none that can be."""
    found = day(text, today)
    return str(found.year) if found and 1800 < found.year <= today.year else ""


def standing(text: str, *, of_members: bool = False) -> str:
    """What a word says of an organisation; `of_members`: in a column that asks whether it is one, a mark says yes."""
    word = folded(text)
    if not word or word in _NO or word.startswith("kein"):
        return ""
    for meaning in (ENDED, RESTING, GUEST, MEMBER):
        if any(re.search(rf"\b{one}", word) for one in _WORDS[meaning]):
            return meaning
    return MEMBER if of_members and text.strip() not in ("-", "–", "?", "o") else ""


def contacts(columns: Iterable[tuple[str, str]]) -> tuple[Person, ...]:
    """People of a row from its cells in order, as (field, text): what stands after a name belongs to that person.

    Ways before the first name belong to it, too; where nobody is named they are the organisation's own.
    """
    found: list[dict[str, list[str]]] = [_nobody()]
    for field, text in columns:
        if not text:
            continue
        names = people(text) if field in ("person", "contact") else ()
        for name in names:
            if found[-1]["name"]:
                found.append(_nobody())
            found[-1]["name"] = [name]
        last = found[-1]
        if field == "role":
            last["role"] = [text[:60]]
        if field in ("phone", "contact"):
            last["phones"] += phones(text)
        if field in ("mail", "contact"):
            last["mails"] += mails(text)
    made = tuple(
        Person("".join(one["name"]), "".join(one["role"]), _once(one["phones"]), _once(one["mails"])) for one in found
    )
    return tuple(person for person in made if person.name or person.phones or person.mails)


def _nobody() -> dict[str, list[str]]:
    return {"name": [], "role": [], "phones": [], "mails": []}


def _once(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _without_loose_bracket(number: str) -> str:
    return number if number.count("(") == number.count(")") else number.replace("(", "").replace(")", "")


def _century(number: int, today: date) -> int:
    """A year of two digits lies in the past: 26 is 2026, 98 is 1998."""
    if number > 99:
        return number
    return 2000 + number if 2000 + number <= today.year + 1 else 1900 + number


def _date(year_: int, month: int, of_month: int) -> date | None:
    try:
        return date(year_, month, of_month)
    except ValueError:
        return None
