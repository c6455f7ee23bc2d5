"""Which column of a sheet holds what: proposed from its heading and its cells, confirmed by a person. Pure.

There is no field for the nationality, origin or faith of anybody: such a column is named, never read and never stored.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from admission.lists import cells
from admission.lists.tables import Line, Table
from admission.organisations.rules import folded, plain

FIELDS = (
    "name", "person", "first_name", "last_name", "role", "contact", "phone", "mail", "postcode", "town", "place",
    "street", "house", "address", "district", "field", "legal_form", "register_number", "founded", "member", "status",
    "last_contact", "website", "languages", "note",
)  # fmt: skip
"""What a column can be: `place` is postcode and town, `address` all of it, `contact` a mixture of name and ways."""
SEARCHED = 15
"""The heading stands in one of so many first rows; what stands above it are titles."""
MANY = 0.6
_NEVER = re.compile(
    r"\bnational|\bnation\b|staatsang|staatsbuerg|herkunft|herkommen|ethni|volksgrup|abstammung|religio|konfession|"
    r"\bglaub|migrationshint|geburt|geb datum|geb dat|hautfarb|\bpartei|\biban|bankverb|\bkonto(nr|nummer| nr)?\b|"
    r"steuer|gesundheit|behinder|geschlecht"
)
_ORDER: Sequence[tuple[str | None, str]] = (
    (None, r"^(lfd|lfd nr|laufende nr|laufende nummer|nr|nummer|no|id|pos|#|)$|fax|anrede|mitgliederza|anzahl|anz |"
           r"^mitglieder$|aktualisiert|geaendert|erfasst|stand vom|quelle|social|instagram|facebook"),
    ("last_contact", r"(letzt|last|juengst).*(kontakt|gespraech|besuch|treff|meldung|contact|gesehen|telefonat)|"
                     r"kontakt (am|vom)|^zuletzt|kontaktdatum|datum kontakt|^letzter k$"),
    ("founded", r"gruend|gegr|besteht seit|entstanden|seit wann|^jahr$|founded"),
    ("register_number", r"^vr\b|\bvr nr|register|reg nr|amtsgericht|vr nummer"),
    ("mail", r"\be ?mail|mail"),
    ("website", r"web|homepage|internet|\burl\b|www"),
    ("person", r"vor ?und ?(nach|zu)name|ansprechp|ansprechpartner|\bap\b|kontaktpers|kontakt ?name|vorsitz|vorstand|"
               r"verantwort|leitung|leiter|zustaendig|contact person|vertret|name (des|der) (ansp|kont|vors)"),
    ("phone", r"\btel|telefon|fon\b|mobil|handy|rufnummer|phone|festnetz"),
    ("first_name", r"^vorname"),
    ("last_name", r"^(nach|zu|familien)name"),
    ("role", r"funktion|rolle|position|\bamt\b"),
    ("place", r"(plz|postleitzahl).*(ort|stadt)|ort.*plz"),
    ("postcode", r"plz|postleitzahl|\bzip\b|post ?code"),
    ("house", r"^(haus ?nr|hausnummer|hnr|h nr)$"),
    ("street", r"strasse|^str\b|street"),
    ("district", r"stadtteil|bezirk|ortsteil|quartier|viertel|district|stadtgebiet"),
    ("address", r"adress|anschrift|^sitz"),
    ("town", r"^ort$|wohnort|^stadt$|gemeinde$|town|city"),
    ("legal_form", r"rechtsform|^form$|^e ?v$"),
    ("languages", r"sprach|language"),
    ("member", r"mitglied|netzwerk"),
    ("status", r"status|aktiv|^stand$|zustand"),
    ("field", r"bereich|schwerpunkt|taetigkeit|arbeitsfeld|feld|thema|themen|kategorie|sparte|art der|rubrik|angebot"),
    ("note", r"bemerk|notiz|anmerk|hinweis|komment|sonstig|^info|vermerk|zusatz"),
    ("contact", r"kontakt|contact|erreichbar"),
    ("name", r"verein|organisation|name|\bmso\b|\bmo\b|gruppe|initiativ|institution|traeger|bezeichnung"),
)  # fmt: skip
_HEADINGS = tuple((field, re.compile(pattern)) for field, pattern in _ORDER)
_ASK_THE_CELLS = frozenset({"contact", "address", "town", "name", "person", "status", "member"})
"""Headings that offices use for more than one thing."""
_ORGANISED = re.compile(
    r"\b(e v|ev|verein|gruppe|treff|club|klub|zentrum|initiative|bund|union|verband|netz|chor|haus|forum|kreis|runde|"
    r"gemeinschaft|gemeinde|stube|werkstatt|schule|sv|kv|ggmbh|jugend|frauen|eltern|kultur)"
    r"|verein|gruppe|treff|zentrum|netz\b|bund\b"
)
_SOMEBODY = re.compile(r"(?:[^\W\d_][\w'’.-]*,? ){1,3}[^\W\d_][\w'’-]*")
_REGISTER = re.compile(r"\bVR\s?\d{2,}", re.IGNORECASE)
_FORMS = re.compile(
    r"^(e ?v|verein|initiative|gruppe|ggmbh|gug|ug|nicht eingetragen.*|lose gruppe|stiftung|eingetragen.*)$"
)


@dataclass(frozen=True)
class Column:
    """One column of one sheet and what it is taken for; `field` None: it is not taken over."""

    position: int
    heading: str
    field: str | None
    never: bool = False
    """It asks for what must not be known here; its cells are dropped before anything is stored."""


@dataclass(frozen=True)
class Layout:
    """How a sheet is laid out."""

    header: int | None
    """Place of the heading among the table's lines; None: it has none."""
    columns: tuple[Column, ...]

    @property
    def has_names(self) -> bool:
        """Whether some column names the organisations."""
        return any(column.field == "name" for column in self.columns)


