import shutil
from copy import deepcopy

import pytest

from admission.procedure.guards import Guard
from admission.rulebook import check as checks
from admission.rulebook.check import check
from admission.rulebook.texts import check_texts, compile_texts, stamp, translations_in
from tests.rulebook.edition import FOLDER, compiled, rulebook


def codes(edition):
    return {finding.code for finding in check(edition)}


def criterion(edition, code):
    return next(row for row in edition["criteria"] if row["code"] == code)


def question(edition, code):
    return next(row for row in edition["questions"] if row["code"] == code)


def step(edition, name):
    return next(row for row in edition["procedures"]["admission"]["steps"] if row["name"] == name)


def test_the_edition_of_the_repository_may_be_published():
    assert check(FOLDER) == []
    assert check(compiled()) == []


def test_an_edition_without_procedures_is_sound():
    interim = compiled()
    interim["procedures"], interim["guards"] = {}, {}

    assert check(interim) == []


# --- shape ---------------------------------------------------------------------------------------------------------


def with_(*path, to):
    """Plant a value at a path of keys and numbers."""

    def plant(edition):
        here = edition
        for part in path[:-1]:
            here = here[part]
        here[path[-1]] = to

    return plant


@pytest.mark.parametrize(
    ("plant", "place"),
    [
        (with_("surprise", to=1), "edition"),
        (with_("format", to=2), "format"),
        (with_("language", to="en"), "language"),
        (with_("roles", 0, to="emperor"), "roles 1"),
        (with_("settings", "surprise", to="x"), "settings"),
        (with_("settings", "remedy", "months", to=0), "settings, remedy, months"),
        (with_("facts", "form", "nationality", to="x"), "facts, form"),
        (with_("facts", "form", "type", to="country"), "facts, form"),
        (with_("questions", 0, "requird", to=True), "questions organisation_name"),
        (with_("questions", 0, "title", to=""), "questions organisation_name, title"),
        (with_("criteria", 0, "cure", to="prayer"), "criteria K01, cure"),
        (with_("criteria", 0, "ways", 0, "all", 0, "test", to="smells_like"), "criteria K01, ways 1, all 1"),
        (with_("criteria", 0, "ways", 0, "all", 0, "negate", to=True), "criteria K01, ways 1, all 1"),
        (with_("criteria", 5, "guiding_questions", 0, "yes", to=""), "criteria K06, guiding_questions 1, yes"),
        (with_("documents", "satzung", "serves", to="K01"), "documents, satzung, serves"),
        (with_("lists", "city_postcodes", to=[33602]), "lists, city_postcodes 1"),
        (with_("calendar", "through", to="2036"), "calendar, through"),
        (with_("procedures", "expulsion", to={}), "procedures"),
        (with_("procedures", "admission", "states", "draft", "hue", to="red"), "procedures, admission, states, draft"),
        (with_("procedures", "admission", "steps", 0, "needs", to="x"), "procedures, admission, steps submit, needs"),
        (with_("procedures", "admission", "acts", "claim", "from", to=[]), "procedures, admission, acts, claim"),
        (with_("procedures", "admission", "deadlines", "draft", "unit", to="years"),
         "procedures, admission, deadlines, draft, unit"),
        (with_("procedures", "admission", "invariants", 0, "says", to=""), "procedures, admission, invariants 1, says"),
        (with_("register", "surprise", to=1), "register"),
        (with_("retention", "draft", "months", to=-1), "retention, draft, months"),
        (with_("guards", "hearing_is_closed", "examples", "sha256", to="x"),
         "guards, hearing_is_closed, examples, sha256"),
        (with_("letters", "refusal", "parts", to=[]), "letters, refusal, parts"),
        (with_("texts", "step.submit", to=""), "texts, step.submit"),
    ],
)  # fmt: skip
def test_the_schema_knows_every_shape_and_says_where_it_breaks(plant, place):
    edition = compiled()
    plant(edition)

    findings = check(edition)

    assert {finding.code for finding in findings} == {"schema"}
    assert place in {finding.place for finding in findings}


def test_a_date_in_a_compiled_edition_is_no_text():
    edition = compiled()
    edition["texts"]["step.submit"] = "Mu\u0308ller"

    assert codes(edition) == {"text.not_nfc"}


# --- settings, facts, questions, documents -------------------------------------------------------------------------


