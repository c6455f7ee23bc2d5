import re

from admission.rulebook.aloud import read
from admission.rulebook.compile import canonical
from admission.rulebook.edition import Rulebook
from admission.rulebook.sentences import of_period, of_test, of_value
from tests.rulebook.edition import compiled, rulebook


def lines() -> list[str]:
    return [line for line in read(rulebook()).splitlines() if line]


def part(heading: str) -> list[str]:
    """The sentences under a heading, without their numbers."""
    said = lines()
    first = next(n for n, line in enumerate(said) if line.endswith(heading))
    number = said[first].split(" ")[0]
    return [line.split(" ", 1)[1] for line in said[first + 1 :] if line.startswith(f"{number}.")]


def test_every_sentence_has_a_number_of_its_own():
    numbers = [line.split(" ")[0] for line in lines()[2:]]

    assert all(re.fullmatch(r"\d+(\.\d+){0,2}", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_it_begins_with_the_edition_and_its_whole_fingerprint():
    assert lines()[:2] == ["Regelwerk 2026-1", f"Fingerabdruck {' '.join(rulebook().groups)}"]


def test_a_way_is_read_as_written_and_as_executed():
    assert part("K07 Ihre Tätigkeiten (Muss-Kriterium)")[1] == (
        "Weg 1. Geschrieben: Mindestens 3 Termine mit Tag in den 12 Monaten vor dem Antrag. Jeder Termin zählt: Eine "
        "wöchentliche Werkstatt zählt jedes Mal. Auch Online-Termine zählen. "
        "Ausgeführt, allein: Termine: mindestens 3 in den 12 Monaten vor dem Antrag."
    )


def test_a_refusal_is_read_with_everything_that_stands_before_it():
    said = part("Schritt: Ablehnen")

    assert said[:4] == [
        "Aus: Stellungnahme gewürdigt. Nach: Abgelehnt.",
        "Wer: Zweite Unterschrift.",
        "Nicht, wer in diesem Vorgang das getan hat: Vorschlagen, Befund eintragen oder Stellungnahme würdigen.",
        "Nur wenn: Vorgeschlagen ist die Ablehnung.",
    ]
    assert "Nur wenn: Die Stellungnahme ist da, oder die Frist dafür ist vorbei." in said
    assert said[-1] == "Grundlage: nach VwVfG NRW §§ 28, 37 Abs. 6, 39."


def test_a_changed_rule_is_heard_though_nobody_changed_the_words():
    changed = compiled()
    changed["criteria"][6]["ways"][0]["all"][0]["at_least"] = 5

    said = read(Rulebook(canonical(changed)))

    assert "Geschrieben: Mindestens 3 Termine" in said
    assert "Termine: mindestens 5 in den 12 Monaten vor dem Antrag" in said


def test_every_step_act_deadline_and_invariant_is_read():
    said = read(rulebook())

    for kind in rulebook().kinds:
        procedure = rulebook().procedure(kind)
        for step in procedure.steps:
            assert f"Schritt: {rulebook().text(f'step.{step.name}')}" in said
        for act in procedure.acts:
            assert f"Handlung: {rulebook().text(f'act.{act}')}" in said
        for deadline in procedure.deadlines:
            assert f"{rulebook().text(f'deadline.{deadline}')}: " in said
        for rule in procedure.invariants:
            assert f"Geschrieben: {rule.says}" in said
    for code in rulebook().lists["city_postcodes"]:
        assert code in said


def test_an_edition_without_procedures_is_read_too():
    interim = compiled()
    interim["procedures"] = {}

    assert "Verfahren" not in read(Rulebook(canonical(interim))).splitlines()


# --- the sentences it is made of -----------------------------------------------------------------------------------


def test_a_test_is_a_sentence_in_both_languages_and_names_no_answer():
    test = {"fact": "seat_postcode", "test": "is_in", "list": "city_postcodes"}

    assert of_test(rulebook(), test) == "Postleitzahl des Sitzes steht in der Liste „Postleitzahlen der Stadt“"
    assert of_test(rulebook(), test, "not_met").endswith("steht nicht in der Liste „Postleitzahlen der Stadt“.")
    assert of_test(rulebook(), test, "met", "en") != of_test(rulebook(), test, "met")


def test_every_test_of_the_edition_has_a_sentence_for_each_verdict_in_each_language():
    for criterion in rulebook().criteria:
        for way in criterion["ways"]:
            for test in way["all"]:
                for language in rulebook().languages:
                    for verdict in (None, "met", "not_met", "unclear"):
                        said = of_test(rulebook(), test, verdict, language)
                        assert said and "{" not in said and rulebook().text("value.none", language) not in said


def test_an_answer_has_a_name():
    assert of_value(rulebook(), "form", "group") == "Initiative, Gruppe oder Verein ohne Eintragung"
    assert of_value(rulebook(), "cooperates", True) == "Ja"
    assert of_value(rulebook(), "group_size", 3) == "3"


def test_a_period_is_said_in_words():
    assert of_period(1, "months") == "1 Monat"
    assert of_period(10, "working_days") == "10 Arbeitstage"
    assert of_period(28, "days") == "28 Tage"
    assert of_period(28, "days", in_weeks=True) == "4 Wochen"
    assert of_period(28, "days", "en", in_weeks=True) == "4 weeks"
    assert of_period(10, "days", in_weeks=True) == "10 Tage"
    assert of_period(2, "weeks", "tr") == "2 Wochen"
