"""Twelve files as offices keep them, each with what a person reads in it: columns, rows, and what shall happen."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from xml.sax.saxutils import escape

import xlwt
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

LANTERNS = "Kulturverein Sieben Laternen e. V."
CRANES = "Elternnetz Kranichschule e. V."
BOWLING = "SV Morgenstern-Kegel e. V."
SEWING = "Nähstube Wolkenfaden"
YOUTH = "Jugendtreff Papierboot"
WOMEN = "Frauenrunde Nordhafen e. V."

GREEN, YELLOW, RED, WHITE = "FFC6EFCE", "FFFFEB9C", "FFFFC7CE", "FFFFFFFF"


@dataclass(frozen=True)
class Messy:
    """One file. `columns`: sheet -> expected fields from left to right, None: not taken, "never": never read."""

    name: str
    data: bytes
    columns: Mapping[str, Sequence[str | None]]
    rows: Mapping[tuple[str, int], str]
    """(sheet, row number) -> `new`, `same:NAME`, `changes:NAME`, `waits`, `twice:ROW`, `on:ROW`, `rejected:CODE`."""
    says: Mapping[tuple[str, int], Mapping[str, object]] = field(default_factory=dict)
    """(sheet, row number) -> some of what must have been read there."""


def csv_in_windows_1252() -> Messy:
    lines = [
        "Netzwerk der Migrantenselbstorganisationen;;;;;;",
        "Stand: 12.03.2026 (wird fortgeführt);;;;;;",
        "",
        "Vereinsname;Ansprechp.;Tel./Mobil;PLZ Ort;letzter Kontakt;Nationalität;Bemerkungen",
        "Kulturverein Sieben Laternen e.V.;Selin Aydar;0221 4710-158 / 0177 4710158;99003 Musterfeld;27.9.2026;"
        "türkisch;",
        "KV 7 Laternen;;0221/4710158;99003 Musterfeld;;türkisch;doppelt?",
        "Chor Kieselstein;Nuno Alves;(0221) 4710-163;99001 Musterfeld;03/2024;portugiesisch;singt dienstags",
        ";;0221 4710-199;;;;",
        "SV Morgenstern-Kegel e. V.;Jana Petrović;0221 4710-170;99005 Musterfeld;2026-02-11;;",
    ]
    return Messy(
        "Netzwerkliste_2026.csv",
        "\r\n".join(lines).encode("cp1252", errors="replace"),
        {"": ["name", "person", "phone", "place", "last_contact", "never", "note"]},
        {
            ("", 5): f"changes:{LANTERNS}",
            ("", 6): "waits",
            ("", 7): "new",
            ("", 8): "rejected:row.without_name",
            ("", 9): f"changes:{BOWLING}",
        },
        {
            ("", 5): {"phones": ("0221 4710-158", "0177 4710158"), "last_contact": date(2026, 9, 27)},
            ("", 7): {"last_contact": date(2024, 3, 1), "postcode": "99001", "town": "Musterfeld"},
        },
    )


def csv_utf8_with_bom() -> Messy:
    text = (
        'Organisation,Stadtteil,E-Mail,Telefonnummern,Webseite,Sprachen,Anzahl Mitglieder\n'
        '"Frauenrunde Nordhafen e. V.",Nordhafen,kontakt@frauenrunde.example,0221 4710-144,www.frauenrunde.example,'
        '"Arabisch, Deutsch",40\n'
        '"Theatergruppe ""Halber Mond""",Altstadt,"info@halbermond.example\nbuehne@halbermond.example",'
        '"Tel. 0221 4710-131; mobil: +49 177 4710131",,"Kurmanji, Deutsch",12\n'
        "Lesekreis Tintenfass,Weberviertel,,,,,7\n"
    )  # fmt: skip
    return Messy(
        "export.csv",
        text.encode("utf-8-sig"),
        {"": ["name", "district", "mail", "phone", "website", "languages", None]},
        {("", 2): f"changes:{WOMEN}", ("", 3): "new", ("", 4): "new"},
        {
            ("", 3): {
                "name": 'Theatergruppe "Halber Mond"',
                "phones": ("0221 4710-131", "+49 177 4710131"),
                "mails": ("info@halbermond.example", "buehne@halbermond.example"),
            },
            ("", 2): {"website": "https://www.frauenrunde.example"},
        },
    )


