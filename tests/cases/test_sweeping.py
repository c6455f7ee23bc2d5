"""What was uploaded and never handed in leaves the store after a day; what a case holds stays."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from admission import worker
from admission.cases import actions
from admission.ground import clock, files
from admission.ground.db import db
from tests import factories

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def book(sqlite_app):
    return factories.publish()


@pytest.fixture
def case_id(book):
    return factories.draft(book, factories.account(None, "applicant"))


def uploaded(case_id, book=None) -> Path:
    """A sealed file; with a rulebook the case has it as a document."""
    case = factories.locked(case_id)
    sealed = actions.seal(db.session, case_id, files.take("Satzung.pdf", PDF))
    if book:
        actions.add_document(db.session, case, book, "satzung", sealed, case.applicant_id)
    db.session.commit()
    path = files.path_of(sealed.id)
    lies_there_for(timedelta(0), path)
    return path


def lies_there_for(age: timedelta, *paths: Path) -> None:
    """The disk has the machine's clock, which may show another day than the tests'."""
    at = (clock.now() - age).timestamp()
    for path in paths:
        os.utime(path, (at, at))


def test_only_old_files_without_a_document_are_removed(case_id, book):
    kept, left, fresh = uploaded(case_id, book), uploaded(case_id), uploaded(case_id)
    half = left.with_name(f".{uuid4().hex}.17.part")
    half.write_bytes(b"cut off")
    picture, strange = left.with_name(left.name + ".page-1"), left.with_name("README")
    picture.write_bytes(b"-")
    strange.write_bytes(b"-")
    lies_there_for(timedelta(hours=25), kept, left, half, picture, strange)
    worker.sweep_files()
    assert [path.exists() for path in (kept, left, fresh, half, picture, strange)] == [
        True, False, True, False, False, True,
    ]  # fmt: skip


def test_a_document_that_was_taken_back_goes_too_and_the_store_is_swept_once_a_day(case_id, book):
    path = uploaded(case_id, book)
    case = factories.locked(case_id)
    (row,) = actions.kept_documents(db.session, case_id)
    actions.remove_document(db.session, case, book, row)
    db.session.commit()
    worker.sweep_files()
    lies_there_for(timedelta(hours=25), path)
    worker.sweep_files()
    assert path.exists()
    with clock.at(clock.now() + timedelta(days=1)):
        worker.sweep_files()
    assert not path.exists()