def layout(table: Table, districts: Collection[str] = ()) -> Layout:
    """Find the heading under title rows and say what each column holds."""
    header = _header(table)
    body = table.lines[header + 1 :] if header is not None else table.lines
    width = max((len(line.cells) for line in table.lines), default=0)
    columns = []
    for at in range(width):
        heading = _heading(table, header, at)
        values = [line[at] for line in body if line[at] and at not in line.continues][:400]
        if heading or values:
            columns.append(_column(at, heading, values, districts))
    return Layout(header, tuple(_settled(columns, body)))


def never_read(heading: str) -> bool:
    """Whether a heading asks for nationality, origin, faith or another thing that has no place here."""
    return bool(_NEVER.search(folded(heading)))


def by_heading(heading: str) -> str | None:
    """What a heading alone says; "" if it says nothing, None if it names something that is not taken."""
    text = folded(heading)
    for field, pattern in _HEADINGS:
        if pattern.search(text):
            return field
    return ""


def by_cells(values: Sequence[str], districts: Collection[str] = ()) -> str:
    """What the cells alone look like; "" if they look like nothing in particular."""
    known = {folded(name) for name in districts}
    tests: Mapping[str, Callable[[str], bool]] = {
        "mail": lambda text: bool(cells.mails(text)) and len(cells.person_name(text)) < 4,
        "contact": lambda text: bool(cells.mails(text) or cells.phones(text)) and len(cells.person_name(text)) > 4,
        "register_number": lambda text: bool(_REGISTER.search(text)),
        "website": lambda text: "@" not in text and bool(re.search(r"https?://|www\.", text)),
        "last_contact": lambda text: len(text) < 22 and cells.day(text, date.max) is not None and not text.isdigit(),
        "phone": lambda text: bool(cells.phones(text)) and not re.fullmatch(r"\d{4,5}", text),
        "postcode": lambda text: bool(re.fullmatch(r"(D-)?\d{5}", text)),
        "place": lambda text: bool(re.match(r"(D-)?\d{5} \D{3,}$", text)),
        "address": lambda text: bool(cells.street(text)) and bool(re.search(r"\b\d{5}\b", text)),
        "street": lambda text: bool(cells.street(text)) and len(text) < 60,
        "district": lambda text: folded(text) in known,
        "legal_form": lambda text: bool(_FORMS.match(folded(text))),
        "status": lambda text: bool(cells.standing(text)) or folded(text) in ("aktiv", "nein"),
        "name": lambda text: bool(_ORGANISED.search(plain(text))),
        "person": lambda text: bool(_SOMEBODY.fullmatch(cells.person_name(text))),
    }
    for field, test in tests.items():
        if values and sum(map(test, values)) >= MANY * len(values):
            return field
    return ""


