"""An applicant before the browser: walks through the pages, fills in what they ask, sends what they carry."""

import re
from html import unescape
from io import BytesIO
from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from admission.cases.models import Case
from admission.ground.db import db
from tests.web.browser import Browser

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
ACTION = re.compile(r'<form action="([^"]+)" method="post"(.*?)</form>', re.S)
INPUT = re.compile(r'<input[^>]*type="hidden"[^>]*>|<input[^>]*name="(?:command|seen|edition)"[^>]*>')


def pdf(name: str = "Satzung.pdf", data: bytes = PDF) -> tuple[BytesIO, str]:
    """A file as a browser sends it."""
    return BytesIO(data), name


class Applicant:
    """One person of an organisation, signed in."""

    def __init__(self, browser: Browser, account: UUID) -> None:
        self.browser = browser.signs_in(account)
        self.account = account

    def opens(self, path: str) -> TestResponse:
        """GET a page."""
        return self.browser.get(path)

    def fills(
        self, path: str, data: dict[str, Any] | None = None, *, to: str | None = None, **more: Any
    ) -> TestResponse:
        """Open the page and send its form (that goes to `to`) with what it carries and what is entered."""
        shown = self.browser.get(path)
        assert shown.status_code == 200, shown.status_code
        return self.sends(to or path, carried(shown, to or path) | (data or {}), **more)

    def sends(self, path: str, data: dict[str, Any], **more: Any) -> TestResponse:
        """POST entries; files in `data` make the request a multipart one."""
        return self.browser.sends(path, data, **more)


def carried(shown: TestResponse, to: str) -> dict[str, str]:
    """The hidden inputs of the form that goes to this address."""
    for action, body in ACTION.findall(shown.get_data(as_text=True)):
        if unescape(action).partition("?")[0] == to.partition("?")[0]:
            found = {}
            for tag in INPUT.findall(body):
                name = re.search(r'name="([^"]*)"', tag)
                value = re.search(r'value="([^"]*)"', tag)
                if name and name[1] != "csrf_token":
                    found[name[1]] = unescape(value[1]) if value else ""
            return found
    raise AssertionError(f"no form goes to {to}")


def case_of(case_id: UUID) -> Case:
    """The case as it stands now."""
    db.session.rollback()
    return db.session.get_one(Case, case_id)
