from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admission.procedure.evaluator import TESTS, Outcome, TraceRow, Verdict, evaluate
from tests.procedure.edition import COMPILED

FACTS, LISTS = COMPILED["facts"], COMPILED["lists"]
CRITERIA = {criterion["code"]: criterion for criterion in COMPILED["criteria"]}
BY_RULE = [criterion for criterion in COMPILED["criteria"] if criterion["ways"]]
DAY = date(2026, 10, 28)
MET, NOT_MET, UNCLEAR, NOT_APPLICABLE = Verdict.MET, Verdict.NOT_MET, Verdict.UNCLEAR, Verdict.NOT_APPLICABLE


def judge(code: str, **answers: object) -> Outcome:
    return evaluate(CRITERIA[code], answers, FACTS, LISTS, DAY)


def ask(test: dict[str, object], **answers: object) -> Verdict:
    criterion = {"code": "K99", "ways": [{"says": "x", "all": [test]}]}
    return evaluate(criterion, answers, FACTS, LISTS, DAY).verdict


def days(*rows: tuple[str, str]) -> list[dict[str, str]]:
    return [{"on": on, "what": "Treffen", "where": where} for on, where in rows]


HERE = days(("2026-06-06", "here"), ("2026-09-27", "here"), ("2026-10-28", "here"))


@pytest.mark.parametrize(
    ("test", "answers", "verdict"),
    [
        ({"fact": "seat_postcode", "test": "is_in", "list": "city_postcodes"}, {"seat_postcode": "99003"}, MET),
        ({"fact": "seat_postcode", "test": "is_in", "list": "city_postcodes"}, {"seat_postcode": "12345"}, NOT_MET),
        ({"fact": "form", "test": "equals", "value": "group"}, {"form": "group"}, MET),
        ({"fact": "form", "test": "equals", "value": "group"}, {"form": "registered"}, NOT_MET),
        ({"fact": "group_size", "test": "at_least", "number": 3}, {"group_size": 3}, MET),
        ({"fact": "group_size", "test": "at_least", "number": 3}, {"group_size": 2}, NOT_MET),
        ({"fact": "group_size", "test": "at_least", "number": 3}, {"group_size": 0}, NOT_MET),
        ({"fact": "register_number", "test": "present"}, {"register_number": "VR 99417"}, MET),
        ({"fact": "register_number", "test": "present"}, {"register_number": ""}, NOT_MET),
        ({"fact": "activities", "test": "present"}, {"activities": []}, NOT_MET),
        ({"fact": "group_size", "test": "present"}, {"group_size": 0}, MET),
        ({"fact": "activities", "test": "dated_within", "months": 12, "at_least": 3}, {"activities": HERE}, MET),
        (
            {"fact": "activities", "test": "dated_within", "months": 12, "at_least": 3},
            {"activities": HERE[:2]},
            NOT_MET,
        ),
        ({"fact": "activities", "test": "dated_within", "months": 12}, {"activities": HERE[:1]}, MET),
        ({"fact": "activities", "test": "dated_within", "months": 12}, {"activities": []}, NOT_MET),
        (
            {"fact": "activities", "test": "dated_within", "months": 12},
            {"activities": days(("2025-10-28", "here"))},
            MET,
        ),
        (
            {"fact": "activities", "test": "dated_within", "months": 12},
            {"activities": days(("2025-10-27", "here"))},
            NOT_MET,
        ),
        (
            {"fact": "activities", "test": "dated_within", "months": 12},
            {"activities": days(("2026-10-29", "here"))},
            NOT_MET,
        ),
        ({"fact": "exemption_on", "test": "dated_within", "months": 12}, {"exemption_on": "2026-01-01"}, MET),
        ({"fact": "founded_on", "test": "younger_than", "months": 12}, {"founded_on": "2025-10-29"}, MET),
        ({"fact": "founded_on", "test": "younger_than", "months": 12}, {"founded_on": "2025-10-28"}, NOT_MET),
        ({"fact": "founded_on", "test": "younger_than", "months": 12}, {"founded_on": "2026-10-29"}, NOT_MET),
        (
            {"fact": "last_election_on", "test": "within_term", "years": "term_years"},
            {"last_election_on": "2024-10-28", "term_years": 2},
            MET,
        ),
        (
            {"fact": "last_election_on", "test": "within_term", "years": "term_years"},
            {"last_election_on": "2024-10-27", "term_years": 2},
            NOT_MET,
        ),
        (
            {"fact": "last_election_on", "test": "within_term", "years": "term_years"},
            {"last_election_on": "2024-10-28"},
            UNCLEAR,
        ),
        ({"fact": "last_election_on", "test": "within_term", "years": "term_years"}, {"term_years": 2}, UNCLEAR),
        ({"fact": "cooperates", "test": "ticked"}, {"cooperates": True}, MET),
        ({"fact": "cooperates", "test": "ticked"}, {"cooperates": False}, NOT_MET),
        ({"fact": "cooperates", "test": "ticked"}, {"cooperates": None}, UNCLEAR),
        ({"fact": "cooperates", "test": "ticked"}, {}, UNCLEAR),
    ],
)
def test_each_test_judges_answers_and_waits_for_missing_ones(test, answers, verdict):
    assert ask(test, **answers) is verdict


