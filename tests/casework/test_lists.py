"""A list from the file to the register and back: nobody is lost, nobody is taken for another, nothing is merged."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from admission.casework import taking_in
from admission.casework.list_work import work_on_lists
from admission.city.actions import load_preset
from admission.ground import clock, files
from admission.ground.db import db, writing
from admission.ground.errors import Refused
from admission.lists import actions, queries
from admission.lists.models import ListRow, OfficeList
from admission.log.models import Entry
from admission.log.verifier import verify
from admission.organisations.actions import found
from admission.organisations.models import Organisation, OrganisationName
from admission.register.contacts import Way, add, confirm
from admission.register.counting import tally
from admission.register.events import note, note_all
from admission.register.models import Contact, Event, Field, Information, Source
from admission.register.sets import rules_of
from admission.rulebook.edition import Rulebook
from tests.factories import account, edition_bytes, publish
from tests.lists import messy
from tests.register.recount import recount
from tests.web.office.desk import CITY

RULES = rules_of(Rulebook(edition_bytes()).register)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Lists:
    """An office with a register of its own and a clerk who takes lists over."""

    def __init__(self) -> None:
        publish()
        writing()
        load_preset(CITY)
        db.session.commit()
        self.clerk = account(None, "caseworker")

    def knows(self, name: str, number: str | None = None, **ways: str) -> Organisation:
        """An organisation that was known before."""
        writing()
        row = found(db.session(), name, number)
        note(db.session(), row, "known", date(2025, 3, 1), "event", by=self.clerk, role="caseworker")
        add(db.session(), [Way(row.id, kind, value) for kind, value in ways.items()])
        db.session.commit()
        return row

    def uploads(self, data: bytes, name: str = "liste.csv", as_of: date = date(2026, 11, 20)) -> OfficeList:
        writing()
        row = actions.receive(db.session(), name, data, as_of, by=self.clerk)
        db.session.commit()
        return self.works(row)

    def works(self, row: OfficeList) -> OfficeList:
        """The worker does what waits."""
        work_on_lists(db.session())
        db.session.rollback()
        return db.session.get_one(OfficeList, row.id)

    def confirms_columns(self, row: OfficeList, **fields: str) -> OfficeList:
        writing()
        held = actions.lock(db.session(), row.id)
        columns = [column for all_ in queries.columns(db.session(), row.id).values() for column in all_]
        wanted = {column.id: fields[column.heading] for column in columns if column.heading in fields}
        actions.map_columns(db.session(), held, wanted, {}, self.clerk)
        db.session.commit()
        return self.works(row)

    def decides(self, row: OfficeList, number: int, decision: str) -> None:
        writing()
        held = actions.lock(db.session(), row.id)
        kept = self.row(row, number)
        hints = queries.hints(db.session(), [kept.id])[kept.id]
        actions.decide(db.session(), held, kept, decision, by=self.clerk, hint=hints[0].id if hints else None)
        db.session.commit()

    def takes(self, row: OfficeList) -> OfficeList:
        writing()
        actions.ask_to_take(db.session(), actions.lock(db.session(), row.id), by=self.clerk, role="caseworker")
        db.session.commit()
        return self.works(row)

    def takes_back(self, row: OfficeList) -> OfficeList:
        writing()
        actions.ask_to_take_back(actions.lock(db.session(), row.id), by=self.clerk, role="caseworker")
        db.session.commit()
        return self.works(row)

    def row(self, row: OfficeList, number: int) -> ListRow:
        return db.session.scalars(select(ListRow).where(ListRow.list_id == row.id, ListRow.number == number)).one()

    def imports(self, data: bytes, **more: str) -> OfficeList:
        """Upload, confirm what was proposed, take over."""
        return self.takes(self.confirms_columns(self.uploads(data, **more)))


@pytest.fixture
def office(sqlite_app):
    """For what does not depend on the database."""
    with clock.at(NOW):
        yield Lists()


@pytest.fixture
def offices(app):
    """An office on each of both databases."""
    with clock.at(NOW):
        yield Lists()


def fates(row: OfficeList) -> dict[int, str]:
    query = select(ListRow.number, ListRow.fate).where(ListRow.list_id == row.id)
    return {number: fate for number, fate in db.session.execute(query)}


def number(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def names() -> set[str]:
    return set(db.session.scalars(select(Organisation.name)))


CSV = (
    "Verein;Ansprechperson;Telefon;E-Mail;Straße;PLZ;Stadtteil;Schwerpunkt;Mitglied;letzter Kontakt;Nationalität\n"
    "Chor Kieselstein;Nuno Alves;0221 4710-163;nuno@kiesel.example;Altmarkt 1;99001;Altstadt;Kultur;ja;"
    "12.05.2026;geheim\n"
    "Filmklub Lichtspalt;;0221 4710-164;info@lichtspalt.example;Hafenallee 9;99004;Nordhafen;Kultur;;;geheim\n"
    ";;0221 4710-165;;;;;;;;\n"
)


def test_a_new_row_becomes_an_organisation_with_source_contacts_fields_and_events(offices):
    row = offices.imports(CSV.encode(), name="Netzwerkliste.csv")

    choir = db.session.scalars(select(Organisation).where(Organisation.name == "Chor Kieselstein")).one()
    (source,) = db.session.scalars(select(Source).where(Source.organisation_id == choir.id))
    ways = {
        (one.kind, one.value, one.person, one.source_id == source.id)
        for one in db.session.scalars(select(Contact).where(Contact.organisation_id == choir.id))
    }
    told = {
        (event.kind, event.detail, event.on)
        for event in db.session.scalars(select(Event).where(Event.organisation_id == choir.id))
    }
    held = {one.name: one.value for one in db.session.scalars(select(Field).where(Field.organisation_id == choir.id))}
    assert (source.says, source.known_on) == ("Netzwerkliste.csv, Zeile 2", date(2026, 11, 20))
    assert ways == {
        ("mail", "nuno@kiesel.example", "Nuno Alves", True),
        ("phone", "0221 4710-163", "Nuno Alves", True),
        ("post", "Altmarkt 1, 99001", None, True),
    }
    assert told == {
        ("known", "list", date(2026, 11, 20)),
        ("standing", "network", date(2026, 11, 20)),
        ("contact", "list", date(2026, 5, 12)),
    }
    assert held == {"districts": "Altstadt", "field": "culture"}
    assert fates(row) == {2: "new", 3: "new", 4: "rejected"}
    assert verify(db.session()).faults == ()


def test_the_figures_know_the_list_and_the_recount_comes_to_the_same(offices):
    offices.imports(CSV.encode())

    for day in (date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 24)):
        counted = {tuple(sorted(sets)): n for sets, n in tally(db.session(), RULES, day).groups.items()}
        assert counted == recount(day)
    assert tally(db.session(), RULES, date(2026, 11, 24)).size("kept_as_network") == 1


def test_what_must_not_be_known_is_stored_nowhere(office):
    row = office.uploads(CSV.encode())

    for one in db.session.scalars(select(ListRow).where(ListRow.list_id == row.id)):
        assert "geheim" not in str(one.cells)
    with pytest.raises(FileNotFoundError):
        actions.contents(row)
    assert not files.path_of(row.id).exists()


def test_no_entry_of_the_log_names_anybody(office):
    office.imports(CSV.encode())

    bodies = " ".join(db.session.scalars(select(Entry.body).where(Entry.type.like("organisation.%"))))
    for private in ("Kieselstein", "Alves", "4710", "example", "Altmarkt", "geheim"):
        assert private not in bodies


def test_the_same_file_again_is_the_list_that_it_already_is(office):
    first = office.imports(CSV.encode())
    before = (number(Organisation), number(Event), number(Contact), number(Source))

    again = office.uploads(CSV.encode(), name="noch einmal.csv")

    assert again.id == first.id
    assert (number(Organisation), number(Event), number(Contact), number(Source)) == before


def test_a_copy_of_a_list_that_was_taken_over_changes_nothing(office):
    office.imports(CSV.encode())
    before = (names(), number(Contact), number(Field), number(Information))

    copy = office.uploads((CSV + "\n").replace("ja;", "x;").encode())
    assert fates(copy) == {2: "same", 3: "same", 4: "rejected"}
    copy = office.takes(office.confirms_columns(copy))

    assert (names(), number(Contact), number(Field), number(Information)) == before
    assert number(Source) == 4


def test_a_row_that_may_be_known_waits_and_is_taken_as_a_person_decides(offices):
    lanterns = offices.knows(messy.LANTERNS, "VR 99121", phone="0221 4710-158")
    offices.knows(messy.SEWING, None, post="Spulengasse 11, 99002 Musterfeld")
    data = (
        "Verein;Telefon;Straße\n"
        "KV 7 Laternen;0221 4710-158;Lampenhof 2\n"
        "Naehstube Silberfaden;;Spulengasse 9\n"
        "Chor Kieselstein;0221 4710-163;\n"
    )
    row = offices.uploads(data.encode())
    assert fates(row) == {2: "waits", 3: "waits", 4: "new"}

    row = offices.takes(offices.confirms_columns(row))
    assert names() == {messy.LANTERNS, messy.SEWING, "Chor Kieselstein"}

    offices.decides(row, 2, "same")
    offices.decides(row, 3, "different")
    offices.takes(row)
    assert names() == {messy.LANTERNS, messy.SEWING, "Chor Kieselstein", "Naehstube Silberfaden"}
    assert offices.row(row, 2).organisation_id == lanterns.id
    also = db.session.scalars(select(OrganisationName)).one()
    assert (also.organisation_id, also.name, also.kind) == (lanterns.id, "KV 7 Laternen", "also")


def test_an_organisation_that_was_renamed_bears_the_new_name_and_is_found_by_the_old_one(offices):
    sewing = offices.knows(messy.SEWING, None, phone="0177 4710181")
    row = offices.confirms_columns(offices.uploads("Verein;Telefon\nNähwerkstatt Wolkenfaden;0177 4710181\n".encode()))
    offices.decides(row, 2, "renamed")
    row = offices.takes(row)

    assert db.session.get_one(Organisation, sewing.id).name == "Nähwerkstatt Wolkenfaden"
    assert db.session.scalars(select(OrganisationName.name)).one() == messy.SEWING
    assert db.session.scalar(select(Entry.type).order_by(Entry.idx.desc()).limit(1)) == "organisation.known"

    offices.takes_back(row)
    assert db.session.get_one(Organisation, sewing.id).name == messy.SEWING
    assert number(OrganisationName) == 0


def test_two_rows_of_one_merged_name_become_one_organisation_with_two_contacts(office):
    file = messy.xlsx_with_colours_and_merged_cells()
    row = office.confirms_columns(office.uploads(file.data, name=file.name))
    row = office.takes(row)

    lanterns = db.session.scalars(select(Organisation).where(Organisation.name == messy.LANTERNS)).one()
    people = set(db.session.scalars(select(Contact.person).where(Contact.organisation_id == lanterns.id)))
    assert people >= {"Selin Aydar", "Deniz Aydar"}
    assert "Chor Kieselstein" not in names(), "what a list calls dissolved waits for a person"


def test_columns_have_to_be_confirmed_before_anything_is_taken_over(office):
    row = office.uploads(CSV.encode())

    writing()
    with pytest.raises(Refused) as refusal:
        actions.ask_to_take(db.session(), actions.lock(db.session(), row.id), by=office.clerk, role="caseworker")

    assert [reason.code for reason in refusal.value.reasons] == ["list.columns_unconfirmed"]


def test_a_column_mapped_otherwise_is_read_otherwise(office):
    row = office.confirms_columns(office.uploads(CSV.encode()), Telefon="", Ansprechperson="note")
    row = office.takes(row)

    assert set(db.session.scalars(select(Contact.kind))) == {"mail", "post"}
    assert set(db.session.scalars(select(Contact.person))) == {None}


def test_a_row_without_a_name_is_named_by_the_office_and_judged_anew(office):
    row = office.uploads(CSV.encode())
    writing()
    held = actions.lock(db.session(), row.id)
    actions.name_row(held, office.row(row, 4), "Lesekreis Tintenfass")
    db.session.commit()
    row = office.works(row)

    assert fates(row)[4] == "new"
    office.takes(office.confirms_columns(row))
    assert "Lesekreis Tintenfass" in names()


def test_a_row_that_is_left_out_is_not_taken_over(office):
    row = office.confirms_columns(office.uploads(CSV.encode()))
    office.decides(row, 2, "leave")

    office.takes(row)

    assert names() == {"Filmklub Lichtspalt"}


def test_an_organisation_noted_meanwhile_by_somebody_else_is_not_made_twice(office):
    row = office.confirms_columns(office.uploads(CSV.encode()))
    office.knows("Chor Kieselstein e. V.", None, phone="0221 4710-999")

    row = office.takes(row)

    assert fates(row)[2] == "waits"
    assert names() == {"Chor Kieselstein e. V.", "Filmklub Lichtspalt"}


def test_a_discarded_list_leaves_no_cells(offices):
    row = offices.uploads(CSV.encode())
    writing()
    actions.discard(db.session(), actions.lock(db.session(), row.id), by=offices.clerk)
    db.session.commit()

    assert set(db.session.scalars(select(ListRow.cells))) == {None}
    assert number(Organisation) == 0
    assert offices.uploads(CSV.encode()).id != row.id


def test_a_file_that_cannot_be_read_says_why_and_is_gone(office):
    row = office.uploads(b"Verein;Telefon\n" + b"a;1\n" * 20_001)

    assert (row.state, row.fault["code"]) == ("unreadable", "list.too_many_rows")
    assert not files.path_of(row.id).exists()


def test_a_list_taken_back_leaves_the_register_as_it_was(offices):
    lanterns = offices.knows(messy.LANTERNS, None, phone="0221 4710-158")
    data = CSV + f"{messy.LANTERNS};Selin Aydar;0221 4710-158;selin@laternen.example;;;Altstadt;;ja;1.9.2026;\n"
    before = tally(db.session(), RULES, date(2026, 11, 24))
    kept = (number(Contact), number(Source), number(Field))
    row = offices.imports(data.encode())
    assert tally(db.session(), RULES, date(2026, 11, 24)).size("known") == 3

    row = offices.takes_back(row)

    assert (row.state, row.stayed) == ("taken_back", [])
    assert tally(db.session(), RULES, date(2026, 11, 24)) == before
    assert recount(date(2026, 11, 24)) == {tuple(sorted(sets)): n for sets, n in before.groups.items()}
    assert (number(Contact), number(Source), number(Field)) == kept
    assert number(Information) == 0
    assert db.session.get_one(Organisation, lanterns.id).name == messy.LANTERNS
    assert verify(db.session()).faults == ()


def test_what_others_changed_since_stays_and_is_named(offices):
    row = offices.imports(CSV.encode())
    choir = db.session.scalars(select(Organisation).where(Organisation.name == "Chor Kieselstein")).one()
    writing()
    mail = db.session.scalars(select(Contact).where(Contact.value == "nuno@kiesel.example")).one()
    confirm(mail)
    note(db.session(), choir, "confirmed", clock.today(), "phone", by=offices.clerk, role="caseworker")
    field = db.session.scalars(select(Field).where(Field.organisation_id == choir.id, Field.name == "districts")).one()
    field.value = "Weberviertel"
    db.session.commit()

    row = offices.takes_back(row)

    assert {one["what"] for one in row.stayed} == {"contact", "district", "known"}
    assert tally(db.session(), RULES, date(2026, 11, 24)).size("known") == 1
    assert tally(db.session(), RULES, date(2026, 11, 24)).size("reachable") == 1
    assert db.session.scalars(select(Contact.value)).all() == ["nuno@kiesel.example"]
    assert recount(date(2026, 11, 24)) == {("known", "reachable", "verified_active"): 1}


def test_a_list_that_was_taken_back_may_be_taken_over_again(office):
    office.takes_back(office.imports(CSV.encode()))

    again = office.imports(CSV.encode())

    assert fates(again) == {2: "changes", 3: "changes", 4: "rejected"}
    assert names() == {"Chor Kieselstein", "Filmklub Lichtspalt"}
    assert tally(db.session(), RULES, date(2026, 11, 24)).size("known") == 2


def test_whatever_a_second_list_knows_too_stays_known_when_the_first_is_taken_back(office):
    first = office.imports(CSV.encode())
    office.imports(b"Verein;Telefon\nChor Kieselstein;0221 4710-163\n", name="zweite.csv")

    first = office.takes_back(first)

    assert first.stayed == []
    assert tally(db.session(), RULES, date(2026, 11, 24)).size("known") == 1


def test_a_worker_that_dies_between_two_rows_leaves_a_list_that_goes_on(offices, monkeypatch):
    row = offices.confirms_columns(offices.uploads(CSV.encode()))
    writing()
    actions.ask_to_take(db.session(), actions.lock(db.session(), row.id), by=offices.clerk, role="caseworker")
    db.session.commit()
    monkeypatch.setattr(taking_in, "BATCH", 1)
    with monkeypatch.context() as once, pytest.raises(KeyboardInterrupt):
        once.setattr(taking_in, "note_all", dies_after(1))
        work_on_lists(db.session())
    db.session.rollback()
    assert names() == {"Chor Kieselstein"}
    work_on_lists(db.session())
    assert names() == {"Chor Kieselstein"}, "the lease of the dead worker still holds"

    with clock.at(NOW + actions.LEASE + timedelta(seconds=1)):
        row = offices.works(row)

    assert (row.task, names()) == (None, {"Chor Kieselstein", "Filmklub Lichtspalt"})
    assert number(Source) == 2
    assert verify(db.session()).faults == ()


def dies_after(calls: int):
    """`note_all` that works so often, and then the machine stops."""
    left = iter(range(calls))

    def dying(*given, **more):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return note_all(*given, **more)

    return dying


def test_what_rows_say_is_erased_a_month_after_they_were_taken_over(office):
    row = office.imports(CSV.encode())

    for days, left in ((30, 3), (32, 1), (366, 0)):
        with clock.at(NOW + timedelta(days=days)):
            writing()
            actions.forget(db.session())
            db.session.commit()
        kept = [one for one in db.session.scalars(select(ListRow.cells)) if one is not None]
        assert len(kept) == left, days
    assert office.row(row, 2).fate == "new"
