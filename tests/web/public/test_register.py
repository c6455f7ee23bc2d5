"""The public register and the figures: only what may be shown, page by page, in few statements."""

import csv
import io
import re
from itertools import chain

import pytest
from sqlalchemy import event

from admission.ground.db import db
from tests import factories
from tests.web.browser import Browser, page, title
from tests.web.public import members

PATHS = ("/", "/kriterien", "/kriterien/2026-1", "/verfahren", "/selbstcheck", "/verzeichnis", "/verzeichnis?q=nummer",
         "/verzeichnis?q=numer&bezirk=altstadt", "/verzeichnis/nummer-001", "/zahlen")  # fmt: skip


@pytest.fixture
def visitor(app) -> Browser:
    """A browser on each of both databases."""
    app.test_client_class = Browser
    return app.test_client()


def names(answer) -> list[str]:
    """The entries of a page, as they stand there."""
    return re.findall(r"<h2><a [^>]*><bdi>([^<]*)</bdi></a></h2>", answer.get_data(as_text=True))


def following(answer) -> str | None:
    """The address of the next page."""
    found = re.search(r'<a href="([^"]*)" rel="next">', answer.get_data(as_text=True))
    return found[1].replace("&amp;", "&") if found else None


def statements(browser: Browser, path: str) -> list[str]:
    """What a page asks of the database, once its edition is in memory; opening a transaction asks for nothing."""
    seen: list[str] = []

    def note(_connection, _cursor, sql, *_rest):
        if sql != "BEGIN":
            seen.append(sql)

    browser.get(path)
    event.listen(db.engine, "before_cursor_execute", note)
    answer = browser.get(path)
    event.remove(db.engine, "before_cursor_execute", note)
    assert answer.status_code == 200, path
    return seen


def test_public_pages_take_the_same_few_statements_with_5_rows_as_with_50(app, visitor):
    book = factories.publish()
    members.add(app, book, *members.numbered(5))
    factories.release_figures(book)
    few = {path: len(statements(visitor, path)) for path in PATHS}
    members.add(app, book, *members.numbered(45, first=6))

    assert {path: len(statements(visitor, path)) for path in PATHS} == few
    assert few.pop("/zahlen") <= 8  # no list: each statement answers a question of its own
    assert max(few.values()) <= 4, few


def test_public_pages_look_up_no_session(app, visitor):
    book = factories.publish()
    members.add(app, book, *members.numbered(1))
    visitor.signs_in(factories.account(None, "applicant"))

    for path in PATHS:
        assert not [sql for sql in statements(visitor, path) if "account" in sql or "session" in sql], path


def test_the_pages_of_the_register_hold_every_entry_once(app, visitor):
    members.add(app, factories.publish(), *members.numbered(60))
    found, path = [], "/verzeichnis"
    while path:
        answer = visitor.get(path)
        assert "60 Einträge" in page(answer)
        found.append(names(answer))
        path = following(answer)

    assert [len(part) for part in found] == [25, 25, 10]
    assert list(chain(*found)) == [fields["name"] for fields in members.numbered(60)]


def test_a_search_folds_both_sides_and_goes_on_page_by_page(app, visitor):
    rows = [{"name": "Kulturverein Ağaç e. V.", "field": "sport"}, *members.numbered(30)]
    members.add(app, factories.publish(), *rows)

    assert names(visitor.get("/verzeichnis?q=agac")) == ["Kulturverein Ağaç e.\u00a0V."]
    assert names(visitor.get("/verzeichnis?q=AĞAÇ")) == ["Kulturverein Ağaç e.\u00a0V."]
    assert names(visitor.get("/verzeichnis?q=sport")) == ["Kulturverein Ağaç e.\u00a0V."]
    first = visitor.get("/verzeichnis?q=nummer")
    assert len(names(first)) == 25 and "30 Einträge" in page(first)
    assert len(names(visitor.get(following(first)))) == 5
    assert names(visitor.get("/verzeichnis?q=nichts")) == []


def test_without_consent_to_its_name_an_organisation_does_not_stand_there(app, visitor):
    book = factories.publish()
    (slug,) = members.add(app, book, {"name": "Verein Federwolke", "districts": "Altstadt"}, hidden="name")

    assert visitor.get(f"/verzeichnis/{slug}").status_code == 404
    for path in ("/verzeichnis", "/verzeichnis?q=federwolke", "/verzeichnis?q=altstadt"):
        assert names(visitor.get(path)) == [] and "Federwolke" not in visitor.get(path).get_data(as_text=True)


def test_a_field_without_consent_is_neither_shown_nor_found(app, visitor):
    fields = {"name": "Nähstube Wolkenfaden", "phone": "0221 4710-177", "description": "Nähen und reparieren"}
    (slug,) = members.add(app, factories.publish(), fields, state="guest", hidden="phone")
    entry = page(visitor.get(f"/verzeichnis/{slug}"))

    assert "Nähen und reparieren" in entry and "Gast im Netzwerk seit 4. Mai 2026" in entry
    assert "4710-177" not in entry
    assert names(visitor.get("/verzeichnis?q=4710-177")) == []


