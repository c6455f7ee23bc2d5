"""Signs of life for whoever runs the servers; they say nothing about people or settings."""

from flask import Response, jsonify, make_response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from admission.ground.db import db
from admission.web.access import access
from admission.web.public import bp


@bp.get("/healthz")
@access(public=True)
def health() -> Response:
    """This process answers; nothing else is asked."""
    return _said("ok", 200)


@bp.get("/readyz")
@access(public=True)
def readiness() -> Response:
    """This process may get requests: its database answers."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return _said("the database does not answer", 503)
    return _said("ok", 200)


def _said(status: str, code: int) -> Response:
    answer = make_response(jsonify(status=status), code)
    answer.headers["Cache-Control"] = "no-store"
    return answer
