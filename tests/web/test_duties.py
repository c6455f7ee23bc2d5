"""The pages that a public body owes everybody."""

import pytest
from flask import render_template
from sqlalchemy import select

from admission.city.actions import change
from admission.ground import crypto
from admission.ground.db import db, writing
from admission.ground.mail import Mail, values_of
from tests.factories import account
from tests.installation import application, close
from tests.web.browser import Browser, page, title

PAGES = {
    "/impressum": "Impressum",
    "/datenschutz": "Datenschutz",
    "/barrierefreiheit": "Erklärung zur Barrierefreiheit",
    "/leichte-sprache": "Leichte Sprache",
    "/gebaerdensprache": "Deutsche Gebärdensprache",
    "/quelltext": "Quelltext und Lizenzen",
}


@pytest.mark.parametrize(("path", "heading"), PAGES.items())
def test_each_duty_is_a_page_linked_from_every_page(browser, path, heading):
    assert title(browser.get(path)) == heading
    assert f'href="{path}"' in browser.get("/nope").get_data(as_text=True)


SENT = {"what": "Der Knopf hat keinen Namen.", "where": "/antrag", "address": "anna@example.org"}


def test_a_barrier_is_reported_to_the_mailbox_of_the_office(browser):
    writing()
    change("mail", "mso@musterfeld.example", by=None)
    db.session.commit()

    answer = browser.post("/barrierefreiheit", data=SENT, follow_redirects=True)

    assert title(answer) == "Danke, Ihre Meldung ist angekommen"
    mail = db.session.scalars(select(Mail)).one()
    assert crypto.unseal_text(mail.address, "mail/address") == "mso@musterfeld.example"
    text = render_template(f"mail/{mail.template}.{mail.language}.txt", **values_of(mail))
    assert text.startswith("Subject: Eine Barriere wurde gemeldet\n")
    assert all(word in text for word in SENT.values())


def test_without_a_mailbox_each_person_in_charge_gets_the_report(browser):
    people = {account(None, "caseworker"), account(None, "caseworker")}
    account(None, "applicant")

    browser.post("/barrierefreiheit", data=SENT)

    assert set(db.session.scalars(select(Mail.recipient))) == people


def test_nobody_floods_the_office(templates, tmp_path):
    with templates.fresh("sqlite", tmp_path) as address:
        app = application(address, tmp_path, LIMIT_FLOODS=True)
        app.test_client_class = Browser
        answers = [app.test_client().post("/barrierefreiheit", data=SENT) for _ in range(21)]
        close(app)

    assert [answer.status_code for answer in answers] == [303] * 20 + [429]
    assert title(answers[-1]) == "Das war zu oft in kurzer Zeit"
    assert answers[-1].headers["Retry-After"]


def test_a_report_without_a_sentence_comes_back(browser):
    answer = browser.post("/barrierefreiheit", data={"what": " ", "where": "Startseite"})

    assert answer.status_code == 422
    assert "Beschreiben Sie in einem Satz, was nicht geklappt hat." in page(answer)
    assert 'value="Startseite"' in answer.get_data(as_text=True)
    assert answer.get_data(as_text=True).index("app-errors") < answer.get_data(as_text=True).index("<h1")


def test_the_statement_names_the_ombuds_office(browser):
    assert "ombudsstelle-barrierefreie-it@mags.nrw.de" in page(browser.get("/barrierefreiheit"))


def test_signs_of_life(browser):
    assert (browser.get("/healthz").json, browser.get("/readyz").json) == ({"status": "ok"}, {"status": "ok"})