def _column(at: int, heading: str, values: Sequence[str], districts: Collection[str]) -> Column:
    if never_read(heading):
        return Column(at, heading, None, never=True)
    said = by_heading(heading) if heading else ""
    if said is None:
        return Column(at, heading, None)
    if said and said not in _ASK_THE_CELLS:
        return Column(at, heading, said)
    seen = by_cells(values, districts)
    return Column(at, heading, _weighed(said, seen) or None)


def _weighed(said: str, seen: str) -> str:
    """A heading that may mean several things is read together with what stands below it."""
    match said:
        case "":
            return seen if seen != "last_contact" else ""  # a day that nobody named may be any day
        case "contact":
            return seen if seen in ("mail", "phone", "person", "last_contact") else "contact"
        case "address":
            return seen if seen in ("mail", "street", "place", "website") else "address"
        case "town":
            return seen if seen in ("district", "place", "postcode", "street", "address") else "town"
        case "name":
            return "person" if seen == "person" else "name"
        case "person":
            return seen if seen in ("name", "contact") else "person"
        case "member" | "status":
            return said if seen != "name" else "name"
        case _:
            return said


def _settled(columns: Sequence[Column], body: Sequence[Line]) -> list[Column]:
    """One column names the organisations: where several could, the one with the most organisations among its cells."""
    found = list(columns)
    names = [column for column in found if column.field == "name"]
    if not names:
        return _by_default(found, body)
    first = max(names, key=lambda column: (_organised(column, body), -column.position))
    for column in names:
        if column is not first:
            found[found.index(column)] = Column(column.position, column.heading, _second(column, body))
    return found


def _second(column: Column, body: Sequence[Line]) -> str | None:
    values = [line[column.position] for line in body if line[column.position]]
    return "person" if by_cells(values) == "person" else None


def _by_default(columns: list[Column], body: Sequence[Line]) -> list[Column]:
    """No column says that it names organisations: what looks like people's names may be names of groups."""
    for at, column in enumerate(columns):
        if column.field == "person" and (not column.heading or by_heading(column.heading) == "name"):
            columns[at] = Column(column.position, column.heading, "name")
            return columns
    return columns


def _organised(column: Column, body: Sequence[Line]) -> float:
    values = [plain(line[column.position]) for line in body if line[column.position]]
    share = sum(bool(_ORGANISED.search(value)) for value in values) / len(values) if values else 0.0
    return share + 0.5 * (by_heading(column.heading) == "name")


def _header(table: Table) -> int | None:
    """The row of which most cells are headings that we know; at least two of them, or the only cell of its row."""
    best, place = 0, None
    for at, line in enumerate(table.lines[:SEARCHED]):
        filled = [cell for cell in line.cells if cell]
        known = sum(_is_heading(cell) for cell in filled)
        alone = known == 1 and len(filled) == 1 and by_heading(filled[0]) == "name" and len(filled[0]) < 30
        if known > best and (known >= 2 or alone) and known >= len(filled) / 2 - 0.5:
            best, place = known, at
    return place


def _is_heading(cell: str) -> bool:
    short = len(cell) <= 40 and not re.search(r"\d{3}|@", cell)
    return short and (never_read(cell) or by_heading(cell) != "")


def _heading(table: Table, header: int | None, at: int) -> str:
    """The heading of a column; where it is empty or says only `Name`, together with a group's heading above it."""
    if header is None:
        return ""
    own = table.lines[header][at]
    above = _group(table, header, at)
    if above and (not own or by_heading(own) in ("name", "note")) and by_heading(above) in ("person", "contact"):
        return f"{above} {own}".strip()
    return own


def _group(table: Table, header: int, at: int) -> str:
    """The heading of a group of columns in the row above: it reaches to the right as far as nothing else stands."""
    if header == 0 or table.lines[header - 1].number != table.lines[header].number - 1:
        return ""
    upper = table.lines[header - 1]
    if sum(bool(cell) for cell in upper.cells) < 2:
        return ""  # a title
    return next((upper[before] for before in range(at, -1, -1) if upper[before]), "")
