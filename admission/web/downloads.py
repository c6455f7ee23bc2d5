"""What strangers sent: documents are handed out to be saved and never opened inside our pages, logos run nothing."""

from uuid import UUID

from flask import Response

from admission.cases import queries
from admission.cases.models import Case
from admission.ground import files
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.register.entry import picture

SANDBOX = "sandbox; default-src 'none'"
"""Whoever opens such an address all the same runs nothing of what a stranger sent."""


def as_attachment(case: Case, document: UUID) -> Response:
    """The bytes of a document of this case; raises `NotFound`, also for a document of another case."""
    row = queries.document(db.session(), case.id, document)
    answer = Response(stored(case, document), mimetype=row.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=queries.document_name(row))
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def as_picture(organisation: UUID, value: str | None) -> Response:
    """The logo that a value of the register names; raises `NotFound`. It runs nothing, wherever it is opened."""
    data = picture(db.session(), organisation, value)
    if data is None:
        raise NotFound
    answer = Response(data, mimetype="image/png")
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def stored(case: Case, document: UUID, part: str = "") -> bytes:
    """The bytes of a document, or of one page as a picture; raises `NotFound`."""
    try:
        return files.load(queries.case_key(db.session(), case.id), document, part)
    except FileNotFoundError:
        raise NotFound from None