IMPOSSIBLE = (
    "/verzeichnis/%00", "/verzeichnis/%E2%80%AE", "/verzeichnis/" + "x" * 500, "/kriterien/%00", "/kriterien/%00.json",
    "/kriterien/%27%20OR%201=1", "/kriterien/..%2f2026-1.json",
)  # fmt: skip
STRANGE = (
    "q=%00",
    "q=%E2%80%AE",
    "nach=%00",
    "q=" + "x" * 5000,
    "q=%25&nach=%27",
    "q=%FF",
    "nach=3~%27",
    "nach=9~x",
    "q=a_b%25&nach=1~",
    "bezirk=%00",
    "feld=%27%22",
    "sprache=" + "x" * 5000,
    "ansicht=x",
    "q=" + "a%20" * 50,
    "angebot=%E2%80%AE",
    "q=nummer&q=zwei&bezirk=a&bezirk=b",
)


def test_strange_addresses_are_not_found_and_a_strange_search_breaks_nothing(app, visitor):
    members.add(app, factories.publish(), *members.numbered(1))

    assert {path: visitor.get(path).status_code for path in IMPOSSIBLE} == dict.fromkeys(IMPOSSIBLE, 404)
    for path in ("/verzeichnis?", "/verzeichnis.json?", "/verzeichnis?ansicht=druck&"):
        asked = {query: visitor.get(path + query).status_code for query in STRANGE}
        assert asked == dict.fromkeys(STRANGE, 200), path


def test_what_organisations_write_is_text_and_nothing_else(sqlite_app, browser):
    fields = {"name": "<b>Fett</b>", "description": '"><script>alert(1)</script>', "website": "https://a.example"}
    (slug,) = members.add(sqlite_app, factories.publish(), fields)

    for path in ("/verzeichnis", f"/verzeichnis/{slug}"):
        html = browser.get(path).get_data(as_text=True)
        assert "<b>Fett" not in html and "<script>alert" not in html


def test_each_figure_counts_what_its_definition_says(app, visitor):
    book = factories.publish()
    members.add(app, book, *members.numbered(3))
    members.add(app, book, {"name": "Gast Eins"}, state="guest")
    members.add(app, book, {"name": "Verborgen", "districts": "Altstadt"}, hidden="name")
    factories.release_figures(book)
    html = visitor.get("/zahlen").get_data(as_text=True)
    figures = dict(re.findall(r'<li id="(\w+)">\s*<p class="v">(\d+)</p>', html))

    assert figures == {
        "known": "5", "verified_active": "0", "reachable": "0", "member": "4", "guest": "1", "published": "4",
        "taken_over": "0", "kept_as_network": "0", "umbrella": "0", "hosted": "0", "protected": "0",
    }  # fmt: skip
    for name in figures:
        assert book.text(f"set.{name}.says") in html
    assert html.count("Nicht enthalten") == html.count("Stichtag</dt>") == 11


def test_before_two_people_released_them_nobody_sees_a_figure(app, visitor):
    book = factories.publish()
    members.add(app, book, *members.numbered(3))

    assert "noch nicht freigegeben" in page(visitor.get("/zahlen"))
    assert "Das Netzwerk heute" not in page(visitor.get("/"))
    assert visitor.get("/zahlen.csv").status_code == 404


def test_a_past_day_is_counted_as_it_was(app, visitor):
    book = factories.publish()
    members.add(app, book, *members.numbered(3))
    factories.release_figures(book)
    before = visitor.get("/zahlen?stichtag=3.5.2026").get_data(as_text=True)
    after = visitor.get("/zahlen?stichtag=2026-05-04&vergleich=2026-05-03").get_data(as_text=True)

    assert '<p class="v">0</p>' in before and "4. Mai" not in before
    assert re.search(r'<li id="member">\s*<p class="v">3</p>', after) and "3 neu, 0 weggefallen" in after


def test_a_day_to_come_cannot_be_counted_and_the_entry_is_kept(app, visitor):
    factories.release_figures(factories.publish())
    answer = visitor.get("/zahlen?stichtag=31.12.2099")

    assert answer.status_code == 422
    assert "Kommende Tage kann niemand zählen." in page(answer) and 'value="31.12.2099"' in answer.get_data(
        as_text=True
    )
    for day in ("gestern", "0001-01-01", "31.12.1989", "2026-06-01&vergleich=0001-01-01"):
        assert visitor.get(f"/zahlen?stichtag={day}").status_code == 422, day
    assert visitor.get("/zahlen.csv?stichtag=31.12.2099").status_code == 404


def test_the_figures_as_a_table_open_in_a_spreadsheet(app, visitor):
    book = factories.publish()
    members.add(app, book, *members.numbered(2))
    factories.release_figures(book)
    answer = visitor.get("/zahlen.csv?stichtag=2026-06-01")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="zahlen-2026-06-01.csv"'
    assert [row[:3] for row in rows[1:2]] == [["Bekannt", "2", "2026-06-01"]]
    assert len(rows) == 12 and {row[-1] for row in rows[1:]} == {"2026-1"}


def test_without_an_edition_there_is_no_definition_and_no_figure(browser):
    answer = page(browser.get("/zahlen"))

    assert title(browser.get("/zahlen")) == "Wie viele Organisationen sind es?"
    assert "Noch gilt keines" in answer


def test_the_start_page_leads_to_every_public_page(browser):
    factories.publish()
    html = browser.get("/").get_data(as_text=True)

    for path in ("/kriterien", "/verfahren", "/selbstcheck", "/verzeichnis", "/zahlen", "/antrag"):
        assert f'href="{path}"' in html


def test_every_public_page_speaks_english_when_asked(sqlite_app, browser):
    members.add(sqlite_app, factories.publish(), *members.numbered(1))
    browser.get("/sprache/en?weiter=/")

    for path in PATHS:
        html = browser.get(path).get_data(as_text=True)
        assert '<html lang="en">' in html and "The German text is binding." in html, path
