"""How a question is split, who may act when, and what differs between two texts."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admission.inquiries.rules import WAY, Stand, changed_numbers, changes, is_excerpt, split, template_for, why_not

ANNA, BILAL = uuid4(), uuid4()
THREE = """1. Wie wurde die Zahl von etwa 70 MSO ermittelt, und wie wird sie aktuell gehalten?
2. Nach welchen Maßstäben, Kriterien und Verfahren wird aufgenommen?
3. Besucht und berät das Kommunale Integrationszentrum die Organisationen regelmäßig?"""


def codes(*given, **more):
    return [reason.code for reason in why_not(*given, **more)]


def test_a_question_in_numbers_is_split_at_its_numbers_word_for_word():
    found = split(THREE)

    assert [part.split()[0] for part in found] == ["Wie", "Nach", "Besucht"]
    assert all(is_excerpt(part, THREE) for part in found)


def test_a_question_without_numbers_is_split_at_its_paragraphs_or_stays_whole():
    assert split("Wie viele?\n\nUnd warum?") == ["Wie viele?", "Und warum?"]
    assert split("Wie viele sind es?") == ["Wie viele sind es?"]


def test_what_the_council_did_not_write_is_no_part_of_its_question():
    assert not is_excerpt("Wie gut wurde die Zahl ermittelt?", THREE)
    assert not is_excerpt(" ", THREE)


def test_each_of_the_three_questions_finds_its_template():
    assert [template_for(part) for part in split(THREE)] == ["number", "procedure", "care"]
    assert template_for("Wer spricht für die Organisationen?") == ""


def test_whoever_drafted_neither_signs_nor_releases():
    signing, signed = Stand("signing", frozenset({ANNA})), Stand("signed", frozenset({ANNA}))

    assert codes("sign", signing, ANNA) == ["inquiry.drafted.sign"]
    assert codes("sign", signing, BILAL) == []
    assert codes("release", signed, ANNA, approver=True) == ["inquiry.drafted.release"]
    assert codes("release", signed, BILAL, approver=False) == ["inquiry.not_an_approver"]
    assert codes("release", signed, BILAL, approver=True) == []


def test_every_reason_against_a_release_is_said_at_once():
    stand = Stand("drafting", frozenset({ANNA}), (2,), False, ("Chor Kieselstein",))

    assert codes("release", stand, ANNA) == [
        "inquiry.not_signed", "inquiry.drafted.release", "inquiry.not_an_approver", "inquiry.part_is_empty",
        "inquiry.change_is_not_said", "inquiry.names_without_consent",
    ]  # fmt: skip


@pytest.mark.parametrize("act", sorted(WAY))
def test_each_act_is_possible_in_its_states_alone(act):
    possible, _ = WAY[act]
    for state in {state for states, to in WAY.values() for state in (*states, to)}:
        assert ("inquiry.not_now" in codes(act, Stand(state), BILAL, approver=True)) == (
            state not in possible and act != "release"
        )


def test_two_texts_are_compared_word_by_word():
    assert changes("39 haben keinen Besuch gewünscht.", "6 haben einen Besuch abgelehnt.") == [
        ("gone", "39 "), ("new", "6 "), ("kept", "haben "), ("gone", "keinen "), ("new", "einen "),
        ("kept", "Besuch "), ("gone", "gewünscht."), ("new", "abgelehnt."),
    ]  # fmt: skip


@given(st.text(), st.text())
def test_nothing_of_either_text_is_lost_in_the_comparison(before, after):
    found = changes(before, after)

    assert "".join(text for kind, text in found if kind != "new") == before
    assert "".join(text for kind, text in found if kind != "gone") == after


def test_a_number_that_came_back_different_is_found_whatever_stands_around_it():
    assert changed_numbers("52 von 70, 1.200 Euro.", "50 von 70; 1.200 Euro, 50 Briefe.") == (("52",), ("50", "50"))
    assert changed_numbers("52 von 70", "von 70 sind es 52") == ((), ())
