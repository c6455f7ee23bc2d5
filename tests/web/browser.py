"""A browser without a window: it says where requests come from, signs people in, sends forms as a person would."""

import re
from contextvars import copy_context
from html import unescape
from typing import Any
from uuid import UUID

from flask import has_app_context
from flask.globals import _cv_app
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from admission.ground.db import db, writing
from admission.people.sessions import open_session
from admission.web.access import TOKEN

HOME = "http://localhost"
TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.S)
TAGS = re.compile(r"<[^>]+>")


class Browser(FlaskClient):
    """Every request that changes something carries our own Origin, unless the test says otherwise."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        headers = dict(kwargs.get("headers") or {})
        if kwargs.get("method", "GET") not in ("GET", "HEAD"):
            headers.setdefault("Origin", HOME)
        kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
        if has_app_context():
            db.session.rollback()  # what the test has read so far is a snapshot of before
        return copy_context().run(self._alone, *args, **kwargs)

    def _alone(self, *args: Any, **kwargs: Any) -> TestResponse:
        """As a server would: in an application context of its own, whatever context the test stands in."""
        _cv_app.set(None)
        return super().open(*args, **kwargs)

    def signs_in(self, account: UUID) -> "Browser":
        """Open a session for this account, as the doors do."""
        writing()
        token = open_session(account, "test")
        db.session.commit()
        with self.session_transaction() as session:
            session[TOKEN] = token
            session["csrf_token"] = "a-token-of-this-test"
        return self

    def sends(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """POST a form with the token that its page would have carried."""
        return self.post(path, data={**(data or {}), "csrf_token": self.token()}, **more)

    def token(self) -> str:
        """The CSRF token of this session, as the `post_form` macro prints it."""
        serializer = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token")
        return str(serializer.dumps("a-token-of-this-test"))


def title(answer: TestResponse) -> str:
    """The page's only h1."""
    (found,) = TITLE.findall(answer.get_data(as_text=True))
    return words(found)


def words(html: str) -> str:
    """What a person reads: no tags, no-break spaces as spaces."""
    return " ".join(unescape(TAGS.sub(" ", html)).replace("\u00a0", " ").split())


def page(answer: TestResponse) -> str:
    """The words of the whole page."""
    return words(answer.get_data(as_text=True))


def hidden(answer: TestResponse, name: str) -> str:
    """The value of a hidden input."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', answer.get_data(as_text=True))
    value = re.search(r'value="([^"]*)"', found[0]) if found else None
    assert value is not None, f"no hidden input {name}"
    return unescape(value[1])