def text_in_utf16() -> Messy:
    lines = [
        "Lfd. Nr.\tName der Organisation\tKontaktperson\tE-Mailadresse\tStraße\tPLZ\tOrt\tGegründet\tRechtsform",
        "1\tKulturverein Ağaç e.V.\tDeniz Işık\tdeniz.isik@agac.example\tBrückenweg 4\t99002\tMusterfeld\t1998\te.V.",
        "2\tУкраїнська спілка\tОлена Коваль\tolena@spilka.example\tHafenallee 11\t99004\tMusterfeld\t2022\tInitiative",
        "3\tElternnetz Kranichschule e. V.\tSamira Haddad\telternnetz@kranich.example\tKranichweg 1\t99005\t"
        "Musterfeld\t2009\te.V.",
    ]
    return Messy(
        "Unicode-Text.txt",
        "\r\n".join(lines).encode("utf-16"),
        {"": [None, "name", "person", "mail", "street", "postcode", "town", "founded", "legal_form"]},
        {("", 2): "new", ("", 3): "new", ("", 4): f"changes:{CRANES}"},
        {
            ("", 2): {"name": "Kulturverein Ağaç e.V.", "founded": "1998", "street": "Brückenweg 4"},
            ("", 3): {"name": "Українська спілка"},
        },
    )


def csv_broken_twice() -> Messy:
    good = (
        "Verein;Vorsitzende/r;Handy;Straße + Hausnr.;Stadtbezirk;Mitglied seit;Herkunftsland\n"
        "Nähstube Wolkenfaden;Frau Zöhre Güler;0177 4710181;Spulengasse 11;Brückenau;2019;TR\n"
        "Naehstube Silberfaden;;;Spulengasse 9;Brückenau;;\n"
        "Förderkreis Übersetzer für Bürger;Jörg Groß;0177 4710182;Königsallee 5;Altstadt;1.5.2021;\n"
    )
    return Messy(
        "Kopie von Kopie.csv",
        good.encode("utf-8").decode("cp1252").encode("utf-8"),
        {"": ["name", "person", "phone", "street", "district", "member", "never"]},
        {("", 2): f"changes:{SEWING}", ("", 3): "waits", ("", 4): "new"},
        {
            ("", 4): {"name": "Förderkreis Übersetzer für Bürger", "street": "Königsallee 5", "standing": "member"},
            ("", 2): {"standing": "member"},
            ("", 3): {"standing": ""},
        },
    )


def xlsx_with_colours_and_merged_cells() -> Messy:
    book = Workbook()
    sheet = book.active
    sheet.title = "Verteiler"
    sheet.append(["MSO-Verteiler KI"])
    sheet.merge_cells("A1:F1")
    sheet.append([])
    sheet.append(["Name", "Ansprechpartner/in", "Telefon", "Email", "Adresse", "Letzter Kontakt"])
    rows = [
        (LANTERNS, "Selin Aydar", "0221 4710-158", "selin@laternen.example", "Lampenhof 2, 99003 Musterfeld",
         date(2026, 5, 4)),
        (None, "Deniz Aydar", "0221 4710-159", "deniz@laternen.example", None, None),
        ("Tanzhaus Mohnblüte", "Ioanna Pappa", "0221 4710-190", "info@mohnbluete.example",
         "Mühlgasse 3, 99001 Musterfeld", date(2026, 6, 1)),
        ("Schachklub Turm und Springer", None, "0221 4710-191", None, "Mühlgasse 8, 99001 Musterfeld", None),
        ("Chor Kieselstein", "Nuno Alves", "0221 4710-163", None, None, None),
    ]  # fmt: skip
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A4:A5")
    sheet.merge_cells("E4:E5")
    for number, colour in ((4, GREEN), (6, GREEN), (7, YELLOW), (8, RED)):
        for cell in sheet[number]:
            cell.fill = PatternFill("solid", fgColor=colour)
    sheet.row_dimensions[7].hidden = True
    legend = book.create_sheet("Legende")
    for colour, text in ((GREEN, "Mitglied im Netzwerk"), (YELLOW, "Gast"), (RED, "aufgelöst")):
        legend.append([text])
        legend.cell(legend.max_row, 1).fill = PatternFill("solid", fgColor=colour)
    return Messy(
        "Verteiler.xlsx",
        _saved(book),
        {"Verteiler": ["name", "person", "phone", "mail", "address", "last_contact"]},
        {
            ("Verteiler", 4): f"changes:{LANTERNS}",
            ("Verteiler", 5): "on:4",
            ("Verteiler", 6): "new",
            ("Verteiler", 7): "new",
            ("Verteiler", 8): "waits",
        },
        {
            ("Verteiler", 5): {"name": LANTERNS, "mails": ("deniz@laternen.example",)},
            ("Verteiler", 6): {"standing": "member", "last_contact": date(2026, 6, 1), "postcode": "99001"},
            ("Verteiler", 7): {"standing": "guest"},
            ("Verteiler", 8): {"standing": "ended"},
        },
    )


