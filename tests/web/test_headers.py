"""Headers of every answer."""

import pytest

from admission.web.access import access, signed_in
from tests.factories import account
from tests.installation import application, close
from tests.web.browser import Browser

PUBLIC = [
    "/impressum",
    "/datenschutz",
    "/barrierefreiheit",
    "/leichte-sprache",
    "/gebaerdensprache",
    "/quelltext",
    "/nope",
]


@pytest.mark.parametrize("path", [*PUBLIC, "/static/app.css", "/healthz"])
def test_every_answer_forbids_what_it_does_not_need(browser, path):
    headers = browser.get(path).headers

    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_set_no_cookie_and_look_up_no_session(browser, path):
    answer = browser.get(path)

    assert "Set-Cookie" not in answer.headers
    assert "Cookie" in answer.headers["Vary"]


def test_pages_behind_the_sign_in_are_never_kept(browser):
    browser.application.add_url_rule("/drinnen", view_func=signed_in(lambda: "Hallo"), endpoint="inside")

    answer = browser.signs_in(account(None, "caseworker")).get("/drinnen")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "Cookie" in answer.headers["Vary"]


def test_files_named_with_their_fingerprint_are_kept_for_a_year(browser):
    assert "immutable" in browser.get("/static/app.css?v=123").headers["Cache-Control"]
    assert browser.get("/static/app.css").headers["Cache-Control"] == "no-cache"


def test_a_secure_address_brings_secure_cookies_and_transport_security(templates, tmp_path):
    secure = {
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Host-session",
        "LANGUAGE_COOKIE_NAME": "__Host-sprache",
    }
    with templates.fresh("sqlite", tmp_path) as address:
        app = application(address, tmp_path, **secure)
        app.test_client_class = Browser
        answer = app.test_client().get("/sprache/en?weiter=/impressum", base_url="https://localhost")
        close(app)

    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sprache=en;")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))


def test_a_foreign_host_is_refused(browser):
    assert browser.get("/impressum", base_url="http://evil.example").status_code == 400


def test_a_view_is_public_or_names_its_roles():
    with pytest.raises(TypeError):
        access()
