"""A clerk's list, from the upload to the register and back, page by page and without script."""

from io import BytesIO

import pytest
from sqlalchemy import select

from admission.casework.list_work import work_on_lists
from admission.ground import clock
from admission.ground.db import db, writing
from admission.lists.models import ListRow, OfficeList
from admission.organisations.actions import found
from admission.organisations.models import Organisation
from admission.register.contacts import Way, add
from admission.register.counting import tally
from admission.register.sets import rules_of
from tests.lists import messy
from tests.web.browser import page, title
from tests.web.office.desk import Desk, Person

LISTS = "/verzeichnis/listen"
CSV = (
    "Verein;Telefon;E-Mail;Straße;Religion\n"
    "KV 7 Laternen;0221 4710-158;;Lampenhof 2;geheim\n"
    "Chor Kieselstein;0221 4710-163;chor@kiesel.example;;geheim\n"
    ";0221 4710-199;;;\n"
)


@pytest.fixture
def clerk(desk: Desk) -> Person:
    writing()
    lanterns = found(db.session(), messy.LANTERNS, "VR 99121")
    add(db.session(), [Way(lanterns.id, "phone", "0221 4710-158")])
    db.session.commit()
    return desk.clerk


def uploads(clerk: Person, data: bytes = CSV.encode(), name: str = "Netzwerkliste.csv", day: str = "20.11.2026"):
    return clerk.fills(LISTS, file=(BytesIO(data), name), as_of=day)


def works() -> OfficeList:
    """The worker does what waits; returns the newest list."""
    work_on_lists(db.session())
    db.session.rollback()
    return db.session.scalars(select(OfficeList).order_by(OfficeList.uploaded_at.desc())).first()


def of(row: OfficeList, more: str = "") -> str:
    return f"{LISTS}/{row.id}{more}"


def row(number: int) -> ListRow:
    return db.session.scalars(select(ListRow).where(ListRow.number == number)).one()


def names() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Organisation.name)))


def test_before_the_first_list_the_page_says_what_it_is_for(clerk):
    shown = clerk.opens(LISTS)

    assert title(shown) == "Listen des Büros"
    assert "Noch keine Liste wurde hochgeladen." in page(shown)


def test_a_list_is_read_by_the_worker_and_the_page_says_how_far_it_is(clerk):
    answer = uploads(clerk)
    assert answer.status_code == 303
    waiting = page(clerk.opens(answer.location.removeprefix("/buero")))
    assert "Die Datei wird gelesen." in waiting
    assert "Seite neu laden" in waiting

    shown = page(clerk.opens(of(works())))

    assert "Spalten: Haben wir richtig gelesen?" in shown
    assert "„Religion“ gibt es hier nicht als Feld." in shown
    assert "geheim" not in shown


def test_every_row_is_shown_with_its_fate_and_why(clerk):
    uploads(clerk)

    shown = page(clerk.opens(of(works())))

    assert "KV 7 Laternen Zeile 2" in shown
    assert "gleiche Telefonnummer" in shown
    assert "Ohne Namen ist nicht klar, wen die Zeile meint" in shown
    assert "1 mögliche Dublette" in shown
    assert "Kulturverein Sieben Laternen e. V." in shown


def test_from_the_upload_to_the_register_and_back(clerk, desk):
    uploads(clerk)
    held = works()
    assert clerk.fills(of(held, "/spalten"), at=of(held)).status_code == 303
    shown = page(clerk.opens(of(held)))
    assert "1 Zeile übernehmen" in shown
    assert "1 Zeile wartet auf Sie" in shown

    (link,) = {part.split('"')[0] for part in clerk.opens(of(held)).text.split('action="') if "hinweis=" in part}
    path = link.removeprefix("/buero").replace("&amp;", "&")
    assert clerk.sends(path, None, {}, wahl="gleich").status_code == 303
    assert clerk.fills(of(held, "/uebernehmen"), at=of(held)).status_code == 303
    held = works()
    assert names() == {messy.LANTERNS, "Chor Kieselstein"}
    rules = rules_of(desk.office.book.register)
    assert tally(db.session(), rules, clock.today()).size("known") == 2
    assert "alles, was klar ist, ist übernommen" in page(clerk.opens(of(held))).lower()

    assert clerk.fills(of(held, "/zuruecknehmen"), at=of(held)).status_code == 303
    assert "Diese Liste wurde zurückgenommen" in page(clerk.opens(of(works())))
    assert tally(db.session(), rules, clock.today()).size("known") == 0


