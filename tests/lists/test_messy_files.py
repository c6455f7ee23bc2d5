"""Twelve files as offices keep them: columns mapped unaided, no row lost, no organisation taken for another."""

from datetime import date
from uuid import NAMESPACE_URL, uuid5

import pytest

from admission.lists.columns import Column, Layout, layout
from admission.lists.legend import meanings
from admission.lists.reading import read
from admission.lists.rules import Known, Numbered, Verdict, entry_of, judge, repeats_heading
from admission.lists.tables import Line
from admission.organisations.matching import address_key, mail_key, person_key, phone_key, register_key
from tests.lists.messy import BOWLING, CRANES, FILES, LANTERNS, SEWING, WOMEN, YOUTH, Messy

TODAY = date(2026, 11, 24)
DISTRICTS = ["Altstadt", "Brückenau", "Lerchenfeld", "Nordhafen", "Weberviertel"]


def known(name, number=None, phone=None, mail=None, address=None, person=None) -> Known:
    def keys(key, text):
        return frozenset({key(text)} if text else ())

    return Known(
        id=uuid5(NAMESPACE_URL, name), name=name, register_number=register_key(number) if number else None,
        phones=keys(phone_key, phone), mails=keys(mail_key, mail), addresses=keys(address_key, address),
        people=keys(person_key, person),
    )  # fmt: skip


REGISTER = [
    known(LANTERNS, "VR 99121", "0221 4710-158", "selin@laternen.example", "Lampenhof 2", "Selin Aydar"),
    known(CRANES, "VR 99310", "0221 4710-160", "elternnetz@kranich.example", None, "Samira Haddad"),
    known(BOWLING, None, "0221 4710-170", None, None, "Jana Petrović"),
    known(SEWING, None, "0177 4710181", None, "Spulengasse 11", None),
    known(YOUTH, None, "0221 4710-150", "papierboot@example.org", None, "Ayşe Kaya"),
    known(WOMEN, "VR 99418", "0221 4710-144", "kontakt@frauenrunde.example", None, None),
]
NAMES = {one.id: one.name for one in REGISTER}


def rows_of(file: Messy) -> tuple[list[tuple[str, int]], list[Numbered], dict[str, Layout]]:
    reading = read(file.data)
    colours = meanings(reading)
    places, rows, layouts = [], [], {}
    for table in reading.tables:
        found = layout(table, DISTRICTS)
        if not found.has_names:
            continue
        layouts[table.sheet] = found
        first = 0 if found.header is None else found.header + 1
        for line in table.lines[first:]:
            entry = entry_of(line, found.columns, TODAY, colours)
            places.append((table.sheet, line.number))
            rows.append(Numbered(len(rows), entry, line, repeats_heading(line, found.columns)))
    return places, rows, layouts


def said(verdict: Verdict, places: list[tuple[str, int]]) -> str:
    if verdict.fate == "rejected":
        return f"rejected:{verdict.reasons[0].code}"
    if verdict.row is not None:
        return f"{'twice' if verdict.fate == 'same' else 'on'}:{places[verdict.row][1]}"
    if verdict.organisation is not None:
        return f"{verdict.fate}:{NAMES[verdict.organisation]}"
    return verdict.fate


@pytest.mark.parametrize("make", FILES, ids=lambda make: make.__name__)
def test_every_row_meets_the_fate_that_a_person_would_give_it(make):
    file = make()
    places, rows, _ = rows_of(file)

    verdicts = judge(rows, REGISTER, lambda kind, key: f"{kind}/{key}")

    assert {place: said(verdict, places) for place, verdict in zip(places, verdicts, strict=True)} == file.rows


@pytest.mark.parametrize("make", FILES, ids=lambda make: make.__name__)
def test_the_cells_say_what_a_person_reads_in_them(make):
    file = make()
    places, rows, _ = rows_of(file)
    read_ = {place: row.entry for place, row in zip(places, rows, strict=True)}

    for place, expected in file.says.items():
        for name, value in expected.items():
            entry = read_[place]
            found = tuple(p.name for p in entry.people) if name == "people" else getattr(entry, name)
            assert found == value, (place, name)


def test_at_least_95_of_100_columns_are_mapped_unaided():
    right = every = 0
    wrong = []
    for make in FILES:
        file = make()
        _, _, layouts = rows_of(file)
        for sheet, expected in file.columns.items():
            columns = layouts[sheet].columns
            found = ["never" if column.never else column.field for column in columns]
            assert len(found) == len(expected), (file.name, sheet, found)
            every += len(expected)
            right += sum(one == other for one, other in zip(found, expected, strict=True))
            wrong += [(file.name, c.heading, f, e) for c, f, e in zip(columns, found, expected, strict=True) if f != e]
    assert every > 80
    assert right / every >= 0.95, wrong


def test_no_row_of_any_file_is_lost():
    for make in FILES:
        file = make()
        reading = read(file.data)
        places, _, layouts = rows_of(file)
        for table in reading.tables:
            if table.sheet in layouts:
                header = layouts[table.sheet].header
                first = 0 if header is None else header + 1
                lines = {(table.sheet, line.number) for line in table.lines[first:]}
                assert lines <= set(places), file.name


def test_whoever_is_only_alike_is_never_taken_for_the_same():
    """The whole register again, each name changed a little: every row waits, none changes anything."""
    rows = []
    for at, one in enumerate(REGISTER):
        entry = entry_of(messy_line(one.name + " Süd"), NAME_ONLY, TODAY, {})
        rows.append(Numbered(at, entry, messy_line(one.name + " Süd")))

    verdicts = judge(rows, REGISTER, lambda kind, key: f"{kind}/{key}")

    assert {verdict.fate for verdict in verdicts} == {"waits"}
    assert all(verdict.organisation is None for verdict in verdicts)


def messy_line(name: str):
    return Line(1, (name,))


NAME_ONLY = (Column(0, "Name", "name"),)
