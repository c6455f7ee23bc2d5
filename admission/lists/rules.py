"""What a row says, and what is proposed to happen with it: beside what is known, row by row, with reasons. Pure.

A row is taken for a known organisation only where its name is the same letter by letter and nothing speaks against it;
everything that is merely alike waits for a person. Nothing is merged here.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from admission.ground.errors import Reason
from admission.lists import cells
from admission.lists.cells import ENDED, MEMBER, Entry
from admission.lists.columns import Column
from admission.lists.tables import Line
from admission.organisations.matching import (
    address_key,
    exact,
    likeness,
    mail_key,
    person_key,
    phone_key,
    register_key,
    sounds,
    trigrams,
)
from admission.organisations.rules import folded

NEW, CHANGES, SAME, WAITS, REJECTED = "new", "changes", "same", "waits", "rejected"
FATES = (WAITS, REJECTED, CHANGES, NEW, SAME)
"""In the order in which pages show rows: what asks for a person first."""
ALIKE, NEARLY, SOMEWHAT = 0.6, 0.5, 0.4
"""How alike two names must be: by themselves, with the same street, with the same address or person."""
MOST_COMPARED = 30
SHARED_BY = 3
"""A phone number or mailbox of more organisations than this is that of a house, and tells nothing."""
STRONG = ("register_number", "phone", "mail", "address")
MOST_HINTS = 3
_TOTALS = ("summe", "gesamt", "insgesamt", "anzahl", "total", "stand", "legende", "quelle")
Trace = Callable[[str, str], str]
"""(kind, key) -> the keyed digest that a blanked contact left behind."""


@dataclass(frozen=True)
class Known:
    """An organisation as it is known before the list is taken over."""

    id: UUID
    name: str
    also: tuple[str, ...] = ()
    register_number: str | None = None
    phones: frozenset[str] = frozenset()
    mails: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    """Keys as `organisations.matching` makes them."""
    traces: frozenset[str] = frozenset()
    standing: str = ""
    contacts_on: frozenset[date] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Numbered:
    """One row of one sheet, read."""

    place: int
    """Place among all rows of the file, from 0."""
    entry: Entry
    line: Line
    heading_again: bool = False


@dataclass(frozen=True)
class Hint:
    """That a row may speak of a known organisation, or of the same one as an earlier row, and what shows it."""

    evidence: tuple[str, ...]
    """name, similar, sounds, register_number, phone, mail, address, street, person."""
    organisation: UUID | None = None
    row: int | None = None
    """Place of the earlier row."""


@dataclass(frozen=True)
class Verdict:
    """What is proposed for one row; `organisation` or `row` says whom it is about where that is clear."""

    fate: str
    reasons: tuple[Reason, ...] = ()
    organisation: UUID | None = None
    row: int | None = None
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """Words of the city and of the edition that a cell may mean."""

    districts: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    """Code of a field of work -> its title."""

    def district(self, text: str) -> str:
        """The city's own spelling of a district; as it is written where the city names none; empty if unknown."""
        if not self.districts:
            return text
        return next((name for name in self.districts if folded(name) == folded(text)), "")

    def field_of_work(self, text: str) -> str:
        """The code of the field whose title begins a word like one of the text: Kultur -> Kultur und Begegnung."""
        for word in folded(text).split():
            for code, title in self.fields.items():
                if len(word) >= 4 and any(part[:5] == word[:5] for part in folded(title).split() if len(part) >= 4):
                    return code
        return ""


NO_WORDS = Vocabulary()

# --- what a row says --------------------------------------------------------------------------------------------------


