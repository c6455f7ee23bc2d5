"""What people type: cleaned, judged, and answered in their language."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from admission.web.fields import (
    Choice,
    Choices,
    CommandForm,
    Count,
    Day,
    Email,
    Lines,
    PublicForm,
    Text,
    clean,
    day_from,
    one_line,
)


class Everything(PublicForm):
    name = Text("Name", required="Bitte nennen Sie den Namen.")
    why = Lines("Grund", limit=20)
    on = Day("Wann war es?")
    mail = Email("E-Mail")
    many = Count("Wie viele?", most=500)
    where = Choice("Wo?", [("here", "Hier"), ("elsewhere", "Woanders")])
    topics = Choices("Themen", [("a", "A"), ("b", "B")])


def filled(browser, **values):
    with browser.application.test_request_context(method="POST", data=MultiDict({"name": "Anna"} | values)):
        form = Everything()
        form.validate()
        return form


@pytest.mark.parametrize(
    "sign", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"]
)
def test_signs_that_turn_the_reading_direction_are_refused(browser, sign):
    form = filled(browser, name=f"Verein {sign}e. V.")

    assert form.problems() == [
        (
            "#name",
            "Im Text stehen unsichtbare Zeichen, die die Leserichtung umdrehen. "
            "Bitte tippen Sie ihn neu, statt ihn einzufügen.",
        )
    ]


@pytest.mark.parametrize("sign", ["\0", "\x01", "\x08", "\x0b", "\x1b", "\x7f", "\x85", "\ufffe"])
def test_control_characters_are_refused(browser, sign):
    assert "Steuerzeichen" in filled(browser, name=f"a{sign}b").problems()[0][1]


def test_text_is_stored_in_one_form():
    assert clean("Cafe\u0301 \r\n für alle\r ") == "Café \n für alle"
    assert one_line("  Kultur\u00a0verein \n e. V.") == "Kultur verein e. V."
    assert clean("مرحبا \u200f 你好 ትግርኛ") == "مرحبا \u200f 你好 ትግርኛ"


@pytest.mark.parametrize("typed", ["27.9.2026", "27.09.2026", "27. 9. 2026", "2026-09-27", " 2026-9-27 "])
def test_a_day_can_be_typed_as_people_write_it(typed):
    assert day_from(typed) == date(2026, 9, 27)


@pytest.mark.parametrize("typed", ["31.2.2026", "27/9/2026", "gestern", "27.9.26", "2026-13-01", "27.9.2026 12:00",
    "31.12.9999", "1.1.0001", "31.12.1799"])  # fmt: skip
def test_what_is_no_day_comes_back_as_it_was_typed(browser, typed):
    form = filled(browser, on=typed)

    assert form.problems() == [("#on", "Geben Sie Tag, Monat und Jahr an, zum Beispiel 27.9.2026.")]
    assert f'value="{typed}"' in form.on()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "   ", "Bitte nennen Sie den Namen."),
        ("why", "a" * 21, "Bitte schreiben Sie höchstens 20 Zeichen."),
        ("mail", "anna", "Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel name@beispiel.de."),
        ("mail", "anna@example", "Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel name@beispiel.de."),
        ("many", "viele", "Geben Sie eine ganze Zahl an, zum Beispiel 12."),
        ("many", "501", "Geben Sie eine Zahl von 0 bis 500 an."),
        ("where", "mars", "Bitte wählen Sie eine der Antworten."),
        ("topics", "z", "Bitte wählen Sie eine der Antworten."),
    ],
)
def test_what_cannot_be_taken_is_answered_with_one_sentence(browser, field, typed, sentence):
    (problem,) = filled(browser, **{field: typed}).problems()

    assert problem[1] == sentence
    assert problem[0] == f"#{field}" + ("-0" if field in ("where", "topics") else "")


def test_optional_fields_may_stay_empty(browser):
    form = filled(browser)

    assert form.problems() == []
    assert (form.on.data, form.many.data, form.where.data) == (None, None, None)


def test_a_command_keeps_its_id_when_the_form_comes_back(browser):
    with browser.application.test_request_context("/"):
        fresh = CommandForm(seen=7)
        fields = {"command": fresh.command_id.data, "seen": fresh.seen_revision.data}
    with browser.application.test_request_context("/", method="POST", data=fields):
        again = CommandForm(seen=9)

        assert again.validate()
        assert (str(again.command.id), again.command.seen) == (fields["command"], 7)
        assert f'name="command" type="hidden" value="{fields["command"]}"' in again.command_id()


@pytest.mark.parametrize(
    "fields",
    [{}, {"command": "x", "seen": "1"}, {"command": "f" * 32, "seen": "-1"}, {"command": "f" * 32, "seen": "٣"}],
)
def test_damaged_hidden_values_are_no_step(browser, fields):
    with browser.application.test_request_context("/", method="POST", data=fields):
        assert not CommandForm().validate()
