"""Headings as offices write them, and what their columns are taken for."""

import pytest

from admission.lists.columns import by_heading, layout, never_read
from admission.lists.tables import Line, Table

HEADINGS = {
    "name": ["Vereinsname", "Name des Vereins", "Organisation", "MSO", "Verein/Initiative", "Bezeichnung", "Träger"],
    "person": ["Ansprechpartner*in", "Ansprechp.", "Kontaktperson", "1. Vorsitzende(r)", "Vorstand", "AP"],
    "phone": ["Tel.", "Telefon/Mobil", "Tel.-Nr.", "Handynummer", "Festnetz", "Rufnummer"],
    "mail": ["E-Mail", "eMail-Adresse", "Mail", "E-Mail Vorstand"],
    "postcode": ["PLZ", "Postleitzahl"],
    "place": ["PLZ/Ort", "PLZ Ort", "PLZ und Ort"],
    "street": ["Straße", "Str./Hausnr.", "Strasse, Nr."],
    "district": ["Stadtteil", "Stadtbezirk", "Ortsteil"],
    "register_number": ["VR-Nr.", "Vereinsregister", "Register-Nr.", "Registernummer"],
    "founded": ["Gründungsjahr", "gegr.", "Gegründet am"],
    "last_contact": ["letzter Kontakt", "Letztes Gespräch", "zuletzt besucht", "Letzter Besuch am"],
    "website": ["Homepage", "Webseite", "Internet", "www"],
    "languages": ["Sprachen", "Sprache(n)"],
    "member": ["Mitglied", "Netzwerkmitglied?", "im Netzwerk"],
    "field": ["Schwerpunkte", "Tätigkeitsfeld", "Arbeitsbereich", "Themen"],
    "legal_form": ["Rechtsform"],
    "note": ["Bemerkung", "Notizen", "Anmerkungen"],
    None: ["lfd. Nr.", "Nr.", "Fax", "Anrede", "Mitgliederzahl"],
}


@pytest.mark.parametrize(("field", "heading"), [(field, one) for field, all_ in HEADINGS.items() for one in all_])
def test_a_heading_says_what_its_column_holds(field, heading):
    assert by_heading(heading) == field


@pytest.mark.parametrize(
    "heading",
    ["Nationalität", "Staatsangehörigkeit", "Herkunftsland", "Religion", "Konfession", "Geburtsdatum", "IBAN"],
)
def test_what_must_not_be_known_is_never_read(heading):
    table = Table("", [Line(1, ("Verein", heading)), Line(2, ("Chor Kieselstein", "etwas"))])

    (name, never) = layout(table).columns

    assert never_read(heading)
    assert (never.field, never.never) == (None, True)
    assert name.field == "name"


@pytest.mark.parametrize("heading", ["Internationale Arbeit", "Kontor", "Verein"])
def test_other_headings_are_not_mistaken_for_it(heading):
    assert not never_read(heading)


def test_the_heading_is_found_below_titles_and_numbered_as_the_office_sees_it():
    table = Table(
        "",
        [
            Line(1, ("Liste der Vereine",)),
            Line(4, ("Stand", "März 2026")),
            Line(6, ("Verein", "Telefon", "Ort")),
            Line(7, ("Chor Kieselstein", "0221 4710-163", "Musterfeld")),
        ],
    )

    found = layout(table)

    assert found.header == 2
    assert [column.field for column in found.columns] == ["name", "phone", "town"]


def test_a_column_without_heading_is_taken_for_what_its_cells_show_and_else_for_nothing():
    rows = [("Chor Kieselstein", "chor@kiesel.example", "3"), ("Verein Morgenrot", "rot@morgen.example", "blau")]
    table = Table("", [Line(at, row) for at, row in enumerate(rows, 1)])

    assert [column.field for column in layout(table).columns] == ["name", "mail", None]