def xlsx_with_several_sheets() -> Messy:
    book = Workbook()
    first = book.active
    first.title = "Altstadt"
    first.append(["Telefon", "Gruppe", "Ansprechperson", "Status"])
    first.append(["0221 4710-170", BOWLING, "Jana Petrović", "Mitglied"])
    first.append(["0221 4710-172", "Interkultureller Garten Grüne Gasse", "Malte Abendroth", "aktiv"])
    second = book.create_sheet("Nordhafen")
    second.append(["Liste Nordhafen", None, None])
    second.append(["Kontakt", "Verein", "Schwerpunkt"])
    second.append(["Hülya Tan, Tel. 0221 4710-144, kontakt@frauenrunde.example", WOMEN, "Frauen"])
    second.append(["Yusuf Demir, 0221 4710-145", "Boxgemeinschaft Blauer Gürtel", "Sport"])
    archive = book.create_sheet("Archiv")
    archive.append(["Verein", "Telefon"])
    archive.append(["Alter Verein", "0221 4710-100"])
    archive.sheet_state = "hidden"
    return Messy(
        "nach_Stadtteilen.xlsx",
        _saved(book),
        {"Altstadt": ["phone", "name", "person", "status"], "Nordhafen": ["contact", "name", "field"]},
        {
            ("Altstadt", 2): f"changes:{BOWLING}",
            ("Altstadt", 3): "new",
            ("Nordhafen", 3): f"changes:{WOMEN}",
            ("Nordhafen", 4): "new",
        },
        {
            ("Altstadt", 2): {"standing": "member"},
            ("Altstadt", 3): {"standing": ""},
            ("Nordhafen", 4): {"phones": ("0221 4710-145",)},
        },
    )


def ods_with_day_cells() -> Messy:
    rows = [
        ["Migrantenorganisationen", "", "", "", "", ""],
        ["Bezeichnung", "Vereinsregister", "Tätigkeitsbereich", "Ort/Stadtteil", "Homepage", "zuletzt Kontakt"],
        [LANTERNS, "VR 99121", "Kultur", "Altstadt", "https://laternen.example", date(2026, 1, 15)],
        ["Sieben Laternen Kultur", "VR 99121", "Kultur", "Altstadt", "", ""],
        ["Filmklub Lichtspalt", "VR 99502", "Kultur", "Lerchenfeld", "lichtspalt.example", date(2025, 11, 30)],
    ]
    return Messy(
        "Organisationen.ods",
        ods({"Tabelle1": rows}),
        {"Tabelle1": ["name", "register_number", "field", "district", "website", "last_contact"]},
        {
            ("Tabelle1", 3): f"changes:{LANTERNS}",
            ("Tabelle1", 4): "waits",
            ("Tabelle1", 5): "new",
        },
        {
            ("Tabelle1", 3): {"last_contact": date(2026, 1, 15)},
            ("Tabelle1", 5): {"website": "https://lichtspalt.example"},
        },
    )


