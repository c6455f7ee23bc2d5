"""Whole ways of an organisation through its desk, on both databases; the office acts by the engine."""

from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import select

from admission.cases import queries
from admission.cases.models import Deadline
from admission.completeness.queries import last_request
from admission.decisions.models import Notice
from admission.ground import clock
from admission.ground.db import db
from admission.hearing.models import Point
from admission.log.verifier import verify
from tests import factories
from tests.office import Office
from tests.web.applicant.desk import Applicant, carried, case_of, pdf
from tests.web.browser import Browser, page, title

TWO_DAYS = [
    {"on": "2026-06-06", "what": "Sommerfest", "where": "here"},
    {"on": "2026-02-14", "what": "Lesenachmittag", "where": "here"},
]


@pytest.fixture(autouse=True)
def a_day():
    with clock.at(factories.DAY):
        yield


@pytest.fixture
def office(app) -> Office:
    app.test_client_class = Browser
    return Office()


@pytest.fixture
def selin(app, office) -> Applicant:
    return Applicant(app.test_client(), office.applicant)


def photo() -> tuple[BytesIO, str]:
    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return BytesIO(out.getvalue()), "../../Regeln\u202e.exe"


def number_of(case_id: UUID) -> str:
    return case_of(case_id).number


def letter_of(case_id: UUID, letter: str) -> Notice:
    db.session.rollback()
    return db.session.scalars(select(Notice).where(Notice.case_id == case_id, Notice.letter == letter)).one()


def test_from_the_draft_to_the_opened_notice(selin, office):
    draft = factories.draft(office.book, office.applicant, **{"later.K04": None})
    home = f"/antrag/entwurf/{draft}"
    assert "7 von 8 Abschnitten" in page(selin.opens(home))
    assert "sobald diese Abschnitte erledigt sind" in page(selin.opens(home + "/pruefen"))
    upload = f"{home}/unterlagen/K04"
    files = [photo(), pdf("kaputt.pdf", b"%PDF-1.7 halb"), pdf("Tabelle.pdf", b"PK\x03\x04 kein PDF")]
    answer = selin.fills(home + "/unterlagen", {"kind": "regeln", "files": files}, to=upload)
    assert answer.status_code == 422
    assert "kaputt: Die Datei lässt sich nicht öffnen" in page(answer)
    (kept,) = queries.documents(db.session(), draft)
    assert queries.document_name(kept) == "Regeln.jpg"
    shown = selin.opens(f"{home}/unterlagen/{kept.id}")
    assert shown.headers["Content-Disposition"] == "attachment; filename=Regeln.jpg"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"].startswith("sandbox")
    assert "8 von 8 Abschnitten" in page(selin.opens(home))

    answer = selin.fills(home + "/pruefen", {"name": " "})
    assert answer.status_code == 422 and "Vor- und Nachnamen" in page(answer)
    answer = selin.fills(home + "/pruefen", {"name": "Selin Aydar"})
    number = number_of(draft)
    assert answer.location == f"/antrag/{number}/eingegangen"
    assert number in page(selin.opens(answer.location))
    assert selin.opens(home).location == f"/antrag/{number}"
    assert "Ihr Antrag ist eingegangen" in page(selin.opens(f"/antrag/{number}"))

    for person, role in ((office.clerk, "caseworker"), (office.head, "approver")):
        office.declares(draft, person, role)
    office.steps(draft, "acknowledge")
    office.finds_missing(draft, K04="Bitte reichen Sie die Seite mit dem Austritt nach.")
    ask = f"/antrag/{number}/nachforderung"
    assert "Bitte reichen Sie die Seite" in page(selin.opens(ask))
    assert selin.fills(ask).status_code == 422
    due = db.session.scalar(select(Deadline.due_on).where(Deadline.case_id == draft, Deadline.kind == "supplement"))
    shown = selin.opens(ask)
    assert f'formaction="/antrag/{number}/frist/supplement"' in shown.get_data(as_text=True)
    longer = selin.sends(f"/antrag/{number}/frist/supplement", carried(shown, ask) | {"text_K04": "Halb fertig"})
    assert longer.status_code == 200 and "Halb fertig" in longer.get_data(as_text=True)
    assert "verlängern" not in page(selin.opens(ask))
    later = db.session.scalar(select(Deadline.due_on).where(Deadline.case_id == draft, Deadline.kind == "supplement"))
    assert (later - due).days >= 28
    selin.fills(ask, {"text_K04": "Kommt gleich.", "danach": "pause"})
    assert [row.answer for row in last_request(db.session(), draft)] == ["Kommt gleich."]
    assert "Kommt gleich." in page(selin.opens(ask))
    answer = selin.fills(ask, {"text_K04": "Liegt bei.", "kind_K04": "regeln", "files_K04": [pdf("Regeln.pdf")]})
    assert answer.location == f"/antrag/{number}"
    assert case_of(draft).state == "completeness"
    assert len(queries.documents(db.session(), draft)) == 2

    office.finds_complete(draft)
    office.assesses(draft)
    office.proposes(draft, "admit")
    office.signs(draft)
    status = page(selin.opens(f"/antrag/{number}"))
    assert "Ihr Bescheid liegt bereit" in status and "aufgenommen" not in status
    assert "aufgenommen" not in page(selin.opens("/antrag"))
    notice = f"/antrag/{number}/bescheide/{letter_of(draft, 'admission').id}"
    assert "nehmen" not in page(selin.opens(notice))
    answer = selin.fills(notice)
    assert answer.location == notice
    opened = page(selin.opens(notice))
    assert "mit Wirkung vom 24. November 2026 in das Netzwerk auf" in opened
    assert "Sie sind aufgenommen" in page(selin.opens(f"/antrag/{number}"))
    assert letter_of(draft, "admission").given_on.isoformat() == "2026-11-25"
    assert verify(db.session).faults == ()


