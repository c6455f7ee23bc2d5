"""The verifier names each fault that was planted, and nothing else."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from admission.casework import applications
from admission.casework.replay import replay
from admission.ground.db import db, writing
from admission.log.checkpoint import Signer, begin_log, sign_checkpoint
from admission.log.entry import canonical
from admission.log.models import DisclosureRow, Entry
from admission.log.verifier import verify
from tests import factories
from tests.log.tampering import change

OURS = Signer("demo.musterfeld.example/log1", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@pytest.fixture
def case_id(app):
    """A submitted application, and a checkpoint over its two entries."""
    book = factories.publish()
    writing()
    begin_log(db.session, OURS)
    db.session.commit()
    applicant = factories.account()
    case_id = factories.draft(book, applicant)
    command = factories.command(case_id)
    case = factories.locked(case_id)
    by = factories.as_("applicant", applicant, case_id)
    applications.submit(db.session, case, book, "Selin Aydar", by=by, command=command)
    db.session.commit()
    writing()
    sign_checkpoint(db.session, OURS)
    db.session.commit()
    return case_id


def faults():
    db.session.rollback()
    return [(fault.where, fault.what) for fault in verify(db.session).faults]


def test_an_untouched_log_is_sound(app, case_id):
    found = verify(db.session)
    assert (found.size, found.checkpoints, found.faults, found.sound) == (2, 1, (), True)


def test_an_empty_log_is_sound(app):
    assert verify(db.session).sound


SIGNED = ("checkpoint 2", "the entries before it were changed since it was signed")
RANGE = ("checkpoint 2", "its compact range is not that of the entries")


def test_one_changed_byte_of_an_old_entry(app, case_id):
    change(app, "UPDATE entry SET body = replace(body, 'applicant', 'applicanT') WHERE idx = 0")
    assert faults() == [SIGNED, RANGE]


def test_a_changed_order_of_keys(app, case_id):
    change(app, "UPDATE entry SET body = replace(body, '{', '{ ') WHERE idx = 0")
    assert ("entry 0", "is not in canonical form") in faults()


def test_a_row_that_says_other_than_its_bytes(app, case_id):
    change(app, "UPDATE entry SET state = 'refused' WHERE idx = 1")
    assert faults() == [("entry 1", "column to differs from the bytes")]


@pytest.mark.parametrize("body", ["x", "", "[]", "7", "[" * 100_000, "\ufeff{}"])
def test_bytes_that_are_no_object(app, case_id, body):
    change(app, "UPDATE entry SET body = :body WHERE idx = 1", body=body)
    assert ("entry 1", "cannot be read") in faults()


@pytest.mark.parametrize("key", ["case", "to", "edition"])
def test_a_step_without_what_every_step_has(app, case_id, key):
    said = json.loads(db.session.scalar(select(Entry.body).where(Entry.idx == 1)))
    del said[key]
    change(app, "UPDATE entry SET body = :body WHERE idx = 1", body=canonical(said).decode())
    assert ("entry 1", f"lacks {key}") in faults()


def test_a_deleted_entry(app, case_id):
    change(app, "DELETE FROM entry WHERE idx = 0")
    found = faults()
    assert ("entry 1", "stands where entry 0 is expected") in found
    assert ("entry 1", "a revision is missing before it") in found
    assert ("checkpoint 2", "the log is shorter than this") in found


def test_an_end_that_was_cut_off(app, case_id):
    change(app, "DELETE FROM entry WHERE idx = 1")
    assert faults() == [
        ("checkpoint 2", "the log is shorter than this"),
        (f"case {case_id}", "stands at received (1), the log at draft (0)"),
    ] + [(where, what) for where, what in faults() if where.startswith("disclosure")]


def test_a_case_that_was_left_behind(app, case_id):
    change(app, "UPDATE \"case\" SET state = 'draft', revision = 0")
    assert faults() == [(f"case {case_id}", "stands at draft (0), the log at received (1)")]


def test_a_case_that_was_moved_without_an_entry(app, case_id):
    change(app, "UPDATE \"case\" SET state = 'admitted', revision = 2")
    assert faults() == [(f"case {case_id}", "stands at admitted (2), the log at received (1)")]


def test_a_case_that_is_gone(app, case_id):
    change(app, 'DELETE FROM "case"')
    assert faults() == [(f"case {case_id}", "has entries but no row")]


def test_a_case_without_an_entry(app, case_id):
    change(app, "DELETE FROM checkpoint", "DELETE FROM disclosure", "DELETE FROM entry")
    assert faults() == [(f"case {case_id}", "has no entry")]


def test_a_case_on_another_edition(app, case_id):
    change(app, "UPDATE \"case\" SET edition = 'ab'")
    assert faults() == [(f"case {case_id}", "is on another edition than the log says")]


def test_a_changed_disclosure(app, case_id):
    digest = db.session.scalar(select(DisclosureRow.digest).limit(1))
    change(app, "UPDATE disclosure SET string = 'WyJ4Il0' WHERE digest = :digest", digest=digest)
    assert faults() == [(f"disclosure {digest}", "was changed")]


def test_a_disclosure_that_belongs_to_no_entry(app, case_id):
    digest = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"  # SHA-256 of the empty text
    change(app, "INSERT INTO disclosure (digest, name, string) VALUES (:digest, 'message', '')", digest=digest)
    assert faults() == [(f"disclosure {digest}", "belongs to no entry")]


def test_an_erased_disclosure_is_no_fault(app, case_id):
    change(app, "DELETE FROM disclosure")
    assert faults() == []


def test_a_changed_checkpoint(app, case_id):
    change(app, "UPDATE checkpoint SET root = :other", other=bytes(32))
    assert faults() == [SIGNED, ("checkpoint 2", "its note says something else")]


def test_a_changed_note(app, case_id):
    change(app, "UPDATE checkpoint SET note = replace(note, '/log1\n2', '/log1\n3')")
    assert faults() == [("checkpoint 2", "no key of this log has signed it")]


def test_a_checkpoint_signed_anew_with_a_key_that_is_not_the_logs(app, case_id):
    stranger = Signer(OURS.origin, Ed25519PrivateKey.from_private_bytes(b"s" * 32))
    body = db.session.scalar(select(Entry.body).where(Entry.idx == 0))
    note = stranger.sign(f"{OURS.origin}\n2\n{base64.b64encode(bytes(32)).decode()}\n")
    change(
        app,
        "UPDATE entry SET body = :body WHERE idx = 0",
        "UPDATE checkpoint SET root = :root, note = :note",
        body=body.replace("applicant", "caseworker"),
        root=bytes(32),
        note=note,
    )
    assert ("checkpoint 2", "no key of this log has signed it") in faults()


ODD = [None, 1, -1, 1.5, True, "x", "", [], [1], [[]], {}, {"a": 1}, 10**15]


def test_no_odd_entry_keeps_the_reader_from_going_on(sqlite_app):
    """Whoever can write bytes can write any JSON: it is named, and so is what was done elsewhere."""
    book = factories.publish()
    writing()
    begin_log(db.session, OURS)
    db.session.commit()
    factories.draft(book, factories.account())
    lost = factories.draft(book, factories.account())
    writing()
    sign_checkpoint(db.session, OURS)
    db.session.commit()
    said = json.loads(db.session.scalar(select(Entry.body).where(Entry.idx == 0)))
    change(sqlite_app, "UPDATE \"case\" SET state = 'closed' WHERE id = :id", id=lost.hex)
    elsewhere = (f"case {lost}", "stands at closed (0), the log at draft (0)")
    for name in {*said, "from", "reasons", "_sd", "documents", "data"}:
        for value in [odd for odd in ODD if odd != said.get(name)]:
            body = json.dumps(said | {name: value}, sort_keys=True, separators=(",", ":"))
            change(sqlite_app, "UPDATE entry SET body = :body WHERE idx = 0", body=body)
            assert {SIGNED, elsewhere} <= set(faults()), (name, value)
            replay(db.session)