def test_a_calendar_that_ends_too_early_is_found():
    edition = compiled()
    edition["calendar"]["through"] = "2035-12-31"
    assert codes(edition) == {"calendar.too_short"}

    edition = compiled()
    edition["calendar"]["from"] = "2026-01-01"
    assert codes(edition) == {"calendar.too_short"}


def test_an_empty_list_is_found():
    edition = compiled()
    edition["lists"]["city_postcodes"] = []

    assert codes(edition) == {"list.empty"}


@pytest.mark.parametrize("name", ["nationality", "religion_of_members", "ethnic_group", "herkunft"])
def test_there_is_no_field_for_nationality_origin_or_faith(name):
    edition = compiled()
    edition["facts"][name] = {"type": "text", "private": True, "says": "x"}

    assert codes(edition) == {"fact.about_persons"}


@pytest.mark.parametrize("name", ["purpose", "activities", "activities_here"])
def test_text_and_days_are_always_private(name):
    edition = compiled()
    edition["facts"][name]["private"] = False

    assert codes(edition) == {"fact.must_be_private"}


def test_a_private_tick_would_tell_its_answer():
    edition = compiled()
    edition["facts"]["cooperates"]["private"] = True

    assert codes(edition) == {"fact.private_tick"}


def test_a_private_code_must_not_be_told_by_a_test_for_one_value():
    edition = compiled()
    criterion(edition, "K01")["ways"][0]["all"][1] = {"fact": "seat_postcode", "test": "equals", "value": "99001"}
    assert codes(edition) == {"test.tells_the_answer"}

    edition = compiled()
    edition["lists"]["city_postcodes"] = ["99001"]
    assert codes(edition) == {"test.tells_the_answer"}


def test_a_private_choice_is_told_by_a_test_for_one_value_too():
    edition = compiled()
    edition["facts"]["form"]["private"] = True

    assert codes(edition) == {"test.tells_the_answer"}


def test_a_condition_on_a_private_fact_would_tell_it():
    edition = compiled()
    criterion(edition, "K12")["applies_if"] = {"fact": "field", "equals": "youth"}

    assert codes(edition) == {"criterion.private_condition"}


def test_derived_days_come_from_days():
    edition = compiled()
    edition["facts"]["activities_here"]["drawn_from"] = "purpose"

    assert "fact.drawn_from" in codes(edition)


def test_the_order_of_options_names_all_options():
    edition = compiled()
    edition["facts"]["form"]["order"] = ["group", "registered"]

    assert codes(edition) == {"fact.order"}


@pytest.mark.parametrize(
    ("code", "key", "value", "finding"),
    [
        ("form", "code", "organisation_name", "question.twice"),
        ("form", "section", "forms", "section.unknown"),
        ("declarations_note", "fact", "notes", "fact.unknown"),
        ("declarations_note", "fact", "activities_here", "question.derived"),
        ("declarations_note", "declaration", True, "question.declaration"),
        ("declarations_note", "asked_if", {"fact": "forms", "equals": "x"}, "fact.unknown"),
        ("declarations_note", "asked_if", {"fact": "form", "equals": "club"}, "condition.impossible"),
        ("declarations_note", "asked_if", {"fact": "cooperates", "equals": "yes"}, "condition.impossible"),
        ("founded_on", "asked_if", {"fact": "form", "equals": "group"}, "question.asked_before"),
    ],
)
def test_questions_name_what_there_is(code, key, value, finding):
    edition = compiled()
    question(edition, code)[key] = value

    assert codes(edition) == {finding}


def test_a_section_has_questions():
    edition = compiled()
    edition["sections"].append({"name": "money", "title": "Geld"})

    assert codes(edition) == {"section.empty"}


@pytest.mark.parametrize(
    ("key", "value", "finding"),
    [
        ("serves", ["K01", "K04", "K10", "K99"], "criterion.unknown"),
        ("serves", ["K01", "K04", "K10", "K07"], "document.not_asked_for"),
        ("serves", ["K01", "K04"], "document.does_not_serve"),
        ("serves", [], "document.does_not_serve"),
        ("replaced_by", "statutes", "fact.unknown"),
    ],
)
def test_documents_and_criteria_agree(key, value, finding):
    edition = compiled()
    edition["documents"]["satzung"][key] = value

    assert codes(edition) == {finding}