def test_a_statement_point_by_point(selin, office):
    case_id = office.receives(seat_postcode="12345", activities=TWO_DAYS)
    number = number_of(case_id)
    office.finds_complete(case_id)
    office.assesses(case_id, K01="not_met", K07="not_met")
    office.proposes(case_id, "refuse")
    office.opens_hearing(case_id)
    path = f"/antrag/{number}/anhoerung"
    assert selin.opens(path).location == f"/antrag/{number}"  # first the letter is opened
    assert "Es fehlt der Nachweis." not in page(selin.opens(f"/antrag/{number}"))
    notice = f"/antrag/{number}/bescheide/{letter_of(case_id, 'hearing').id}"
    selin.fills(notice)
    assert title(selin.opens(path)) == "Was sagen Sie dazu?"
    shown = selin.opens(path)
    begun = carried(shown, path) | {"answer_K01": "different", "text_K01": "Am Wehr", "files_K01": [pdf("Wehr.pdf")]}
    longer = selin.sends(f"/antrag/{number}/frist/hearing", begun)
    assert "Am Wehr" in longer.get_data(as_text=True) and "Wehr.pdf" in page(longer)
    assert "verlängern" not in page(longer)
    assert carried(longer, path)["command"] != begun["command"]
    answer = selin.fills(path, {"answer_K01": "different", "text_K01": " ", "more": "Danke"})
    assert answer.status_code == 422
    assert "was anders ist" in page(answer) and "„Das stimmt so“ ist auch eine Antwort" in page(answer)
    assert "Danke" in page(answer)
    given = {"answer_K01": "different", "text_K01": "Wir treffen uns am Wehr.", "answer_K07": "agreed"}
    assert selin.fills(path, given).location == f"/antrag/{number}"
    db.session.rollback()
    says = {point.criterion: point.says for point in db.session.scalars(select(Point))}
    assert says == {"K01": "Das ist anders. Wir treffen uns am Wehr.", "K07": "Das stimmt so."}
    assert "Ihre Stellungnahme ist am" in page(selin.opens(path))
    assert verify(db.session).faults == ()


def test_withdrawn_twice_is_withdrawn_once(selin, office):
    case_id = office.receives()
    path = f"/antrag/{number_of(case_id)}/zurueckziehen"
    shown = selin.opens(path)
    entered = carried(shown, path) | {"reason": "Wir haben uns anders entschieden."}
    assert selin.sends(path, entered).status_code == 303
    assert selin.sends(path, entered).status_code == 303
    assert case_of(case_id).state == "withdrawn"
    assert "Sie haben den Antrag zurückgezogen" in page(selin.opens(f"/antrag/{number_of(case_id)}"))


def test_without_consent_a_notice_comes_by_post(selin, office):
    case_id = office.receives(portal_consent=False)
    number = number_of(case_id)
    office.finds_complete(case_id)
    office.assesses(case_id)
    office.proposes(case_id, "admit")
    office.signs(case_id)
    letter = letter_of(case_id, "admission")
    path = f"/antrag/{number}/bescheide/{letter.id}"
    assert "kommt mit der Post" in page(selin.opens(path))
    assert selin.sends(path, {"command": "6a4b7c1e-0000-4000-8000-000000000001", "seen": "7"}).location == path
    assert letter_of(case_id, "admission").given_on is None
    assert "nehmen" not in page(selin.opens(path))
