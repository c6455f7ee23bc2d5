"""Finding in the public register: words however they are spelled, choices with their numbers, page by page."""

import re

import pytest

from tests import factories
from tests.web.browser import Browser, page
from tests.web.public import members
from tests.web.public.test_register import following, names

CITY = (
    {"name": "Frauentreff Granatapfelhof", "own_name": "لقاء النساء في بيت الرمان", "field": "women\ncounselling",
     "languages": "Arabisch, Kurmandschi (Kurmancî)", "districts": "Brückenau",
     "offers": "Offenes Frühstück; samstags\nSprachpatenschaften"},
    {"name": "Kulturverein Sieben Laternen e. V.", "own_name": "Yedi Fener Kültür Derneği", "field": "culture",
     "languages": "Türkisch, Deutsch", "districts": "Altstadt\nBrückenau", "offers": "Offenes Frühstück"},
    {"name": "Дім Шевченка", "field": "culture", "languages": "Ukrainisch, Deutsch", "districts": "Altstadt"},
    {"name": "Hội Người Việt", "field": "seniors", "languages": "Vietnamesisch"},
    {"name": "Müllers Nähstube an der Straße", "field": "women", "districts": "Nordhafen"},
)  # fmt: skip
POMEGRANATE, LANTERNS, SHEVCHENKO, VIET, SEWING = (entry["name"].replace("e. V.", "e.\u00a0V.") for entry in CITY)


@pytest.fixture
def visitor(app) -> Browser:
    """A browser on each of both databases, in a city with five entries."""
    app.config["BOOK"] = factories.publish()
    members.add(app, app.config["BOOK"], *CITY)
    app.test_client_class = Browser
    return app.test_client()


def found(visitor: Browser, query: str) -> set[str]:
    return set(names(visitor.get("/verzeichnis?" + query)))


AS_WRITTEN = {
    "muellers": SEWING, "mullers": SEWING, "MÜLLERS STRASSE": SEWING, "nahstube": SEWING, "yedi fener kultur": LANTERNS,
    "YEDİ": LANTERNS, "dernegi": LANTERNS, "sieben laternen e.v.": LANTERNS, "kurmanci": POMEGRANATE,
    "الرمان": POMEGRANATE, "رمان": POMEGRANATE, "sprachpaten": POMEGRANATE, "apfelhof": POMEGRANATE,
    "шевченка": SHEVCHENKO, "shevchenka": SHEVCHENKO, "viet": VIET, "nguoi": VIET, "beratung": POMEGRANATE,
}  # fmt: skip
MISTYPED = {
    "schewtschenka": SHEVCHENKO, "granatapfelhoff": POMEGRANATE, "Latrenen": LANTERNS, "seiben laternn": LANTERNS,
    "nähstbe": SEWING, "vietnamesich": VIET,
}  # fmt: skip


def test_a_word_finds_its_entry_in_every_spelling(visitor):
    for typed, meant in AS_WRITTEN.items():
        answer = visitor.get("/verzeichnis", query_string={"q": typed})
        assert (typed, names(answer)) == (typed, [meant])
        assert "ähnlich geschrieben" not in page(answer), typed


def test_a_mistyped_word_finds_what_is_spelled_alike_and_the_page_says_so(visitor):
    for typed, meant in MISTYPED.items():
        answer = visitor.get("/verzeichnis", query_string={"q": typed})
        assert (typed, names(answer)) == (typed, [meant])
        assert "ähnlich geschrieben" in page(answer), typed


def test_what_is_written_just_so_comes_first_and_what_is_only_alike_not_at_all(app, visitor):
    members.add(app, app.config["BOOK"], {"name": "Zentrum Laterne"}, {"name": "Abend der Laternenkinder"})

    assert names(visitor.get("/verzeichnis?q=laterne")) == ["Zentrum Laterne", "Abend der Laternenkinder", LANTERNS]
    assert names(visitor.get("/verzeichnis?q=laternen")) == [LANTERNS, "Abend der Laternenkinder"]