def test_nothing_is_taken_over_before_the_columns_are_confirmed(clerk):
    uploads(clerk)
    held = works()

    answer = clerk.sends(of(held, "/uebernehmen"), None, {})

    assert answer.status_code == 409
    assert "Bitte bestätigen Sie zuerst, was die Spalten bedeuten." in page(answer)


def test_a_row_without_a_name_is_given_one(clerk):
    uploads(clerk)
    held = works()
    path = of(held, f"/zeilen/{row(4).id}")

    assert clerk.sends(path, None, {}, wahl="name").status_code == 422
    assert clerk.sends(path, None, {}, wahl="name", name="Lesekreis Tintenfass").status_code == 303

    works()
    assert (row(4).fate, row(4).name) == ("new", "Lesekreis Tintenfass")


def test_a_row_is_left_out_and_taken_in_again(clerk):
    uploads(clerk)
    held = works()
    path = of(held, f"/zeilen/{row(3).id}")

    assert clerk.sends(path, None, {}, wahl="auslassen").status_code == 303
    db.session.rollback()
    assert row(3).decision == "leave"
    assert clerk.sends(path, None, {}, wahl="doch").status_code == 303
    db.session.rollback()
    assert row(3).decision is None


def test_rejected_rows_come_back_as_a_file_with_reasons_and_without_formulas(clerk):
    uploads(clerk, CSV.replace(";0221 4710-199", ";=1+1").encode())
    held = works()

    answer = clerk.opens(of(held, "/zurueckgewiesen.csv"))

    text = answer.get_data().decode("utf-8-sig").splitlines()
    assert text[0] == "Begründung;Blatt;Zeile;Verein;Telefon;E-Mail;Straße"
    why = "Ohne Namen ist nicht klar, wen die Zeile meint; aus „=1+1“ war keine Telefonnummer zu lesen"
    assert text[1] == f'"{why}";;4;;\'=1+1;;'
    assert answer.mimetype == "text/csv"


def test_the_same_file_leads_to_the_list_that_it_already_is(clerk):
    first = uploads(clerk)
    works()

    again = uploads(clerk, name="Kopie.csv")

    assert again.location == first.location


def test_a_file_of_another_kind_comes_back_with_a_sentence(clerk):
    answer = uploads(clerk, b"%PDF-1.7 ...", "liste.pdf")

    assert answer.status_code == 422
    assert "Möglich sind CSV, XLSX, ODS und XLS." in page(answer)


def test_a_list_speaks_of_no_day_to_come(clerk):
    answer = uploads(clerk, day="1.1.2030")

    assert answer.status_code == 422
    assert "Dieser Tag liegt in der Zukunft" in page(answer)


def test_a_file_that_cannot_be_read_says_why(clerk):
    uploads(clerk, b"Verein;Telefon\n" + b"a;1\n" * 20_001)

    shown = page(clerk.opens(of(works())))

    assert "Diese Datei konnte nicht gelesen werden" in shown
    assert "mehr als 20000 Zeilen" in shown


def test_a_list_is_thrown_away_with_everything_that_its_rows_say(clerk):
    uploads(clerk)
    held = works()

    assert clerk.sends(of(held, "/uebernehmen"), None, {}, wahl="verwerfen").status_code == 303

    db.session.rollback()
    assert set(db.session.scalars(select(ListRow.cells))) == {None}
    assert "Diese Liste wurde verworfen" in page(clerk.opens(of(held)))


def test_colours_are_asked_for_where_rows_have_some(clerk):
    file = messy.xlsx_with_colours_and_merged_cells()
    uploads(clerk, file.data, file.name)
    held = works()

    shown = page(clerk.opens(of(held)))

    assert "Grüne Zeilen" in shown
    assert "Blatt „Verteiler“" in shown or "Verteiler: Name" in shown
    assert "Ausgeblendete Zeilen im Blatt „Verteiler“: 1." in shown
