"""Bringing editions into the database: the operator's work, which the web process carries nothing of."""

import json
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import Reason, Refused
from admission.log.append import append_house
from admission.rulebook import queries
from admission.rulebook.check import check
from admission.rulebook.compile import Unreadable, compile_folder
from admission.rulebook.edition import Rulebook
from admission.rulebook.models import Edition, EditionTexts
from admission.rulebook.publish import verify_guards
from admission.rulebook.texts import compile_texts, translations_in


def load(folder: Path) -> Edition:
    """Bring an edition and its translations into the database; what is there already stays. The caller commits.

    Raises `Unreadable` with findings, and `Refused` if the name is taken by other bytes: an edition never changes.
    """
    if findings := check(folder):
        raise Unreadable(findings)
    body = compile_folder(folder)
    digest = sha256(body).hexdigest()
    verify_guards(Rulebook(body))
    edition = db.session.get(Edition, digest)
    if edition is None:
        edition = _add_edition(digest, body)
    for path in translations_in(folder):
        _add_texts(digest, path)
    db.session.flush()
    queries.forget()
    return edition


def _add_edition(digest: str, body: bytes) -> Edition:
    name = json.loads(body)["edition"]
    if db.session.scalar(select(Edition.digest).where(Edition.name == name)) is not None:
        raise Refused([Reason("edition.name_is_taken", {"name": name})])
    edition = Edition(digest=digest, name=name, body=body.decode(), loaded_at=clock.now())
    db.session.add(edition)
    db.session.flush()
    return edition


def _add_texts(of: str, path: Path) -> None:
    """Add a translation and record it; the same bytes are added once."""
    body = compile_texts(path, of)
    digest = sha256(body).hexdigest()
    if db.session.get(EditionTexts, digest) is not None:
        return
    language = json.loads(body)["language"]
    db.session.add(EditionTexts(digest=digest, of=of, language=language, body=body.decode(), loaded_at=clock.now()))
    db.session.flush()
    data = {"language": language, "texts": digest}
    append_house(db.session(), "texts.published", actor=None, role="system", data=data, edition=of)
