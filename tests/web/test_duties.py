"""The pages that a public body owes everybody."""

import pytest
from sqlalchemy import select

from admission.ground.db import db
from admission.ground.mail import Mail, values_of
from tests.web.browser import page, title

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


def test_a_barrier_is_reported_to_the_office_by_mail(browser):
    sent = {"what": "Der Knopf hat keinen Namen.", "where": "/antrag", "address": "anna@example.org"}

    answer = browser.post("/barrierefreiheit", data=sent, follow_redirects=True)

    assert title(answer) == "Danke, Ihre Meldung ist angekommen"
    mail = db.session.scalars(select(Mail)).one()
    assert (mail.template, mail.audience) == ("accessibility_feedback", "caseworker")
    assert values_of(mail) == sent


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
