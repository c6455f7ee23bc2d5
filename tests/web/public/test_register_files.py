"""The register as files, read by programs that are not ours; the feed of changes; and what withdrawal takes with it."""

import io
import json
import re

import feedparser
import openpyxl
import pytest
import python_calamine
import rdflib
import vobject
from sqlalchemy import select

from admission.city.actions import change
from admission.ground.db import db, writing
from admission.organisations.models import Organisation
from admission.register import actions
from tests import factories
from tests.web.browser import Browser
from tests.web.public import members

FULL = {
    "name": "=Kulturwerkstatt; Mondkarussell, e. V.", "own_name": "ورشة دوّامة القمر", "field": "culture\nwomen",
    "districts": "Nordhafen\nAltstadt", "languages": "Arabisch, Deutsch", "description": "+Nähen,\nDruck; \\ mehr " * 9,
    "offers": "Offene Nähwerkstatt; dienstags; alle\nSiebdruck", "website": "https://mondkarussell.example",
    "mailbox": "buero@mondkarussell.example", "mailboxes": "Jugend: jugend@mondkarussell.example",
    "phone": "0221 4710-162", "post": "Am Alten Kran 7\n99001 Musterfeld", "contact": "Rana Mondlicht",
}  # fmt: skip
SLUG = "kulturwerkstatt-mondkarussell"
FORMS = ("json", "csv", "xlsx", "vcf")
PERSONAL = ("Rana Mondlicht", "4710-162", "Am Alten Kran")
SCHEMA = rdflib.Namespace("https://schema.org/")


@pytest.fixture
def visitor(app) -> Browser:
    """A browser on each of both databases; one full entry and thirty short ones."""
    app.config["BOOK"] = factories.publish()
    members.add(app, app.config["BOOK"], FULL, *members.numbered(30))
    app.test_client_class = Browser
    return app.test_client()


def fetched(visitor: Browser, path: str) -> bytes:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return answer.get_data()


def everything(visitor: Browser, path: str) -> str:
    """The text of a file, whatever its form; the letters of a folded card are put together again."""
    data = fetched(visitor, path)
    if path.partition("?")[0].endswith("xlsx"):
        return "\n".join(str(cell.value) for row in openpyxl.load_workbook(io.BytesIO(data)).active for cell in row)
    return data.decode().replace("\r\n ", "")


def test_a_file_holds_the_whole_selection_and_nothing_else(visitor):
    document = json.loads(fetched(visitor, "/verzeichnis.json?bezirk=altstadt"))
    (short,) = [one for one in document["entries"] if one["id"] == "nummer-001"]

    assert document["count"] == len(document["entries"]) == 31
    assert document["selection"] == {"bezirk": "altstadt"}
    assert short["districts"] == ["Altstadt"] and short["standing"] == "member" and short["since"] == "2026-05-04"
    assert json.loads(fetched(visitor, "/verzeichnis.json?q=mondkarussel&feld=culture"))["count"] == 1


def test_a_table_opens_in_office_programs_and_reckons_nothing(visitor):
    data = fetched(visitor, "/verzeichnis.xlsx?q=mondkarussell")
    book = openpyxl.load_workbook(io.BytesIO(data))
    head, row = list(book.active.iter_rows())
    shown = {title.value: cell for title, cell in zip(head, row, strict=True)}

    assert shown["Name"].value == FULL["name"]
    assert {cell.data_type for cell in row} <= {"s", "n"} and shown["Name"].data_type == "s"  # n: an empty cell
    assert shown["Arbeitsfelder"].value == "Kultur und Begegnung, Frauen und Familie"
    assert shown["Angebote"].value == "Offene Nähwerkstatt, dienstags, alle; Siebdruck"
    assert python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1][0] == FULL["name"]
    assert b"\n\"'=Kulturwerkstatt; Mond" in fetched(visitor, "/verzeichnis.csv?q=mondkarussell").replace(b"\r", b"")


def test_an_address_book_takes_every_card(visitor):
    cards = list(vobject.readComponents(fetched(visitor, "/verzeichnis.vcf").decode()))
    (full,) = [card for card in cards if "Mondkarussell" in card.fn.value]

    assert len(cards) == 31
    assert full.fn.value == FULL["name"] and full.note.value == FULL["description"]
    assert [mail.value for mail in full.email_list] == ["buero@mondkarussell.example", "jugend@mondkarussell.example"]
    assert full.categories.value == ["Kultur und Begegnung", "Frauen und Familie"]
    assert "tel" not in full.contents and "adr" not in full.contents
    (alone,) = vobject.readComponents(fetched(visitor, f"/verzeichnis/{SLUG}.vcf").decode())
    assert alone.tel.value == FULL["phone"]


def test_a_file_of_many_names_no_person(visitor):
    for form in FORMS:
        text = everything(visitor, f"/verzeichnis.{form}")
        assert "buero@mondkarussell.example" in text, form
        assert not [value for value in PERSONAL if value in text], form


