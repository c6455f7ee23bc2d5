"""Signed checkpoints, and everything that must not pass for one."""

import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from admission.ground.db import db, writing
from admission.log import tree
from admission.log.append import append_house
from admission.log.checkpoint import (
    LogDiffers,
    Signer,
    begin_log,
    checkpoint_text,
    keys,
    latest,
    opened,
    sign_checkpoint,
    signer,
    size,
)
from admission.log.models import Checkpoint
from tests.log.tampering import change

ORIGIN = "demo.musterfeld.example/log1"
OURS = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
ROOT = bytes(range(32))
NOTE = OURS.sign(checkpoint_text(ORIGIN, 518, ROOT))


def entries(number: int) -> None:
    writing()
    for at in range(number):
        append_house(db.session, "city.changed", actor=None, role="system", data={"number": at})
    db.session.commit()


def signed() -> Checkpoint | None:
    writing()
    found = sign_checkpoint(db.session, OURS)
    db.session.commit()
    return found


def test_a_note_has_three_lines_a_blank_one_and_a_signature():
    lines = NOTE.split("\n")
    assert lines[:4] == [ORIGIN, "518", base64.b64encode(ROOT).decode(), ""]
    assert lines[4].startswith(f"— {ORIGIN} ")
    assert len(base64.b64decode(lines[4].split(" ")[2])) == 4 + 64
    assert lines[5:] == [""]
    assert opened(NOTE, OURS.vkey) == (ORIGIN, 518, ROOT)


def test_the_verifier_key_of_the_go_reference_is_read_and_its_note_opens():
    # golang.org/x/mod/sumdb/note, the example of its documentation
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    with pytest.raises(ValueError):  # its signature is right, but it is no checkpoint
        opened(note, vkey)
    with pytest.raises(InvalidSignature):
        opened(note.replace("answer", "Answer"), vkey)


def test_the_key_is_read_from_a_file_of_hex(tmp_path):
    (tmp_path / "key").write_text(bytes(range(32)).hex() + "\n")
    assert signer(ORIGIN, tmp_path / "key").vkey == OURS.vkey


@pytest.mark.parametrize(
    "forged",
    [
        NOTE.replace("\n518\n", "\n519\n"),
        NOTE.replace("\n518\n", "\n0518\n"),
        NOTE.replace(ORIGIN + "\n518", "demo.musterfeld.example/log2\n518"),
        NOTE.replace(base64.b64encode(ROOT).decode(), base64.b64encode(ROOT[::-1]).decode()),
        NOTE.replace("\n", "\r\n"),
        NOTE.removesuffix("\n"),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("\n\n", "\n \n"),
        NOTE.replace("\n518", "\n518 "),
        NOTE.replace("— ", "- "),
        NOTE + "\n",
        "\n" + NOTE,
        "",
    ],
)
def test_what_is_not_letter_by_letter_the_signed_note_does_not_open(forged):
    with pytest.raises((InvalidSignature, ValueError)):
        opened(forged, OURS.vkey)


def test_no_flipped_bit_passes():
    text_, _blank, line = NOTE.partition("\n\n")
    raw = bytearray(base64.b64decode(line.strip().split(" ")[2]))
    for at in range(len(raw)):
        flipped = bytes(raw[:at]) + bytes([raw[at] ^ 1]) + bytes(raw[at + 1 :])
        with pytest.raises((InvalidSignature, ValueError)):
            opened(f"{text_}\n\n— {ORIGIN} {base64.b64encode(flipped).decode()}\n", OURS.vkey)
    for at in range(len(text_)):
        changed = text_[:at] + chr(ord(text_[at]) ^ 1) + text_[at + 1 :]
        with pytest.raises((InvalidSignature, ValueError)):
            opened(f"{changed}\n\n{line}", OURS.vkey)


def test_another_key_under_our_name_does_not_open_it():
    other = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    with pytest.raises(InvalidSignature):
        opened(NOTE, other.vkey)
    with pytest.raises(InvalidSignature):
        opened(other.sign(checkpoint_text(ORIGIN, 518, ROOT)), OURS.vkey)


def test_lines_of_unknown_keys_are_ignored_and_a_false_line_of_ours_is_not():
    witness = Signer("witness.example", Ed25519PrivateKey.from_private_bytes(b"w" * 32))
    theirs = witness.sign(checkpoint_text(ORIGIN, 518, ROOT)).partition("\n\n")[2]
    assert opened(NOTE + theirs, OURS.vkey) == (ORIGIN, 518, ROOT)
    assert opened(NOTE + theirs, witness.vkey) == (ORIGIN, 518, ROOT)
    false = OURS.sign(checkpoint_text(ORIGIN, 1, ROOT)).partition("\n\n")[2]
    with pytest.raises(InvalidSignature):
        opened(NOTE + false, OURS.vkey)


@pytest.mark.parametrize("vkey", [OURS.vkey.replace("+", "-", 1), OURS.vkey[:-4] + "AAA=", ORIGIN + "+00000000+AQ=="])
def test_a_key_line_that_contradicts_itself_is_no_key(vkey):
    with pytest.raises(ValueError):
        opened(NOTE, vkey)


def test_checkpoints_go_on_from_the_last_range_and_are_made_for_what_is_new_alone(app):
    writing()
    begin_log(db.session, OURS)
    db.session.commit()
    assert signed() is None  # none at size 0
    for added, length in ((1, 1), (2, 3), (5, 8), (7, 15)):
        entries(added)
        point = signed()
        bodies = db.session.scalars(text("SELECT body FROM entry ORDER BY idx")).all()
        assert point.size == length == size(db.session)
        assert point.root == tree.root_of(body.encode() for body in bodies)
        assert opened(point.note, OURS.vkey) == (ORIGIN, length, point.root)
        assert signed() is None
    assert latest(db.session).size == 15
    assert [(key.vkey, key.from_size) for key in keys(db.session)] == [(OURS.vkey, 0)]


def test_a_log_that_does_not_go_on_from_the_last_checkpoint_is_not_signed(app):
    entries(4)
    signed()
    entries(2)
    change(app, "UPDATE checkpoint SET range = :other", other=b"x" * 32)
    with pytest.raises(LogDiffers, match="range kept with checkpoint 4"):
        signed()


def test_a_log_with_a_gap_or_an_end_missing_is_not_signed(app):
    entries(4)
    signed()
    entries(2)
    change(app, "DELETE FROM entry WHERE idx = 4")
    with pytest.raises(LogDiffers, match="entry 4 is missing"):
        signed()
    change(app, "DELETE FROM entry WHERE idx >= 3")
    with pytest.raises(LogDiffers, match="shorter than checkpoint 4"):
        signed()
