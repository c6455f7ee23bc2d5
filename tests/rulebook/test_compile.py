import json
from hashlib import sha256

import pytest
import rfc8785

from admission.procedure.guards import GUARDS, frozen
from admission.rulebook.compile import Unreadable, compile_folder, flat
from admission.rulebook.edition import Rulebook, UnknownText, fill, placeholders
from tests.rulebook.edition import FOLDER, compiled, rulebook


def test_the_compiled_form_is_canonical_and_has_exactly_the_keys_of_the_format():
    body = compile_folder(FOLDER)

    assert rfc8785.dumps(json.loads(body)) == body
    assert list(json.loads(body)) == sorted(
        ["format", "edition", "language", "settings", "roles", "facts", "sections", "questions", "documents", "lists",
         "calendar", "criteria", "procedures", "register", "retention", "guards", "letters", "texts"]
    )  # fmt: skip
    assert list(json.loads(body)["procedures"]["admission"]) == [
        "acts", "begins_in", "deadlines", "invariants", "states", "steps",
    ]  # fmt: skip


def test_the_digest_is_the_hash_of_the_bytes_and_compiling_twice_gives_the_same():
    assert compile_folder(FOLDER) == compile_folder(FOLDER)
    assert rulebook().digest == sha256(rulebook().body).hexdigest()
    assert rulebook().short == f"{rulebook().digest[:4]} {rulebook().digest[4:8]} … {rulebook().digest[-4:]}"
    assert "".join(rulebook().groups) == rulebook().digest


def test_exactly_the_guards_that_the_edition_uses_are_in_it():
    guards = compiled()["guards"]
    text = json.dumps(compiled()["procedures"])

    assert set(guards) == {name for name in GUARDS if f'"{name}"' in text}
    assert guards["hearing_is_closed"] == {
        "reads": ["statement_received_on", "hearing_due_on", "today"],
        "says": ["hearing_due_on"],
        "examples": frozen("hearing_is_closed"),
    }


def test_facts_are_private_unless_said_otherwise():
    facts = compiled()["facts"]

    assert facts["seat_postcode"]["private"] is True
    assert facts["works_with_minors"]["private"] is False


def test_the_order_of_options_outlives_sorted_keys():
    assert list(rulebook().facts["majority_in"]["options"]) == ["members", "board", "active", "none"]
    assert [criterion["code"] for criterion in rulebook().criteria] == [f"K{n:02}" for n in range(1, 13)]


def test_a_criterion_without_ways_is_judged_by_a_person():
    assert rulebook().criterion("K06")["judged_by"] == "person"
    assert rulebook().criterion("K01")["judged_by"] == "rule"
    assert rulebook().criterion("K06")["ways"] == []


def test_letters_keep_the_order_of_their_parts():
    assert compiled()["letters"]["refusal"]["parts"][:3] == ["title", "salutation", "opening"]


def test_an_edition_that_cannot_be_read_is_not_compiled(tmp_path):
    with pytest.raises(Unreadable) as error:
        compile_folder(tmp_path)

    assert {finding.code for finding in error.value.findings} == {"file.missing"}


def test_nested_tables_are_dotted_keys():
    assert dict(flat({"a": {"b": "1", "c": {"d": "2"}}, "e.f": "3"})) == {"a.b": "1", "a.c.d": "2", "e.f": "3"}


# --- the rulebook as a value ---------------------------------------------------------------------------------------


def test_a_sentence_names_its_values_and_says_so_where_there_is_none():
    book = rulebook()

    assert book.text("guard.hearing_is_closed", hearing_due_on="8. Dezember 2026").endswith("8. Dezember 2026.")
    assert book.text("value.none") in book.text("guard.hearing_is_closed")


def test_german_stands_in_where_a_language_has_no_sentence():
    book = Rulebook(rulebook().body, {"tr": b'{"texts":{"step.submit":"G\xc3\xb6nder"}}'})

    assert book.languages == ("de", "tr")
    assert book.text("step.submit", "tr") == "Gönder"
    assert book.text("step.refuse", "tr") == book.text("step.refuse") == book.text("step.refuse", "xx")
    assert book.has_text("step.submit", "tr") and not book.has_text("step.refuse", "tr")


def test_the_words_beside_the_rules_have_keys_too():
    book = rulebook()

    assert book.text("criterion.K01.title") == "Wo Sie arbeiten"
    assert book.text("state.admission.received") == "Eingegangen"
    assert book.text("fact.form.option.group") == book.facts["form"]["options"]["group"]
    assert book.text("criterion.K01.title", "en") != "Wo Sie arbeiten"


def test_an_unknown_sentence_is_an_error():
    with pytest.raises(UnknownText):
        rulebook().text("step.fly")


def test_placeholders_are_filled_with_text_and_nothing_else():
    assert fill("{a} {a.__class__} {b}", {"a": "{b}"}, "–") == "{b} {a.__class__} –"
    assert placeholders("Bis {due_on}, {name}") == {"due_on", "name"}


def test_documents_come_in_the_order_in_which_criteria_ask_for_them():
    assert list(rulebook().documents)[:3] == ["satzung", "registerauszug", "taetigkeitsliste"]
    assert set(rulebook().documents) == set(compiled()["documents"])


def test_answers_to_questions_become_facts_of_criteria():
    book = rulebook()

    assert book.by_fact({"form": "group", "later.K03": True}) == {"form": "group"}
    assert book.question("form")["fact"] == "form"


def test_the_quiet_days_are_two_days():
    assert rulebook().no_end_between == ("12-24", "01-01")


def test_the_same_digest_is_the_same_rulebook():
    assert Rulebook(rulebook().body) == rulebook() and hash(Rulebook(rulebook().body)) == hash(rulebook())
