"""From a messy list of 300 rows to released figures, and from a question of the council to the papers handed over.

In a city without a demo, served on a port of its own; the clerk works at a desk, the second person on a phone.
"""

import random
import threading
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from pypdfium2 import PdfDocument
from waitress import create_server

from admission import worker
from admission.city.actions import load_preset
from admission.ground.db import db, writing
from admission.people.models import Account
from admission.people.sessions import open_session
from admission.web.access import TOKEN
from tests import factories
from tests.journeys.test_doors import looks_at, presses

pytestmark = pytest.mark.journey
PRESET = Path(__file__).parents[2] / "presets" / "musterfeld" / "city.toml"
DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True, "color_scheme": "dark"}
STAFF = {
    "Jorinde Falk": ("caseworker",), "Ilse Brandt-Mokri": ("caseworker",), "Tarik Sommerfeld": ("approver",),
    "Renate Vogelsang": ("council",), "Udo Kranich": ("secretariat",),
}  # fmt: skip
KNOWN, AGAIN, NAMELESS, ALIKE = 280, 9, 5, 6
"""Rows that each name another organisation; that repeat one word for word; without a name; that may mean another."""
SYLLABLES = [
    "ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu", "scha", "bre", "kli",
    "dro", "flu",
]  # fmt: skip
QUESTIONS = (
    "Wie wurde die Zahl von etwa 70 MSO ermittelt, und wie wird sie aktuell gehalten?",
    "Nach welchen Maßstäben, Kriterien und Verfahren wird in das Netzwerk aufgenommen?",
    "Besucht und berät das Kommunale Integrationszentrum die Organisationen regelmäßig?",
)

Opens = Callable[..., Page]


@pytest.fixture
def address(sqlite_app: Flask) -> Iterator[str]:
    """A city with a rulebook and its people, and nothing in its register."""
    factories.publish()
    writing()
    load_preset(PRESET)
    db.session.commit()
    server = create_server(sqlite_app, host="127.0.0.1", port=0, threads=4)
    sqlite_app.config["BASE_URL"] = f"http://localhost:{server.effective_port}"
    threading.Thread(target=server.run, daemon=True).start()
    yield sqlite_app.config["BASE_URL"]
    server.close()


@pytest.fixture
def opens(sqlite_app: Flask, chromium: Browser, address: str) -> Iterator[Opens]:
    """Opens a browser for somebody of the staff, or for nobody in particular."""
    found: dict[str | None, BrowserContext] = {}

    def browser(name: str | None, **looks: object) -> Page:
        found[name] = chromium.new_context(base_url=address, **(looks or DESK))  # type: ignore[arg-type]
        if name is not None:
            account = factories.account(None, *STAFF[name])
            writing()
            db.session.get_one(Account, account).name = name
            token = open_session(account, "test")
            db.session.commit()
            serializer = sqlite_app.session_interface.get_signing_serializer(sqlite_app)  # type: ignore[attr-defined]
            cookie = {"name": sqlite_app.config["SESSION_COOKIE_NAME"], "value": serializer.dumps({TOKEN: token})}
            found[name].add_cookies([{**cookie, "url": address}])  # type: ignore[typeddict-item]
        page = found[name].new_page()
        page.set_default_timeout(8_000)
        return page

    yield browser
    for context in found.values():
        context.close()


def messy_list() -> bytes:
    """300 rows as an office keeps them: title rows, Windows-1252, two phones in a cell, dates in three styles."""
    chance = random.Random(300)
    kinds = ("e.V.", "e. V.", "", "(Initiative)")
    names: list[str] = []
    while len(names) < KNOWN:
        word = "".join(chance.sample(SYLLABLES, 5)).capitalize()
        if not get_close_matches(word, names, 1, 0.7):
            names.append(word)
    rows = []
    for at, name in enumerate(names):
        phones = f"0221 4{at:03d}-1" + (f" / 0177 9{at:05d}" if at % 7 == 0 else "")
        person = f"{chance.choice(('Ana', 'Emre', 'Olena', 'Samuel'))} {name[::-1].capitalize()}" if at % 3 == 0 else ""
        mail = f"kontakt@{name.lower()}.example" if at % 2 else ""
        day = (f"{at % 28 + 1}.9.2026", f"2026-02-{at % 28 + 1:02d}", f"03/{2020 + at % 6}", "")[at % 4]
        rows.append([f"{name} {kinds[at % 4]}".strip(), person, phones, mail, "99003 Musterfeld", day, "türkisch", ""])
    again = [list(row) for row in rows[10 : 10 + AGAIN]]
    nameless = [["", "", f"0221 999-{at}", "", "", "", "", "?"] for at in range(NAMELESS)]
    alike = [[f"KV {row[0][:4]}", "", row[2].split(" / ")[0], "", "", "", "", "gleiche Nummer"] for row in rows[40:46]]
    everything = rows + again + nameless + alike
    assert len(everything) == 300
    lines = ["Netzwerk der Migrantenselbstorganisationen;;;;;;;", "Stand: 12.03.2026 (wird fortgeführt);;;;;;;", ""]
    lines += ["Vereinsname;Ansprechp.;Tel./Mobil;E-Mail;PLZ Ort;letzter Kontakt;Nationalität;Bemerkungen"]
    return "\r\n".join(lines + [";".join(row) for row in everything]).encode("cp1252")


def settles(page: Page) -> None:
    """Look at the first pair: the same telephone means the same organisation, names that look alike do not."""
    pair = page.locator("main form", has=page.locator('button[value="gleich"]')).first
    same = "gleiche Telefonnummer" in pair.inner_text()
    with page.expect_navigation():
        pair.locator(f'button[value="{"gleich" if same else "zwei"}"]').click()