def entry_of(
    line: Line,
    columns: Sequence[Column],
    today: date,
    colours: Mapping[str, str],
    vocabulary: Vocabulary = NO_WORDS,
    name: str = "",
) -> Entry:
    """One row as its columns say it. `colours`: colour of a row -> what the office means by it.

    `name`: what the office gave for a row that has none.
    """
    said: dict[str, list[str]] = defaultdict(list)
    for column in columns:
        if column.field and line[column.position]:
            said[column.field].append(line[column.position])
    first = {name: values[0] for name, values in said.items()}
    postcode, town = _place(first)
    last_contact, remarks = _last_contact(first.get("last_contact", ""), today)
    district, field_ = first.get("district", ""), first.get("field", "")
    known_district, known_field = vocabulary.district(district), vocabulary.field_of_work(field_)
    if district and not known_district:
        remarks.append(Reason("row.unknown_district", {"text": district[:60]}))
    if field_ and vocabulary.fields and not known_field:
        remarks.append(Reason("row.unknown_field", {"text": field_[:60]}))
    return Entry(
        name=_name(first.get("name", "")) or name,
        people=cells.contacts(_people_cells(line, columns)),
        street=_street(first),
        postcode=postcode,
        town=town,
        district=known_district,
        field=known_field,
        legal_form=first.get("legal_form", ""),
        register_number=first.get("register_number", "") if register_key(first.get("register_number")) else "",
        founded=cells.year(first.get("founded", ""), today),
        standing=_standing(said, line, colours),
        last_contact=last_contact,
        website=cells.website(first.get("website", "")),
        languages=first.get("languages", ""),
        note="\n".join(said.get("note", ())),
        remarks=(*remarks, *_unread(line, columns), *((Reason("row.hidden"),) if line.hidden else ())),
    )


def repeats_heading(line: Line, columns: Sequence[Column]) -> bool:
    """Whether a row is the heading once more, as at the top of each printed page."""
    filled = [column for column in columns if line[column.position]]
    same = [column for column in filled if line[column.position].casefold() == column.heading.casefold()]
    return len(same) >= 2 and len(same) * 2 > len(filled)


def _name(text: str) -> str:
    return " ".join(text.split())[:200]


def _people_cells(line: Line, columns: Sequence[Column]) -> list[tuple[str, str]]:
    """(field, text) of what concerns people, first and last name joined where they stand in two columns."""
    found: list[tuple[str, str]] = []
    first = ""
    for column in columns:
        text = line[column.position]
        if column.field == "first_name":
            first = text
        elif column.field == "last_name":
            found.append(("person", f"{first} {text}".strip()))
            first = ""
        elif column.field in ("person", "role", "contact", "phone", "mail"):
            found.append((column.field, text))
    if first and len(found) and found[-1][0] == "person":
        found[-1] = ("person", f"{first} {found[-1][1]}")
    return found


def _place(first: Mapping[str, str]) -> tuple[str, str]:
    if "place" in first:
        return cells.place(first["place"])
    if "postcode" in first:
        return cells.place(first["postcode"])[0], first.get("town", "")
    if "address" in first:
        rest = first["address"][len(cells.street(first["address"])) :]
        postcode, town = cells.place(rest)
        return (postcode, town) if postcode else ("", first.get("town", ""))
    return "", first.get("town", "")


def _street(first: Mapping[str, str]) -> str:
    if "street" in first:
        return f"{first['street']} {first.get('house', '')}".strip()
    return cells.street(first.get("address", ""))


def _standing(said: Mapping[str, Sequence[str]], line: Line, colours: Mapping[str, str]) -> str:
    """The strongest word of the row: that it has ended before that it is a member; colours speak last."""
    found = [cells.standing(text) for text in said.get("status", ())]
    found += [cells.standing(text, of_members=True) for text in said.get("member", ())]
    found.append(colours.get(line.colour, ""))
    return next((meaning for meaning in (ENDED, *cells.STANDINGS) if meaning in found), "")


def _last_contact(text: str, today: date) -> tuple[date | None, list[Reason]]:
    found = cells.day(text, today) if text else None
    if text and found is None:
        return None, [Reason("row.day_not_read", {"text": text[:40]})]
    if found and found > today:
        return None, [Reason("row.day_in_future", {"day": found})]
    return found, []


def _unread(line: Line, columns: Sequence[Column]) -> list[Reason]:
    """Cells of ways from which no way could be read: nothing gets lost silently."""
    found = []
    for column in columns:
        text = line[column.position]
        if column.field == "phone" and any(char.isdigit() for char in text) and not cells.phones(text):
            found.append(Reason("row.phone_not_read", {"text": text[:40]}))
        if column.field == "mail" and text.strip(" -–") and not cells.mails(text):
            found.append(Reason("row.mail_not_read", {"text": text[:60]}))
    return found


# --- what happens with it ---------------------------------------------------------------------------------------------


