"""From the list to the figure: each step says what is done, what waits, and for whom."""

import re

import pytest
from sqlalchemy import select

from admission.casework.list_work import work_on_lists
from admission.confirmation import actions as confirmation
from admission.confirmation.rules import Reach
from admission.ground import clock
from admission.ground.db import db, writing
from admission.lists import actions as lists
from admission.lists import queries
from admission.organisations.models import Organisation
from admission.register import informing, releases
from admission.register.sets import rules_of
from tests.web.browser import page, title
from tests.web.office.test_counted import INBOX_MOST, counted, receives

LIST = """Verein;Vorsitz;E-Mail;Register
Chor der Hafenlichter e. V.;Nuno Alves;nuno@hafen.example;VR 99001
Hafenlichter-Chor;;info@hafenlichter.example;VR 99001
Nähkreis Rotkehlchen;Mira Novak;mira@rotkehlchen.example;
;;ohne@name.example;
"""


@pytest.fixture
def uploaded(desk):
    """A list that the worker has read, with its columns confirmed."""
    writing()
    kept = lists.receive(db.session(), "liste.csv", LIST.encode(), clock.today(), by=desk.office.clerk)
    db.session.commit()
    work_on_lists(db.session())
    writing()
    lists.map_columns(db.session(), lists.lock(db.session(), kept.id), {}, {}, desk.office.clerk)
    db.session.commit()
    work_on_lists(db.session())
    return kept.id


def steps(desk):
    """Title of each step -> (its state in a word, what it says)."""
    shown = desk.clerk.opens("/erste-schritte").get_data(as_text=True).replace("\N{NO-BREAK SPACE}", " ")
    rows = [row.partition("</ol>")[0] for row in shown.split('<span class="n" aria-hidden="true">')[1:]]
    words = [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "|", row)) for row in rows]
    told = [[word.strip() for word in row.split("|") if word.strip()] for row in words]
    return {row[2]: (row[3], " ".join(row[4:])) for row in told}


def leads_to(desk):
    """Addresses of the lists that the steps lead to; the index of all apart."""
    shown = desk.clerk.opens("/erste-schritte").get_data(as_text=True)
    return set(re.findall(r'href="(/buero/verzeichnis/listen/[^"]+)"', shown))


def takes_over(desk, list_id):
    writing()
    lists.ask_to_take(db.session(), lists.lock(db.session(), list_id), by=desk.office.clerk, role="caseworker")
    db.session.commit()
    work_on_lists(db.session())


def test_an_office_without_applications_begins_with_the_steps(desk):
    shown = desk.clerk.opens()
    assert title(shown) == "Von der Liste zur Zahl"
    assert "Neue Anträge erscheinen hier, sobald sie eingereicht sind." in page(shown)
    assert [state for state, _ in steps(desk).values()] == ["offen", *["noch nicht"] * 4]

    receives(desk, 1)
    assert title(desk.clerk.opens()).startswith("Eingang")
    assert "Die Zahlen sind noch nicht freigegeben." in page(desk.clerk.opens())


def test_the_pointer_goes_with_the_first_release_and_the_page_stays(desk):
    receives(desk, 1)
    writing()
    proposed = releases.propose(db.session(), by=desk.office.clerk)
    db.session.commit()
    assert "Sie haben die Zahlen vorgeschlagen." in steps(desk)["Zahlen freigeben"][1]
    writing()
    rules = rules_of(desk.office.book.register)
    releases.confirm(db.session(), proposed.id, rules, by=desk.office.head, role="approver")
    db.session.commit()

    assert "noch nicht freigegeben" not in page(desk.clerk.opens())
    assert 'href="/buero/erste-schritte"' in desk.clerk.opens().get_data(as_text=True)
    assert steps(desk)["Zahlen freigeben"][0] == "freigegeben"