def count_of(page: Page, words: str) -> int:
    """A number above the list of rows, by the words below it."""
    return int(page.locator(".app-counts a", has_text=words).locator("b").inner_text())


def test_from_a_messy_list_to_released_figures(opens: Opens, tmp_path: Path) -> None:
    file = tmp_path / "Netzwerkliste_2026.csv"
    file.write_bytes(messy_list())
    clerk = opens("Jorinde Falk")
    clerk.goto("/buero")
    looks_at(clerk, "Von der Liste zur Zahl")
    clerk.goto("/buero/verzeichnis/listen")
    clerk.locator("main [type=file]").set_input_files(file)
    with clerk.expect_navigation():
        presses(clerk, "Liste hochladen")
    worker.lists()
    clerk.reload()
    looks_at(clerk, file.name)
    assert count_of(clerk, "Zeilen") == 300
    assert "Nationalität" in clerk.locator("main").inner_text()

    with clerk.expect_navigation():
        presses(clerk, "Zuordnung bestätigen")
    worker.lists()
    clerk.reload()
    assert count_of(clerk, "zurückgewiesen") == NAMELESS
    settled = 0
    while clerk.locator('main button[value="gleich"]').count():
        settles(clerk)
        worker.lists()
        clerk.reload()
        settled += 1
    assert settled >= ALIKE
    with clerk.expect_navigation():
        clerk.get_by_role("button", name="Zeilen übernehmen").click()
    worker.lists()
    worker.count()
    clerk.reload()
    looks_at(clerk, file.name)

    clerk.get_by_role("link", name="Wer informiert ist").click()
    looks_at(clerk, "Wen wir informiert haben und wen noch nicht")
    with clerk.expect_navigation():
        clerk.get_by_role("button", name="E-Mails senden").click()
    clerk.goto("/buero/verzeichnis/adressen")
    looks_at(clerk, "Adressen ohne Grundlage")
    for box in clerk.locator("main [type=checkbox]").all()[:4]:
        box.check()
    with clerk.expect_navigation():
        presses(clerk, "Diese sind veröffentlicht")
    clerk.goto("/buero/verzeichnis/bestaetigung")
    looks_at(clerk, "Jährliche Bestätigung")
    with clerk.expect_navigation():
        presses(clerk, "Diese zuerst fragen")
    assert clerk.locator("main [role=alert]").count() == 0

    clerk.goto("/buero/zahlen")
    with clerk.expect_navigation():
        presses(clerk, "Diese Zahlen vorschlagen")
    public = opens(None, **PHONE)
    public.goto("/zahlen")
    assert str(KNOWN) not in public.locator("main").inner_text()
    head = opens("Tarik Sommerfeld", **PHONE)
    head.goto("/buero/zahlen")
    with head.expect_navigation():
        presses(head, "Zahlen freigeben")
    public.goto("/zahlen")
    looks_at(public, "Wie viele Organisationen sind es?")
    assert str(KNOWN) in public.locator("main").inner_text()
    clerk.goto("/buero")
    clerk.goto("/buero/erste-schritte")
    looks_at(clerk, "Von der Liste zur Zahl")


def test_the_three_questions_are_answered_and_handed_over(opens: Opens, tmp_path: Path) -> None:
    member, secretary = opens("Renate Vogelsang", **PHONE), opens("Udo Kranich")
    clerk, second, head = opens("Jorinde Falk"), opens("Ilse Brandt-Mokri"), opens("Tarik Sommerfeld", **PHONE)
    member.goto("/rat/anfragen/neu")
    member.locator('[name="title"]').fill("Zahl, Aufnahme und Besuche")
    member.locator('[name="question"]').fill("\n".join(f"{at}. {one}" for at, one in enumerate(QUESTIONS, start=1)))
    member.locator('[name="session_on"]').fill("3.12.2026")
    member.locator('[name="due_on"]').fill("27.11.2026")
    with member.expect_navigation():
        presses(member, "Anfrage festhalten")
    asked = member.url.rpartition("/")[2]
    secretary.goto(f"/rat/anfragen/{asked}")
    secretary.locator('[name="paper_number"]').fill("0118/2025-2030")
    with secretary.expect_navigation():
        presses(secretary, "Anfrage einreichen")

    clerk.goto(f"/buero/anfragen/{asked}")
    clerk.locator('[name="parts"]').fill("\n\n".join(QUESTIONS))
    with clerk.expect_navigation():
        presses(clerk, "Zerlegen und Entwurf beginnen")
    looks_at(clerk, "Anfrage „Zahl, Aufnahme und Besuche“")
    with clerk.expect_navigation():
        presses(clerk, "Zur Mitzeichnung geben")
    second.goto(f"/buero/anfragen/{asked}")
    with second.expect_navigation():
        presses(second, "Fassung 1 mitzeichnen")
    head.goto(f"/buero/anfragen/{asked}")
    with head.expect_navigation():
        presses(head, "Fassung 1 freigeben")
    worker.print_answers()

    member.goto(f"/rat/anfragen/{asked}")
    member.get_by_role("link", name="Antwort lesen").click()
    looks_at(member, "Beantwortung der Anfrage „Zahl, Aufnahme und Besuche“")
    for words, ending in (("PDF", ".pdf"), ("DOCX", ".docx"), ("Zahlen als CSV", ".csv"), ("OParl", "-oparl.json")):
        with member.expect_download() as taken:
            member.get_by_role("link", name=words).first.click()
        assert taken.value.suggested_filename == f"antwort-0118-2025-2030-fassung-1{ending}"
        taken.value.save_as(tmp_path / f"antwort{ending}")
    paper = PdfDocument(tmp_path / "antwort.pdf")
    words = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in paper).split())
    for question in QUESTIONS:
        assert question in words