def xls_with_serial_days() -> Messy:
    book = xlwt.Workbook()
    sheet = book.add_sheet("MSO")
    rows = [
        ["Nr", "MSO", "Vor- und Nachname", "Telefon privat", "Mail", "Postleitzahl", "Kontakt am", "Religion"],
        [1, SEWING, "Zöhre Güler", "0177 4710181", "", 99002, 46054, "x"],
        [2, "Musikschule Klangfaden e.V.", "Pavlo Hrytsenko", 2214710166, "musik@klangfaden.example", 99001, 45992, ""],
        [3, "Jugendtreff Papierboot", "Ayşe Kaya", "0221 4710-150", "papierboot@example.org", 99004, "", ""],
    ]
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(at + 2, column + 1, value)
    out = io.BytesIO()
    book.save(out)
    return Messy(
        "alt.xls",
        out.getvalue(),
        {"MSO": [None, "name", "person", "phone", "mail", "postcode", "last_contact", "never"]},
        {("MSO", 4): f"changes:{SEWING}", ("MSO", 5): "new", ("MSO", 6): f"same:{YOUTH}"},
        {("MSO", 4): {"last_contact": date(2026, 2, 1)}, ("MSO", 5): {"last_contact": date(2025, 12, 1)}},
    )


def csv_without_headings() -> Messy:
    lines = [
        "Kulturverein Sieben Laternen e.V.|selin@laternen.example|0221 4710-158|Lampenhof 2|99003|Altstadt",
        "Verein Brückenschlag|mail@brueckenschlag.example|0221 4710-115|Turmstraße 8|99002|Brückenau",
        "Lernhilfe Sonnenblume|info@sonnenblume.example|0221 4710-116|Turmstr. 10|99002|Brückenau",
        "Seniorentreff Abendstern|kontakt@abendstern.example|0221 4710-117|Gartenweg 1|99005|Weberviertel",
    ]
    return Messy(
        "ohne_Kopf.csv",
        "\n".join(lines).encode(),
        {"": ["name", "mail", "phone", "street", "postcode", "district"]},
        {("", 1): f"changes:{LANTERNS}", ("", 2): "new", ("", 3): "new", ("", 4): "new"},
        {("", 2): {"street": "Turmstraße 8", "district": "Brückenau"}},
    )


def xlsx_printed_in_pages() -> Messy:
    book = Workbook()
    sheet = book.active
    sheet.title = "Gesamtliste"
    head = ["Institution", "Leitung", "Fon", "Fax", "E-Mail", "Stand"]
    sheet.append(["Gesamtliste aller Vereine und Gruppen (intern)"])
    sheet.append(head)
    sheet.append(["Sportvereine"])
    sheet.append([BOWLING, "Jana Petrović", "0221 4710-170", "0221 4710-171", "kegel@morgenstern.example", "Mitglied"])
    sheet.append(["FC Kopfsteinpflaster", "Amadou Ba", "0221 4710-173", None, None, "inaktiv"])
    sheet.append(head)
    sheet.append(["Bildung"])
    sheet.append(["Lernhaus Rote Tür", "Mira Novak", "0221 4710-174", None, '=CONCATENATE("a","b")', "Mitglied"])
    sheet.append(["FC Kopfsteinpflaster", "Amadou Ba", "0221 4710-173", None, None, "inaktiv"])
    sheet.append(["Summe: 4"])
    return Messy(
        "Gesamtliste.xlsx",
        _saved(book),
        {"Gesamtliste": ["name", "person", "phone", None, "mail", "status"]},
        {
            ("Gesamtliste", 3): "waits",
            ("Gesamtliste", 4): f"changes:{BOWLING}",
            ("Gesamtliste", 5): "new",
            ("Gesamtliste", 6): "rejected:row.heading_again",
            ("Gesamtliste", 7): "waits",
            ("Gesamtliste", 8): "new",
            ("Gesamtliste", 9): "twice:5",
            ("Gesamtliste", 10): "rejected:row.total",
        },
        {("Gesamtliste", 5): {"standing": "resting"}, ("Gesamtliste", 8): {"standing": "member", "mails": ()}},
    )