def test_the_steps_count_what_waits_in_all_lists(desk, uploaded):
    counts = queries.counts(db.session(), uploaded)
    before = steps(desk)
    assert (counts["open"], counts["ready"]) == (1, 2)
    assert before["Liste hochladen"][0] == "2 Zeilen bereit"
    assert before["Dubletten klären"][0] == "1 offen"
    assert "1 Zeile wartet auf Sie." in before["Dubletten klären"][1]
    assert leads_to(desk) == {f"/buero/verzeichnis/listen/{uploaded}"}

    takes_over(desk, uploaded)
    after = steps(desk)
    told = informing.people(db.session(), uploaded)
    assert after["Liste hochladen"][0] == "erledigt"
    assert len(told) == 2
    assert after["Festlegen, wer angeschrieben werden darf"][0] == "2 offen"
    assert f"/buero/verzeichnis/listen/{uploaded}/mitteilungen" in leads_to(desk)
    assert "4 Zeilen, davon 2 übernommen und 1 zurückgewiesen" in after["Liste hochladen"][1]
    assert "0 von 2 Organisationen dürfen angeschrieben werden" in after["Festlegen, wer angeschrieben werden darf"][1]
    assert "1 Zeile ist noch nicht entschieden" in after["Zahlen freigeben"][1]
    assert "Eine zweite Person wartet auf Ihren Vorschlag." in after["Zahlen freigeben"][1]


def test_whoever_agrees_may_be_written_to_and_is_reachable(desk, uploaded):
    takes_over(desk, uploaded)
    writing()
    one, other = informing.people(db.session(), uploaded)
    informing.tell(db.session(), [one, other], "mail", by=desk.office.clerk, role="caseworker")
    informing.agree(db.session(), one, "phone", by=desk.office.clerk, role="caseworker")
    db.session.commit()

    found = steps(desk)
    assert found["Festlegen, wer angeschrieben werden darf"][0] == "1 benachrichtigt"
    assert "1 von 2 Organisationen darf angeschrieben werden" in found["Festlegen, wer angeschrieben werden darf"][1]
    assert "1 von 2 Organisationen hat in den letzten 12 Monaten" in found["Angaben bestätigen lassen"][1]


def test_who_has_applied_may_be_written_to_and_who_was_asked_is_waited_for(desk, uploaded):
    takes_over(desk, uploaded)
    receives(desk, 1)
    writing()
    known = db.session.scalars(select(Organisation).order_by(Organisation.search_name)).all()
    round_ = confirmation.begin(db.session(), clock.today(), by=desk.office.clerk)
    aims = desk.office.book.register["confirmation"]
    confirmation.ask(db.session(), round_, {row.id: Reach("phone") for row in known[:2]}, aims, trial=True)
    db.session.commit()

    found = steps(desk)
    assert "1 von 3 Organisationen darf angeschrieben werden" in found["Festlegen, wer angeschrieben werden darf"][1]
    assert found["Angaben bestätigen lassen"][0] == "2 gefragt"
    assert "Sie warten auf 2 Organisationen, die gefragt wurden." in found["Angaben bestätigen lassen"][1]


def test_decided_rows_wait_for_nobody(desk, uploaded):
    writing()
    held = lists.lock(db.session(), uploaded)
    for row in queries.waiting(db.session(), uploaded):
        lists.decide(db.session(), held, row, "leave", by=desk.office.clerk)
    db.session.commit()
    assert steps(desk)["Dubletten klären"][0] == "erledigt"


def test_the_steps_take_as_few_statements_as_the_inbox_whatever_the_lists_hold(desk, uploaded):
    desk.clerk.opens()
    with counted() as few:
        desk.browser.get("/buero")
    takes_over(desk, uploaded)
    assert len(informing.people(db.session(), uploaded)) == 2
    desk.clerk.opens()
    with counted() as more:
        desk.browser.get("/buero")
    assert len(few) == len(more) <= INBOX_MOST, "\n\n".join(more)
