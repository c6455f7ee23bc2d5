"""Files that nobody will hand in any more: uploaded to a form that never came to anything, or taken back."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.cases.models import Document
from admission.ground import clock

KEPT_FOR = timedelta(hours=24)
AT_ONCE = 500
OF_A_FILE = re.compile(r"\.?([0-9a-f]{32})(?:\.|$)")
"""The file itself, one of its page pictures, or one of both that was not written to its end."""


def sweep(session: Session) -> int:
    """Remove files older than a day that no row of `document` names, or only one that was taken back.

    Returns how many files went. Whatever else is to lie in the store has to be asked for here first.
    """
    gone = 0
    for some in _in_bundles(_old_files()):
        kept = select(Document.id).where(Document.id.in_(some), Document.removed_at.is_(None))
        for found in some.keys() - set(session.scalars(kept)):
            for path in some[found]:
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def _old_files() -> Iterator[tuple[UUID, Path]]:
    """Every sealed file, page picture and half-written file that is old enough, with the id in its name."""
    before = (clock.now() - KEPT_FOR).timestamp()
    for path in Path(current_app.config["FILES_DIR"]).glob("??/*"):
        name = OF_A_FILE.match(path.name)
        if name is not None and path.stat().st_mtime < before:
            yield UUID(hex=name[1]), path


def _in_bundles(found: Iterator[tuple[UUID, Path]]) -> Iterator[dict[UUID, list[Path]]]:
    bundle: dict[UUID, list[Path]] = {}
    for key, path in sorted(found):
        if key not in bundle and len(bundle) >= AT_ONCE:
            yield bundle
            bundle = {}
        bundle.setdefault(key, []).append(path)
    if bundle:
        yield bundle