# --- criteria ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "key", "value", "finding"),
    [
        ("K06", "guiding_questions", [], "criterion.without_questions"),
        ("K01", "judged_by", "person", "criterion.without_questions"),
        ("K06", "judged_by", "rule", "criterion.without_ways"),
        ("K01", "kind", "conditional", "criterion.condition"),
        ("K12", "kind", "must", "criterion.condition"),
        ("K12", "applies_if", {"fact": "minors", "equals": True}, "fact.unknown"),
        ("K12", "applies_if", {"fact": "works_with_minors", "equals": "ja"}, "condition.impossible"),
        ("K01", "evidence_one_of", ["satzung", "registerauszug", "taetigkeitsliste", "foto"], "document.unknown"),
        ("K11", "ways", [], "criterion.without_ways"),
    ],
)
def test_a_criterion_says_when_it_applies_and_how_it_is_judged(code, key, value, finding):
    edition = compiled()
    criterion(edition, code)[key] = value

    assert finding in codes(edition)


def test_a_criterion_with_ways_is_judged_by_the_rule_first():
    edition = compiled()
    criterion(edition, "K06")["ways"] = criterion(edition, "K11")["ways"]

    assert codes(edition) == {"criterion.person_with_ways"}


def test_a_way_without_conditions_would_let_everybody_in():
    edition = compiled()
    criterion(edition, "K11")["ways"].append({"says": "Einfach so.", "all": []})

    (finding,) = check(edition)

    assert (finding.place, finding.code) == ("criterion K11, way 2", "way.empty")


@pytest.mark.parametrize(
    ("test", "finding"),
    [
        ({"fact": "posts", "test": "present"}, "fact.unknown"),
        ({"fact": "form", "test": "ticked"}, "test.unfit"),
        ({"fact": "purpose", "test": "equals", "value": "x"}, "test.unfit"),
        ({"fact": "cooperates", "test": "present"}, "test.unfit"),
        ({"fact": "form", "test": "equals", "value": "club"}, "condition.impossible"),
        ({"fact": "cooperates", "test": "equals", "value": "ja"}, "condition.impossible"),
        ({"fact": "group_size", "test": "equals", "value": True}, "condition.impossible"),
        ({"fact": "form", "test": "is_in", "list": "city_postcodes"}, "condition.impossible"),
        ({"fact": "seat_postcode", "test": "is_in", "list": "postcodes"}, "list.unknown"),
        ({"fact": "last_election_on", "test": "within_term", "years": "form"}, "fact.unknown"),
    ],
)
def test_a_test_fits_its_fact(test, finding):
    edition = compiled()
    criterion(edition, "K11")["ways"][0]["all"] = [test]

    assert codes(edition) == {finding}


def test_a_way_that_nobody_is_asked_about_is_found():
    edition = compiled()
    edition["questions"].remove(question(edition, "cooperates"))

    assert codes(edition) == {"fact.never_asked"}


# --- procedures, guards, people ------------------------------------------------------------------------------------


def test_what_is_unsound_in_a_procedure_is_found_with_its_sentence():
    edition = compiled()
    step(edition, "refuse")["not_by"] = []

    (finding,) = check(edition)

    assert finding.code == "invariant.one_person"
    assert "Keine Ablehnung ohne Anhörung" in finding.says


def test_a_step_opens_a_procedure_that_the_edition_has():
    edition = compiled()
    del edition["procedures"]["membership"]

    assert codes(edition) == {"kind.unknown"}


def test_a_guard_that_the_program_does_not_know_is_found():
    edition = compiled()
    edition["guards"]["moon_is_full"] = edition["guards"]["hearing_is_closed"]
    edition["texts"]["guard.moon_is_full"] = edition["texts"]["guard.moon_is_full.rule"] = "Der Mond ist voll."

    assert codes(edition) == {"guard.unknown"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("reads", ["today"]),
        ("says", []),
        ("examples", {"rows": 2, "sha256": "0" * 64}),
        ("examples", {"rows": 0, "sha256": "0" * 64}),
    ],
)
def test_a_guard_of_other_meaning_is_found(key, value):
    edition = compiled()
    edition["guards"]["draft_is_abandoned"][key] = value

    assert "guard.changed" in codes(edition)