def judge(
    rows: Sequence[Numbered], known: Iterable[Known], trace: Trace, told: Callable[[int], None] = lambda done: None
) -> list[Verdict]:
    """A verdict for each row, in their order; a row is also compared with those above it.

    `told` hears now and then how many rows are done.
    """
    index = Index(trace)
    for organisation in known:
        index.add_known(organisation)
    bare = _only_names_are_rare(rows)
    found: list[Verdict] = []
    for row in rows:
        verdict = _judge_one(row, index, found, bare)
        found.append(verdict)
        if len(found) % 500 == 0:
            told(len(found))
        if verdict.fate in (NEW, WAITS) and row.entry.name:
            index.add_row(row)
    return found


def _judge_one(row: Numbered, index: "Index", above: Sequence[Verdict], only_names_are_rare: bool) -> Verdict:
    entry = row.entry
    if fault := _fault(row):
        return Verdict(REJECTED, (Reason(fault), *entry.remarks))
    if (before := _continued(row, above)) is not None:
        return _joined(row, before, above)
    hints = index.hints(entry)
    clear = [hint for hint in hints if index.is_the_same(entry, hint)]
    if len(clear) == 1 and not any("name" in hint.evidence for hint in hints if hint not in clear):
        return _about(entry, clear[0], index)
    if hints:
        return Verdict(WAITS, (Reason("row.may_be_known"), *entry.remarks), hints=tuple(hints[:MOST_HINTS]))
    if entry.standing == ENDED:
        return Verdict(WAITS, (Reason("row.says_ended"), *entry.remarks))
    if only_names_are_rare and _is_bare(row):
        return Verdict(WAITS, (Reason("row.only_a_name"), *entry.remarks))
    return Verdict(NEW, (Reason("row.unknown_so_far"), *entry.remarks))


def _fault(row: Numbered) -> str | None:
    if row.heading_again:
        return "row.heading_again"
    if not row.entry.name or not any(char.isalpha() for char in row.entry.name):
        return "row.without_name"
    word = folded(row.entry.name).split()[:1]
    if word and word[0] in _TOTALS and _is_bare(row):
        return "row.total"
    return None


def _is_bare(row: Numbered) -> bool:
    return sum(bool(cell) for cell in row.line.cells) <= 2 and not row.entry.people and not row.entry.street


def _only_names_are_rare(rows: Sequence[Numbered]) -> bool:
    """Whether most rows say more than a name; then one that does not may be a heading inside the list."""
    return sum(map(_is_bare, rows)) * 2 < len(rows)


def _continued(row: Numbered, above: Sequence[Verdict]) -> int | None:
    """The row above if the office itself merged the name over both: it says that they are one organisation."""
    name_is_merged = any(_name(row.line[column]) == row.entry.name for column in row.line.continues)
    return row.place - 1 if name_is_merged and row.place and above[row.place - 1].fate != REJECTED else None


def _joined(row: Numbered, before: int, above: Sequence[Verdict]) -> Verdict:
    first = above[before].row if above[before].fate == CHANGES else None
    first = before if first is None else first
    return Verdict(
        CHANGES, (Reason("row.goes_on"), *row.entry.remarks), organisation=above[first].organisation, row=first
    )


def _about(entry: Entry, hint: Hint, index: "Index") -> Verdict:
    """The row is about an organisation that is known: what it would add, what it says otherwise."""
    if hint.organisation is None:
        return Verdict(SAME, (Reason("row.twice"), *entry.remarks), row=hint.row)
    known = index.known[hint.organisation]
    if entry.standing == ENDED:
        return Verdict(WAITS, (Reason("row.says_ended"), *entry.remarks), hints=(hint,))
    added = changes(entry, known, index.trace)
    return Verdict(
        CHANGES if added else SAME,
        (*added, *differences(entry, known), *entry.remarks) or (Reason("row.all_the_same"),),
        organisation=hint.organisation,
    )


def changes(entry: Entry, known: Known, trace: Trace) -> tuple[Reason, ...]:
    """What taking the row over would add to a known organisation."""
    codes = []
    if any(_is_new("phone", phone_key(phone), known.phones, known, trace) for phone in entry.phones):
        codes.append("row.new_phone")
    if any(_is_new("mail", mail_key(mail), known.mails, known, trace) for mail in entry.mails):
        codes.append("row.new_mail")
    people = [person_key(person.name) for person in entry.people if person.name]
    if any(_is_new("person", key, known.people, known, trace) for key in people):
        codes.append("row.new_person")
    if entry.address and address_key(entry.street) not in known.addresses:
        codes.append("row.new_address")
    if entry.register_number and not known.register_number:
        codes.append("row.new_register_number")
    if entry.standing == MEMBER and not known.standing:
        codes.append("row.kept_as_network")
    if entry.last_contact and entry.last_contact not in known.contacts_on:
        codes.append("row.new_contact_day")
    codes += [f"row.new_{name}" for name in TAKEN_FIELDS if getattr(entry, name) and not known.fields.get(name)]
    return tuple(Reason(code) for code in codes)


