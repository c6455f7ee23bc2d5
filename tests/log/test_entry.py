"""The bytes of an entry, as FORMATS 2 fixes them for ever."""

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

import pytest
import rfc8785

from admission import __version__
from admission.ground import clock
from admission.ground.ids import base64url
from admission.log.entry import LIMIT, Draft, UnfitEntry, canonical, disclose, disclosed, plain

CASE = UUID("0b6f2a52-6c9e-4a39-9f0e-0d9f6a4f3f11")
AT = datetime(2026, 10, 28, 15, 42, 7, tzinfo=UTC)


def sealed(**fields):
    with clock.at(AT):
        return Draft("act.claim", "pK3vAAAAAAAAAAAAAAAAAA", "caseworker", **fields).seal()


def body(**fields):
    return json.loads(sealed(**fields).body)


def test_what_every_entry_has_and_nothing_that_has_no_value():
    found = body()
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", found.pop("nonce"))
    assert found == {
        "v": 1,
        "type": "act.claim",
        "at": "2026-10-28T15:42:07Z",
        "actor": "pK3vAAAAAAAAAAAAAAAAAA",
        "role": "caseworker",
        "app": __version__,
    }


def test_the_text_is_the_canonical_form_of_what_it_says():
    entry = sealed(case=CASE, revision=0, to="draft", facts={"today": date(2026, 10, 28), "sections_open": 0})
    assert rfc8785.dumps(json.loads(entry.body)) == entry.body.encode()


def test_the_row_repeats_what_the_bytes_say():
    entry = sealed(case=CASE, revision=3, from_="hearing", to="weighed")
    said = json.loads(entry.body)
    assert (said["type"], said["actor"], said["case"], said["revision"], said["from"], said["to"]) == (
        entry.type,
        entry.actor,
        str(entry.case),
        entry.revision,
        "hearing",
        entry.state,
    )


def test_two_entries_of_the_same_content_differ_by_their_nonce():
    assert body()["nonce"] != body()["nonce"]


def test_text_stands_in_nfc_keys_too():
    decomposed = "Vereinsschu\u0308ler"
    assert body(data={decomposed: [decomposed]})["data"] == {"Vereinsschüler": ["Vereinsschüler"]}


@pytest.mark.parametrize(
    "awkward", ["e\u0301\u0302", "🏳️‍🌈", "a\u2028b", "\ufeffbom", "\u202eolr", '\x00\x1f"\\', "\ue000"]
)
def test_awkward_text_makes_the_round_trip(awkward):
    assert body(data={"x": awkward})["data"]["x"] == plain(awkward)


def test_a_lone_surrogate_is_refused():
    with pytest.raises(ValueError):
        sealed(data={"x": "\ud800"})


@pytest.mark.parametrize("number", [1.5, 1.0, float("nan"), float("inf"), 2**53, -(2**53)])
def test_floats_and_numbers_that_other_readers_would_round_are_refused(number):
    with pytest.raises(UnfitEntry):
        sealed(data={"x": number})


@pytest.mark.parametrize("number", [0, -1, 2**53 - 1, -(2**53 - 1)])
def test_whole_numbers_that_every_reader_knows_are_kept(number):
    assert body(data={"x": number})["data"]["x"] == number


@pytest.mark.parametrize("strange", [b"bytes", {1, 2}, object(), 1j])
def test_what_json_does_not_know_is_refused(strange):
    with pytest.raises(UnfitEntry):
        sealed(data={"x": [strange]})


def test_null_stands_in_facts_and_answers_alone():
    found = body(facts={"statement_received_on": None}, answers={"based_in": None})
    assert found["facts"] == {"statement_received_on": None}
    assert found["answers"] == {"based_in": None}


@pytest.mark.parametrize(
    "fields",
    [
        {"data": {"x": None}},
        {"data": {"facts": None}},
        {"reasons": [{"code": "hearing_is_closed", "values": {"x": None}}]},
        {"documents": [{"kind": "satzung", "sealed": None}]},
        {"deadlines": [{"kind": "hearing", "due": None}]},
    ],
)
def test_null_anywhere_else_is_refused(fields):
    with pytest.raises(UnfitEntry, match="null at /"):
        sealed(**fields)


def test_days_instants_ids_and_words_have_one_spelling():
    class Role(StrEnum):
        APPROVER = "approver"

    berlin = timezone(timedelta(hours=2))
    data = {
        "day": date(2026, 3, 1),
        "at": datetime(2026, 7, 1, 1, 30, 59, 999_999, tzinfo=berlin),
        "id": CASE,
        "role": Role.APPROVER,
        "tick": True,
        "pair": (1, 2),
    }
    assert body(data=data)["data"] == {
        "day": "2026-03-01",
        "at": "2026-06-30T23:30:59Z",
        "id": "0b6f2a52-6c9e-4a39-9f0e-0d9f6a4f3f11",
        "role": "approver",
        "tick": True,
        "pair": [1, 2],
    }


def test_an_empty_list_of_documents_is_said_because_the_last_one_was_taken_back():
    assert body(documents=[])["documents"] == []
    assert {"answers", "reasons", "deadlines", "cites", "data", "_sd"}.isdisjoint(
        body(answers={}, reasons=[], deadlines=[], cites=[], data={})
    )


def test_the_longest_entry_fits_and_one_byte_more_is_refused():
    room = LIMIT - len(sealed(data={"x": ""}).body.encode())
    assert len(sealed(data={"x": "a" * room}).body.encode()) == LIMIT == 65_535
    with pytest.raises(UnfitEntry, match="65536 bytes, at most 65535"):
        sealed(data={"x": "a" * (room + 1)})
    with pytest.raises(UnfitEntry):
        sealed(data={"x": "ä" * (room // 2 + 1)})  # bytes count, not characters


def test_keys_are_sorted_by_utf_16_units():
    assert list(json.loads(canonical({"\ufb00": 1, "😂": 2, "€": 3, "1": 4}))) == ["1", "€", "😂", "\ufb00"]


def test_a_disclosure_has_the_form_of_rfc_9901():
    # The example of RFC 9901, 4.2.1 and 4.2.3: string and digest.
    string = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert disclosed(string) == ("family_name", "Möbius")
    assert base64url(sha256(string.encode("ascii")).digest()) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    ours = disclose("reasons/K01", "Kein Sitz in der Stadt.")
    assert disclosed(ours.string) == ("reasons/K01", "Kein Sitz in der Stadt.")
    assert ours.digest == base64url(sha256(ours.string.encode("ascii")).digest())
    assert len(ours.digest) == 43 and "=" not in ours.string + ours.digest


def test_the_same_private_value_never_has_the_same_digest():
    assert disclose("message", "nein").digest != disclose("message", "nein").digest


def test_private_values_stand_as_sorted_digests_and_nowhere_in_clear():
    entry = sealed(private={"statement": "Wir widersprechen.", "answers/purpose": "Sprachkurs", "message": "x" * 30})
    said = json.loads(entry.body)
    assert said["_sd"] == sorted(found.digest for found in entry.disclosures)
    assert len(said["_sd"]) == 3 and "_sd_alg" not in said
    for word in ("widersprechen", "Sprachkurs", "xxx", "statement", "purpose"):
        assert word not in entry.body