def test_a_guard_that_judges_otherwise_is_found(monkeypatch):
    before = checks.GUARDS["resting_period_is_over"]
    monkeypatch.setitem(checks.GUARDS, before.name, Guard(before.name, before.reads, before.says, lambda facts: True))

    assert codes(compiled()) == {"guard.changed"}


def test_people_are_missing_for_a_decision():
    findings = check(compiled(), staff=[{"caseworker", "approver"}])

    assert {finding.code for finding in findings} == {"staffing.two_people"}
    assert check(FOLDER) == check(compiled(), staff=[{"caseworker"}, {"approver"}]) == []


# --- texts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    [
        "guard.hearing_is_closed", "guard.hearing_is_closed.rule", "reason.four_eyes", "step.refuse",
        "step.refuse.done",
        "act.assess", "act.assess.done", "state.admission.hearing.applicant", "deadline.hearing", "role.approver",
        "outcome.refuse", "outcome.met_by_exception", "letter.refusal.title", "mail.hearing.subject",
        "mail.welcome.body", "test.within_term.unclear", "list.city_postcodes", "value.none", "reason.calendar.ended",
    ],
)  # fmt: skip
def test_a_sentence_that_will_be_needed_is_there(key):
    edition = compiled()
    del edition["texts"][key]

    (finding,) = check(edition)

    assert (finding.place, finding.code) == (f"text {key}", "text.missing")


def test_a_sentence_names_only_what_its_guard_says():
    edition = compiled()
    edition["texts"]["guard.hearing_is_closed"] = "Bis {due_on}."

    assert codes(edition) == {"text.placeholder"}


@pytest.fixture
def english(tmp_path):
    folder = tmp_path / "2026-1"
    shutil.copytree(FOLDER, folder)
    return folder / "texts" / "en.toml"


def flaws(path):
    german = {"step.submit": "Einreichen", "guard.hearing_is_closed": "Bis {hearing_due_on}."}
    return {(f.place.removeprefix("texts/en.toml").removeprefix(": "), f.code) for f in check_texts(path, "0a", german)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('of = "0a"\n"step.submit" = "Submit"', set()),
        ('of = ""\n"step.submit" = "Submit"', set()),
        ('"step.submit" = "Submit"', {("", "texts.of")}),
        ('of = "ff"', {("", "texts.of")}),
        ('of = "0a"\n"step.sumbit" = "Submit"', {("step.sumbit", "text.unknown")}),
        ('of = "0a"\n"step.submit" = ["Submit"]', {("step.submit", "text.no_sentence")}),
        ('of = "0a"\n"guard.hearing_is_closed" = "Until {today}"', {("guard.hearing_is_closed", "text.placeholder")}),
        ('of = "0a"\n"guard.hearing_is_closed" = "Soon"', set()),
        ('of = "0a"\n"step.submit" = 1.5', {("step.submit", "value.float"), ("step.submit", "text.no_sentence")}),
        ("of =", {("", "file.unreadable")}),
    ],
)
def test_a_translation_says_what_it_translates_and_no_more(english, text, expected):
    english.write_text(text, encoding="utf-8")

    assert flaws(english) == expected


def test_a_translation_of_another_edition_is_found_in_the_folder(english):
    text = english.read_text(encoding="utf-8")
    english.write_text(text.replace('of = ""', f'of = "{"0" * 64}"', 1), encoding="utf-8")

    assert {finding.code for finding in check(english.parent.parent)} == {"texts.of"}


def test_a_translation_has_a_hash_of_its_own_and_the_digest_does_not_see_it(english):
    assert stamp(english, rulebook().digest) is True
    assert stamp(english, rulebook().digest) is False
    assert check(english.parent.parent) == []
    assert compile_texts(english, "") == compile_texts(FOLDER / "texts" / "en.toml", rulebook().digest)
    assert [path.name for path in translations_in(FOLDER)] == ["en.toml"]


def test_a_language_has_a_known_kind_of_name(english):
    odd = english.with_name("englisch.toml")
    odd.write_text('of = "0a"', encoding="utf-8")

    assert {finding.code for finding in check_texts(odd, "0a", {})} == {"texts.language"}


def test_the_planted_defects_do_not_touch_the_edition():
    assert compiled() == deepcopy(compiled())
    assert check(compiled()) == []
