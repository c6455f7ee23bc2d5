"""Page pictures: made from what is sealed, by a process that knows nothing, one bad file never in the way of others."""

import os
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from admission.cases import actions, pictures
from admission.cases.models import CaseKey, Document
from admission.cases.queries import case_key
from admission.demo.papers import paper
from admission.ground import files
from admission.ground.db import db
from admission.rulebook.queries import rulebook
from tests import factories

PDF = paper("Satzung", "Kulturverein")
HUGE = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 1240 9000000]/UserUnit 75000>>endobj
trailer<</Root 1 0 R>>
%%EOF"""


def png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (2000, 3000), "white").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def case_id(sqlite_app):
    return factories.draft(factories.publish(), factories.account(None, "applicant"))


def kept(case_id, name, data) -> Document:
    """A document that was uploaded."""
    case = factories.locked(case_id)
    book = rulebook(case.edition)
    sealed = actions.seal(db.session, case_id, files.take(name, data))
    row = actions.add_document(db.session, case, book, "satzung", sealed, case.applicant_id)
    db.session.commit()
    return row


def looked_at() -> dict[str, tuple[int | None, str | None]]:
    """Kind of error or number of pages of every document, once the worker has gone through all."""
    for _ in range(10):
        if not pictures.make_pictures(db.session()):
            break
    rows = db.session.execute(select(Document.id, Document.pages, Document.pages_error)).all()
    db.session.rollback()
    return {row.id: (row.pages, row.pages_error) for row in rows}


def test_pages_of_a_pdf_and_a_photo_become_pictures(case_id):
    pdf, photo = kept(case_id, "satzung.pdf", PDF).id, kept(case_id, "foto.png", png()).id
    assert looked_at() == {pdf: (1, None), photo: (1, None)}
    for document in (pdf, photo):
        seen = Image.open(BytesIO(files.load(case_key(db.session(), case_id), document, "page-1")))
        assert seen.format == "PNG" and abs(seen.width - pictures.WIDTH) <= 1


def test_a_file_that_was_changed_on_the_disk_keeps_no_other_from_being_shown(case_id):
    changed, gone, sound = (kept(case_id, f"{n}.pdf", PDF).id for n in range(3))
    path = files.path_of(changed)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    files.path_of(gone).unlink()
    assert looked_at() == {changed: (None, "damaged"), gone: (None, "gone"), sound: (1, None)}


def test_a_file_whose_key_was_erased_is_left_alone(case_id):
    document = kept(case_id, "satzung.pdf", PDF).id
    factories.locked(case_id)
    db.session.delete(db.session.get_one(CaseKey, case_id))
    db.session.commit()
    assert looked_at() == {document: (None, "erased")}


@pytest.mark.parametrize("data", [b"%PDF-1.7\n" + os.urandom(2000) + b"\n%%EOF", HUGE], ids=["noise", "huge page"])
def test_a_hostile_pdf_harms_only_the_process_that_opened_it(case_id, data):
    hostile, sound = kept(case_id, "hostile.pdf", data).id, kept(case_id, "satzung.pdf", PDF).id
    assert looked_at() == {hostile: (None, "unreadable"), sound: (1, None)}


def test_a_program_that_never_ends_is_ended(case_id, monkeypatch, tmp_path):
    endless = tmp_path / "python"
    endless.write_text("#!/bin/sh\nexec sleep 60\n")
    endless.chmod(0o700)
    monkeypatch.setattr(pictures.sys, "executable", str(endless))
    monkeypatch.setattr(pictures, "SECONDS", 0.2)
    document = kept(case_id, "satzung.pdf", PDF).id
    assert looked_at() == {document: (None, "unreadable")}


def test_the_process_that_opens_a_pdf_knows_no_secret(case_id, monkeypatch, tmp_path):
    spy = tmp_path / "python"
    spy.write_text("#!/bin/sh\nprintf '\\0\\0MSO-PAGE\\0\\0'\nenv\n")
    spy.chmod(0o700)
    monkeypatch.setattr(pictures.sys, "executable", str(spy))
    monkeypatch.setenv("SECRET_KEY", "KENNUNG")
    document = kept(case_id, "satzung.pdf", PDF).id
    assert looked_at() == {document: (1, None)}
    said = files.load(case_key(db.session(), case_id), document, "page-1").decode()
    assert {line.partition("=")[0] for line in said.split()} <= {"PATH", "PWD", "SHLVL", "_", "OLDPWD"}
