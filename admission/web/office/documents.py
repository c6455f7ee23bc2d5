"""Documents of a case: the file itself, and its pages as pictures that the worker made."""

from uuid import UUID

from flask import Response

from admission.cases import queries
from admission.cases.models import Case
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.web.access import access
from admission.web.downloads import as_attachment, stored
from admission.web.office import bp
from admission.web.office.surroundings import STAFF, declared

PNG = "image/png"


@bp.get("/vorgaenge/<number>/unterlagen/<uuid:document_id>", endpoint="document")
@access(*STAFF, case="number")
@declared
def download(case: Case, document_id: UUID) -> Response:
    """The file as it was sent, to be saved and never shown inside our pages."""
    return as_attachment(case, document_id)


@bp.get("/vorgaenge/<number>/unterlagen/<uuid:document_id>/seiten/<int:page>", endpoint="document_page")
@access(*STAFF, case="number")
@declared
def picture(case: Case, document_id: UUID, page: int) -> Response:
    """One page as a picture."""
    row = queries.document(db.session(), case.id, document_id)
    if not row.pages or not 1 <= page <= row.pages:
        raise NotFound
    return Response(stored(case, document_id, f"page-{page}"), mimetype=PNG)