def _is_new(kind: str, key: str | None, held: frozenset[str], known: Known, trace: Trace) -> bool:
    """Whether a way is not held, and was not blanked because its person objected or did not answer."""
    return key is not None and key not in held and trace(kind, key) not in known.traces


TAKEN_FIELDS = ("district", "field", "website", "languages", "legal_form", "founded")
"""What is filled in where nothing stands, and never written over: the organisation's own word counts for more."""
IN_REGISTER = {"district": "districts"}
"""What the register calls it, where it calls it otherwise: it holds several, one a line."""
OF_A_LIST = {called: name for name, called in IN_REGISTER.items()}
"""The other way round: field of the register -> what a list calls it."""


def differences(entry: Entry, known: Known) -> tuple[Reason, ...]:
    """What the row says otherwise than the register; it stays as it is until the organisation confirms."""
    return tuple(
        Reason(f"row.other_{name}")
        for name in TAKEN_FIELDS
        if getattr(entry, name)
        and known.fields.get(name)
        and folded(getattr(entry, name)) not in map(folded, (known.fields[name], *known.fields[name].splitlines()))
    )


class Index:
    """Everything known and every row so far, to be asked which of them a row may speak of."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.known: dict[UUID, Known] = {}
        self._whole: list[_Compared] = []
        self._places: dict[tuple[UUID | None, int | None], int] = {}
        self._any_traces = False
        self._by_key: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_letters: dict[str, list[int]] = defaultdict(list)

    def add_known(self, known: Known) -> None:
        """An organisation of the register, under each of its names."""
        self.known[known.id] = known
        ways = {"phone": known.phones, "mail": known.mails, "address": known.addresses}
        names = (known.name, *known.also)
        self._add(_Compared(known.id, None, names, known.register_number, ways, known.people, known.traces))
        self._any_traces |= bool(known.traces)

    def add_row(self, row: Numbered) -> None:
        """An earlier row that is about no known organisation."""
        self._add(_of_entry(row.entry, row.place))

    def hints(self, entry: Entry) -> list[Hint]:
        """Whom a row may speak of, the best shown first."""
        asked = _of_entry(entry, None)
        if self._any_traces:
            asked.marks = self._marks(asked.ways)
        found = []
        for at in self._candidates(asked):
            if evidence := self._evidence(asked, self._whole[at]):
                hint = Hint(evidence, self._whole[at].organisation, self._whole[at].row)
                found.append((_weight(evidence), -at, hint))
        return [hint for _weight_, _at, hint in sorted(found, key=lambda one: one[:2], reverse=True)]

    def is_the_same(self, entry: Entry, hint: Hint) -> bool:
        """The name is the same letter by letter, nothing speaks against it; of a row, everything is the same."""
        if "name" not in hint.evidence:
            return False
        other = self._whole[self._places[hint.organisation, hint.row]]
        number = register_key(entry.register_number)
        if number and other.number and number != other.number:
            return False
        ways = _ways(entry)
        if hint.row is not None:
            return ways == other.ways and _people(entry) == other.people and number == other.number
        both = [kind for kind in ways if ways[kind] and (other.ways[kind] or other.traces)]
        agree = [kind for kind in both if kind in hint.evidence]
        return not both or bool(agree) or bool(number and number == other.number) or "person" in hint.evidence

    def _add(self, one: "_Compared") -> None:
        at = self._places[one.organisation, one.row] = len(self._whole)
        self._whole.append(one)
        for key in one.keys:
            self._by_key[key].append(at)
        for letters in one.letters:
            self._by_letters[letters].append(at)

    def _candidates(self, asked: "_Compared") -> list[int]:
        """Whoever shares a key, and those that share most letters; letters of many names lead nowhere."""
        left = {("trace", mark) for marks in asked.marks.values() for mark in marks}
        found = {at for key in asked.keys | left for at in self._by_key.get(key, ())}
        often = max(60, len(self._whole) // 40)
        shared: Counter[int] = Counter()
        for letters in asked.letters:
            places = self._by_letters.get(letters, ())
            if len(places) <= often:
                shared.update(places)
        return sorted(found | {at for at, count in shared.most_common(MOST_COMPARED) if count > 1})

    def _evidence(self, asked: "_Compared", other: "_Compared") -> tuple[str, ...]:
        """What two records share, if that is enough to ask a person; else nothing."""
        like = max(likeness(asked.letters, one) for one in other.letters_of)
        found = []
        if asked.exact & other.exact:
            found.append("name")
        elif like >= ALIKE:
            found.append("similar")
        elif asked.sound in other.sounds:
            found.append("sounds")
        named = bool(found)
        if asked.number and asked.number == other.number:
            found.append("register_number")
        for kind in ("phone", "mail", "address"):
            if asked.shares(kind, other) and not self._of_many(kind, asked, other):
                found.append(kind)
        if "address" not in found and asked.streets & other.streets:
            found.append("street")
        if asked.people & other.people:
            found.append("person")
        if asked.number and other.number and asked.number != other.number and "name" not in found:
            return ()  # two registered associations; that their names are alike says nothing
        telling = named or {"register_number", "phone", "mail"} & set(found) or {"address", "person"} <= set(found)
        near = (like >= SOMEWHAT and {"address", "person"} & set(found)) or (like >= NEARLY and "street" in found)
        return tuple(found) if telling or near else ()

    def _of_many(self, kind: str, asked: "_Compared", other: "_Compared") -> bool:
        both = asked.ways[kind] & other.ways[kind]
        return bool(both) and all(len(self._by_key.get((kind, key), ())) > SHARED_BY for key in both)

    def _marks(self, ways: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        """What the ways of a row would have left behind if they had been blanked."""
        stored = {"address": "post"}
        return {kind: frozenset(self.trace(stored.get(kind, kind), key) for key in keys) for kind, keys in ways.items()}


@dataclass
class _Compared:
    """One record ready to be compared."""

    organisation: UUID | None
    row: int | None
    names: tuple[str, ...]
    number: str | None
    ways: Mapping[str, frozenset[str]]
    people: frozenset[str]
    traces: frozenset[str] = frozenset()
    marks: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.exact = frozenset(exact(name) for name in self.names)
        self.letters_of = [trigrams(name) for name in self.names]
        self.letters = frozenset(letters for one in self.letters_of for letters in one)
        self.sounds = frozenset(sounds(name) for name in self.names)
        self.sound = next(iter(self.sounds))
        self.streets = frozenset(key.rsplit(" ", 1)[0] for key in self.ways["address"])
        self.keys = {("exact", name) for name in self.exact} | {("trace", mark) for mark in self.traces}
        self.keys |= {(kind, key) for kind in ("phone", "mail") for key in self.ways[kind]}
        self.keys |= {("sound", " ".join(sorted(sound))) for sound in self.sounds}
        self.keys |= {("person", name) for name in self.people}
        if self.number:
            self.keys.add(("register_number", self.number))

    def shares(self, kind: str, other: "_Compared") -> bool:
        """Whether a way of this kind is the same, also with one that was blanked since."""
        return bool(self.ways[kind] & other.ways[kind]) or not other.traces.isdisjoint(self.marks.get(kind, ()))


def _of_entry(entry: Entry, place: int | None) -> _Compared:
    return _Compared(None, place, (entry.name,), register_key(entry.register_number), _ways(entry), _people(entry))


def _ways(entry: Entry) -> dict[str, frozenset[str]]:
    street = address_key(entry.street) if entry.street else None
    return {
        "phone": frozenset(key for phone in entry.phones if (key := phone_key(phone))),
        "mail": frozenset(key for mail in entry.mails if (key := mail_key(mail))),
        "address": frozenset({street} if street else ()),
    }


def _people(entry: Entry) -> frozenset[str]:
    return frozenset(person_key(person.name) for person in entry.people if person.name)


def _weight(evidence: Iterable[str]) -> int:
    weights = {"name": 8, "register_number": 8, "similar": 4, "sounds": 4, "phone": 3, "mail": 3, "address": 2}
    return sum(weights.get(code, 1) for code in evidence)