def test_one_entry_is_a_file_of_its_own_and_no_other_has_one(visitor):
    record = json.loads(fetched(visitor, f"/verzeichnis/{SLUG}.json"))["entries"][0]

    assert record["mailboxes"] == [{"role": "Jugend", "address": "jugend@mondkarussell.example"}]
    assert record["contact"] == ["Rana Mondlicht"]
    for form in (*FORMS, "jsonld"):
        assert visitor.get(f"/verzeichnis/gibt-es-nicht.{form}").status_code == 404
        assert visitor.get(f"/verzeichnis/%00.{form}").status_code == 404


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # the reader's own way to its own parser
def test_linked_data_speak_of_the_organisation_on_its_page_and_alone(visitor):
    html = fetched(visitor, f"/verzeichnis/{SLUG}").decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    document = json.loads(fetched(visitor, f"/verzeichnis/{SLUG}.jsonld"))
    assert json.loads(block) == document
    assert document.pop("@context") == "https://schema.org"  # a reader fetches it; here its vocabulary is named instead

    graph = rdflib.Graph().parse(data=json.dumps({"@context": {"@vocab": str(SCHEMA)}, **document}), format="json-ld")
    (page,) = graph.subjects(rdflib.RDF.type, SCHEMA.NGO)
    assert str(page).endswith(f"/verzeichnis/{SLUG}")
    assert [str(name) for name in graph.objects(page, SCHEMA.name)] == [FULL["name"]]
    areas = {str(graph.value(area, SCHEMA.name)) for area in graph.objects(page, SCHEMA.areaServed)}
    assert areas == {"Nordhafen", "Altstadt"}


def test_what_an_organisation_writes_does_not_end_the_block_of_data(app, visitor):
    (slug,) = members.add(app, app.config["BOOK"], {"name": "</script><script>alert(1)</script> & Co"})
    html = fetched(visitor, f"/verzeichnis/{slug}").decode()

    assert "<script>alert" not in html and "\\u003c/script" in html


def test_the_feed_tells_what_changed_without_values(app, visitor):
    feed = feedparser.parse(fetched(visitor, "/verzeichnis/aenderungen.atom"))
    assert not feed.bozo and len({entry.id for entry in feed.entries}) == 31
    assert {entry.title for entry in feed.entries} >= {"Neu im Verzeichnis: Verein Nummer 001"}

    with_hand(lambda session, row, by: actions.save_field(session, row, "phone", "0221 4710-163"))
    feed = feedparser.parse(fetched(visitor, "/verzeichnis/aenderungen.atom"))
    changed = [entry for entry in feed.entries if "Mondkarussell" in entry.title and "Telefon" in entry.title]
    assert len(changed) == 1 and changed[0].link.endswith(f"/verzeichnis/{SLUG}")
    assert "4710" not in fetched(visitor, "/verzeichnis/aenderungen.atom").decode()


def test_a_withdrawn_field_is_in_no_file_any_more(visitor):
    with_hand(lambda session, row, by: actions.withdraw_consents(session, row, ["mailbox"], by=by, role="applicant"))

    paths = [f"/verzeichnis.{form}" for form in FORMS] + [f"/verzeichnis/{SLUG}.{form}" for form in (*FORMS, "jsonld")]
    for path in (*paths, "/verzeichnis/aenderungen.atom", "/verzeichnis?ansicht=druck", f"/verzeichnis/{SLUG}"):
        assert "buero@" not in everything(visitor, path), path


def test_with_its_name_an_entry_leaves_every_list_file_and_feed_at_once(visitor):
    with_hand(lambda session, row, by: actions.withdraw_consents(session, row, ["name"], by=by, role="applicant"))

    for path in (*(f"/verzeichnis.{form}" for form in FORMS), "/verzeichnis/aenderungen.atom", "/verzeichnis"):
        text = everything(visitor, path)
        assert "Mondkarussell" not in text and SLUG not in text, path
    for form in (*FORMS, "jsonld"):
        assert visitor.get(f"/verzeichnis/{SLUG}.{form}").status_code == 404
    titles = [entry.title for entry in feedparser.parse(fetched(visitor, "/verzeichnis/aenderungen.atom")).entries]
    assert titles.count("Ein Eintrag steht nicht mehr im Verzeichnis") == 1


def test_the_view_to_print_holds_the_whole_selection(visitor):
    html = fetched(visitor, "/verzeichnis?ansicht=druck&bezirk=altstadt").decode()

    assert html.count('<th scope="row">') == 31 and "<b>31 Einträge</b>: <bdi>Altstadt</bdi>" in html


def test_search_engines_are_kept_out_only_where_the_city_wants_it(visitor):
    paths = ("/verzeichnis", f"/verzeichnis/{SLUG}", "/verzeichnis.json", "/verzeichnis/aenderungen.atom")
    assert [path for path in paths if "X-Robots-Tag" in visitor.get(path).headers] == []
    writing()
    change("name", "Stadt Musterfeld", by=None)
    change("noindex", True, by=None)
    db.session.commit()

    assert [visitor.get(path).headers.get("X-Robots-Tag") for path in paths] == ["noindex"] * 4
    assert '<meta name="robots" content="noindex">' in fetched(visitor, "/verzeichnis").decode()
    assert "X-Robots-Tag" not in visitor.get("/kriterien").headers


def with_hand(act) -> None:
    """Somebody acts for the full entry, in a transaction of its own."""
    by = factories.account()
    writing()
    act(db.session(), db.session.scalars(select(Organisation).where(Organisation.slug == SLUG)).one(), by)
    db.session.commit()
