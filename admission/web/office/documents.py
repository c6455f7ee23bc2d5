"""Documents of a case: the file itself, and its pages as pictures that the worker made."""

from uuid import UUID

from flask import Response

from admission.cases import queries
from admission.cases.models import Case
from admission.ground import files
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.web.access import access
from admission.web.office import bp
from admission.web.office.surroundings import STAFF, declared

PNG = "image/png"


@bp.get("/vorgaenge/<number>/unterlagen/<uuid:document_id>", endpoint="document")
@access(*STAFF, case="number")
@declared
def download(case: Case, document_id: UUID) -> Response:
    """The file as it was sent, to be saved and never shown inside our pages."""
    row = queries.document(db.session(), case.id, document_id)
    return _answer(_load(case, document_id), row.media_type, queries.document_name(row))


@bp.get("/vorgaenge/<number>/unterlagen/<uuid:document_id>/seiten/<int:page>", endpoint="document_page")
@access(*STAFF, case="number")
@declared
def picture(case: Case, document_id: UUID, page: int) -> Response:
    """One page as a picture."""
    row = queries.document(db.session(), case.id, document_id)
    if not row.pages or not 1 <= page <= row.pages:
        raise NotFound
    return _answer(_load(case, document_id, f"page-{page}"), PNG, None)


def _load(case: Case, document_id: UUID, part: str = "") -> bytes:
    try:
        return files.load(queries.case_key(db.session(), case.id), document_id, part)
    except FileNotFoundError:
        raise NotFound from None


def _answer(data: bytes, media_type: str, name: str | None) -> Response:
    answer = Response(data, mimetype=media_type)
    if name is not None:
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
