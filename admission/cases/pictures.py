"""Pictures of documents' pages, kept sealed beside the document; only the worker makes them."""

import io
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.cases.models import CaseKey, Document
from admission.ground import crypto, files
from admission.ground.db import writing

SECONDS = 20
WIDTH = 1240
HOUSE = Path(__file__).resolve().parents[2]
MARK = b"\x00\x00MSO-PAGE\x00\x00"  # as `ground.pages` writes it


def make_pictures(session: Session) -> int:
    """Make page pictures of one document that has none yet; commits. Returns how many documents were looked at."""
    row = session.scalar(
        select(Document)
        .where(Document.pages.is_(None), Document.pages_error.is_(None), Document.removed_at.is_(None))
        .limit(1)
    )
    if row is None:
        session.rollback()
        return 0
    found, case_id = row.id, row.case_id
    wrapped = session.scalar(select(CaseKey.wrapped).where(CaseKey.case_id == case_id))
    media_type = row.media_type
    session.rollback()
    pages, error = _pages(wrapped, found, media_type) if wrapped else (0, "erased")
    writing()
    row = session.get_one(Document, found, populate_existing=True)
    row.pages, row.pages_error = (None, error) if error else (pages, None)
    session.commit()
    return 1


def _pages(wrapped: bytes, document: UUID, media_type: str) -> tuple[int, str | None]:
    key = crypto.unwrap(wrapped)
    try:
        data = files.load(key, document)
    except FileNotFoundError:
        return 0, "gone"
    except (InvalidTag, ValueError):  # one file that was changed on the disk must not keep all others waiting
        return 0, "damaged"
    if media_type != "application/pdf":
        pictures = [_smaller(data)]
    else:
        done = _rendered(data)
        if done is None:
            return 0, "unreadable"
        pictures = done
    for number, picture in enumerate(pictures, start=1):
        files.store(key, document, picture, f"page-{number}")
    return len(pictures), None


def _rendered(pdf: bytes) -> list[bytes] | None:
    """The pages as PNG, rendered by a process of its own; None if it failed, ran too long or grew too large.

    It gets none of our environment: keys and passwords may stand there.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "admission.ground.pages"],
            input=pdf, capture_output=True, timeout=SECONDS, check=False, cwd=HOUSE, env={"PATH": os.defpath},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    if done.returncode or not done.stdout:
        return None
    return done.stdout.split(MARK)[1:]


def _smaller(picture: bytes) -> bytes:
    with Image.open(io.BytesIO(picture)) as opened:
        opened.thumbnail((WIDTH, 4 * WIDTH))
        out = io.BytesIO()
        opened.convert("RGB").save(out, "PNG")
        return out.getvalue()