def csv_from_dos() -> Messy:
    text = (
        "Verein oder Gruppe;Anschrift;Kontaktdaten;Gründungsjahr;Netzwerk (ja/nein)\r\n"
        "Küchenkollektiv Süßholz;Gärtnerstraße 7, 99004 Musterfeld;Öznur Yıldız, 0221 4710-120;2015;ja\r\n"
        "Frauenrunde Nordhafen;Hafenallee 3, 99004 Musterfeld;Hülya Tan, 0221 4710-144;2001;nein\r\n"
        "Männerchor Größenwahn e. V.;;Tel. 0221 4710-121;1987;ja\r\n"
    )
    return Messy(
        "VEREINE.CSV",
        text.encode("cp850", errors="replace"),
        {"": ["name", "address", "contact", "founded", "member"]},
        {("", 2): "new", ("", 3): f"changes:{WOMEN}", ("", 4): "new"},
        {
            ("", 2): {"street": "Gärtnerstraße 7", "postcode": "99004", "founded": "2015", "standing": "member"},
            ("", 3): {"standing": ""},
            ("", 4): {"name": "Männerchor Größenwahn e. V.", "phones": ("0221 4710-121",)},
        },
    )


def xlsx_with_groups_of_headings() -> Messy:
    book = Workbook()
    sheet = book.active
    sheet.title = "2026"
    sheet.append(["Organisation", None, "Ansprechperson 1", None, None, "Ansprechperson 2", None, "Sitz"])
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("C1:E1")
    sheet.merge_cells("F1:G1")
    sheet.append(["Name", "VR-Nr.", "Vorname", "Nachname", "E-Mail", "Name", "Telefon", "PLZ", "Mitglied?"])
    sheet.append([CRANES, "VR 99310", "Samira", "Haddad", "samira@kranich.example", "Tom Okafor", "0221 4710-161",
                  99005, "x"])  # fmt: skip
    sheet.append(["Radwerkstatt Speiche", None, "Lina", "Moreau", "lina@speiche.example", None, None, 99003, "x"])
    sheet.append(["Weltladen Muskatnuss", None, "Paul", "Njoroge", "paul@muskat.example", None, None, 99003, None])
    for cell in sheet[5]:
        cell.font = Font(strike=True)
    sheet.append([CRANES, "VR 99777", None, None, None, None, None, 99001, None])
    return Messy(
        "Kontakte_neu.xlsx",
        _saved(book),
        {
            "2026": [
                "name",
                "register_number",
                "first_name",
                "last_name",
                "mail",
                "person",
                "phone",
                "postcode",
                "member",
            ]
        },
        {
            ("2026", 3): f"changes:{CRANES}",
            ("2026", 4): "new",
            ("2026", 5): "new",
            ("2026", 6): "waits",
        },
        {
            ("2026", 3): {"people": ("Samira Haddad", "Tom Okafor"), "standing": "member"},
            ("2026", 4): {"people": ("Lina Moreau",), "standing": "member"},
            ("2026", 5): {"standing": ""},
        },
    )


FILES: Sequence[Callable[[], Messy]] = (
    csv_in_windows_1252,
    csv_utf8_with_bom,
    text_in_utf16,
    csv_broken_twice,
    xlsx_with_colours_and_merged_cells,
    xlsx_with_several_sheets,
    ods_with_day_cells,
    xls_with_serial_days,
    csv_without_headings,
    xlsx_printed_in_pages,
    csv_from_dos,
    xlsx_with_groups_of_headings,
)


def ods(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """A spreadsheet in OpenDocument, as small as it can be."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join("<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", kind)
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def _ods_cell(value: object) -> str:
    if value == "":
        return "<table:table-cell/>"
    if isinstance(value, date):
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{value}">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