def test_the_list_of_tests_is_closed():
    assert set(TESTS) == {
        "is_in", "equals", "at_least", "present", "dated_within", "younger_than", "within_term", "ticked",
    }  # fmt: skip


def test_one_way_is_enough_and_the_trace_shows_every_way():
    outcome = judge("K01", based_in="elsewhere", activities=HERE)

    assert outcome.verdict is MET
    assert outcome.ways == (NOT_MET, NOT_MET, MET)
    assert outcome.trace[0] == TraceRow(1, "based_in", "equals", NOT_MET)
    assert outcome.trace[-1] == TraceRow(3, "activities_here", "dated_within", MET)
    assert outcome.missing == ()
    assert outcome.trace[-1].as_json() == [3, "activities_here", "dated_within", "met"]


def test_dates_online_count_as_activity_but_not_as_a_place():
    online = days(("2026-06-06", "online"), ("2026-09-27", "online"), ("2026-10-01", "elsewhere"))

    assert judge("K07", activities=online, founded_on="2011-05-01").verdict is MET
    assert judge("K01", based_in="elsewhere", activities=online).verdict is NOT_MET


def test_what_would_make_it_clear_is_named_by_the_question_that_asks_it():
    assert judge("K01", based_in="elsewhere").missing == ("activities",)
    assert judge("K01").missing == ("based_in", "seat_postcode", "meeting_place", "activities")


def test_a_criterion_that_a_person_judges_is_unclear_to_us():
    assert judge("K06", purpose="Bildung") == Outcome(UNCLEAR)


def test_whether_it_applies_is_decided_before_anything_is_evaluated():
    assert judge("K12", works_with_minors=False) == Outcome(NOT_APPLICABLE)
    assert judge("K12") == Outcome(UNCLEAR, missing=("works_with_minors",))
    assert judge("K12", works_with_minors=True, safeguarding="concept").verdict is MET
    assert judge("K12", works_with_minors=True, safeguarding="none").verdict is NOT_MET


def test_a_way_without_statutes_exists_for_a_group():
    group = {"form": "group", "group_size": 5, "has_two_contacts": True, "group_introduced": "office"}

    assert judge("K03", **group).verdict is MET


def value_of(name: str) -> st.SearchStrategy[object]:
    fact = FACTS[name]
    a_day = st.dates(date(2018, 1, 1), date(2027, 6, 1)).map(date.isoformat)
    match fact["type"]:
        case "choice":
            return st.sampled_from(sorted(fact["options"]))
        case "tick":
            return st.booleans()
        case "day":
            return a_day
        case "count":
            return st.integers(0, 8)
        case "code":
            return st.sampled_from(["", "99001", "12345", "VR 99417"])
        case "days":
            row = st.fixed_dictionaries(
                {"on": a_day, "what": st.just("x"), "where": st.sampled_from(["here", "elsewhere", "online"])}
            )
            return st.lists(row, max_size=6)
    return st.sampled_from(["", "ein Satz"])


ASKED = sorted({question["fact"] for question in COMPILED["questions"]})
COMPLETE = st.fixed_dictionaries({name: value_of(name) for name in ASKED})


@settings(max_examples=300)
@given(answers=COMPLETE, hidden=st.sets(st.sampled_from(ASKED)))
def test_less_answered_is_unclear_or_final(answers, hidden):
    partial = {name: None if name in hidden else value for name, value in answers.items()}
    for criterion in COMPILED["criteria"]:
        final = evaluate(criterion, answers, FACTS, LISTS, DAY).verdict
        assert evaluate(criterion, partial, FACTS, LISTS, DAY).verdict in (UNCLEAR, final)


@settings(max_examples=300)
@given(answers=COMPLETE)
def test_complete_answers_are_never_unclear_to_a_rule(answers):
    for criterion in BY_RULE:
        outcome = evaluate(criterion, answers, FACTS, LISTS, DAY)
        assert outcome.verdict is not UNCLEAR
        assert outcome.missing == ()


@settings(max_examples=300)
@given(answers=COMPLETE, hidden=st.sets(st.sampled_from(ASKED), min_size=1))
def test_whatever_is_unclear_names_an_answer_that_is_missing(answers, hidden):
    partial = {name: value for name, value in answers.items() if name not in hidden}
    for criterion in BY_RULE:
        outcome = evaluate(criterion, partial, FACTS, LISTS, DAY)
        if outcome.verdict is UNCLEAR:
            assert outcome.missing and set(outcome.missing) <= hidden