def test_nothing_like_it_is_said_and_nothing_is_guessed(visitor):
    answer = visitor.get("/verzeichnis?q=schachklub")

    assert names(answer) == []
    assert "Zu „schachklub“ passt nichts" in page(answer)


def test_choices_narrow_and_every_choice_says_how_many_entries_it_leaves(visitor):
    assert found(visitor, "feld=women") == {POMEGRANATE, SEWING}
    assert found(visitor, "bezirk=brueckenau") == {POMEGRANATE, LANTERNS}
    assert found(visitor, "bezirk=brueckenau&sprache=tuerkisch") == {LANTERNS}
    assert found(visitor, "angebot=offenes-fruehstueck&q=arabisch") == {POMEGRANATE}
    assert choices(visitor, "bezirk=brueckenau") == {
        "feld": {"Frauen und Familie (1)", "Beratung und soziale Hilfe (1)", "Kultur und Begegnung (1)"},
        "sprache": {"Arabisch (1)", "Kurmandschi (Kurmancî) (1)", "Türkisch (1)", "Deutsch (1)"},
        "bezirk": {"Altstadt (2)", "Brückenau (2)", "Nordhafen (1)"},
        "angebot": {"Offenes Frühstück (2)", "Sprachpatenschaften (1)"},
    }


def test_what_was_chosen_stays_chosen_and_can_be_taken_back_alone(visitor):
    html = visitor.get("/verzeichnis?q=offenes&feld=culture&bezirk=altstadt").get_data(as_text=True)

    assert '<option value="culture" selected>Kultur und Begegnung (1)</option>' in html
    assert 'href="/verzeichnis?q=offenes&amp;feld=culture"' in html
    assert 'href="/verzeichnis?feld=culture&amp;bezirk=altstadt"' in html


def test_a_choice_that_leaves_nothing_is_kept_and_said(visitor):
    answer = visitor.get("/verzeichnis?bezirk=altstadt&feld=seniors")

    assert names(answer) == [] and "Kein Eintrag passt zu dieser Auswahl" in page(answer)
    assert '<option value="seniors" selected>' in answer.get_data(as_text=True)


def test_a_selection_goes_on_page_by_page_and_loses_nothing(app, visitor):
    members.add(app, app.config["BOOK"], *members.numbered(30), {"name": "Nummernkonto", "districts": "Altstadt"})
    seen, path = [], "/verzeichnis?q=nummer&bezirk=altstadt"
    while path:
        answer = visitor.get(path)
        assert "31 Einträge" in page(answer)
        seen += names(answer)
        path = following(answer)

    assert len(seen) == len(set(seen)) == 31
    assert seen[-1] == "Nummernkonto"  # begins so, the others are written just so


def test_the_picture_of_the_districts_leads_to_each_and_its_table_says_the_same(visitor):
    html = visitor.get("/verzeichnis?feld=women").get_data(as_text=True)
    link = r'<a href="/verzeichnis\?feld=women&amp;bezirk=(\w+)">'
    drawn = re.findall(link + r".*?<text [^>]*>([^<]+)</text><text [^>]*>(\d+)<", html, re.DOTALL)
    told = re.findall(
        r'<a class="app-a" href="/verzeichnis\?feld=women&amp;bezirk=(\w+)">([^<]+)</a></th><td[^>]*>(\d+)<', html
    )

    assert drawn == told == [("brueckenau", "Brückenau", "1"), ("nordhafen", "Nordhafen", "1")]
    assert "style=" not in html and "<script>" not in html


def choices(visitor: Browser, query: str) -> dict[str, set[str]]:
    html = visitor.get("/verzeichnis?" + query).get_data(as_text=True)
    return {
        name: set(re.findall(r"<option value=\"[^\"]+\"(?: selected)?>([^<]+)</option>", body))
        for name, body in re.findall(r'<select [^>]*name="(\w+)">(.*?)</select>', html, re.DOTALL)
    }
