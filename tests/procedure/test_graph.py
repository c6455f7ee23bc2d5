from copy import deepcopy
from typing import Any

import pytest

from admission.procedure.definitions import procedure_from
from admission.procedure.graph import Finding, reach, soundness, staffing
from tests.procedure.edition import ADMISSION, COMPILED, MEMBERSHIP

NO_REFUSAL = "Keine Ablehnung ohne Anhörung, vollständige Prüfung und zweite Unterschrift."


class Plan:
    """A copy of the admission procedure in which a defect is planted."""

    def __init__(self) -> None:
        self.d: dict[str, Any] = deepcopy(COMPILED["procedures"]["admission"])

    def step(self, name: str, state: str) -> dict[str, Any]:
        return next(step for step in self.d["steps"] if step["name"] == name and state in step["from"])

    def without(self, name: str, state: str) -> None:
        self.d["steps"].remove(self.step(name, state))

    def findings(self) -> list[Finding]:
        return soundness(procedure_from("admission", self.d))

    def codes(self) -> set[str]:
        return {finding.code for finding in self.findings()}


@pytest.fixture
def plan() -> Plan:
    return Plan()


@pytest.mark.parametrize("procedure", [ADMISSION, MEMBERSHIP], ids=["admission", "membership"])
def test_the_procedures_of_the_edition_are_sound(procedure):
    assert soundness(procedure) == []


def test_a_guard_taken_from_a_refusal_breaks_the_sentence(plan):
    plan.step("refuse", "weighed")["needs"].remove("hearing_is_closed")

    (finding,) = plan.findings()

    assert finding.code == "invariant.need_dropped"
    assert finding.place == "admission, step refuse from weighed"
    assert finding.says.startswith(NO_REFUSAL) and "hearing_is_closed" in finding.says


def test_four_eyes_taken_from_a_refusal_break_the_sentence(plan):
    plan.step("refuse", "weighed")["not_by"] = ["propose"]

    (finding,) = plan.findings()

    assert finding.code == "invariant.one_person"
    assert finding.says == f"{NO_REFUSAL} Nicht ausgeschlossen: wer assess."


@pytest.mark.parametrize("source", ["proposed", "assessment", "hearing"])
def test_a_second_source_of_a_refusal_passes_the_hearing(plan, source):
    plan.step("refuse", "weighed")["from"].append(source)

    assert Finding("admission, invariant into refused", "invariant.bypassed", NO_REFUSAL) in plan.findings()


def test_a_second_way_into_refused_breaks_everything_at_once(plan):
    plan.d["steps"].append({"name": "reject", "from": ["assessment"], "to": "refused", "by": ["approver"]})

    assert plan.codes() == {"invariant.bypassed", "invariant.need_dropped", "invariant.one_person"}


def test_a_second_round_must_not_live_on_the_first_hearing(plan):
    plan.d["invariants"].append({"into": "refused", "only_from": ["supplement"], "says": "Erst nachfordern."})
    plan.step("confirm_complete", "completeness")["from"] = ["supplement"]
    plan.step("request_supplement", "assessment")["from"] = ["weighed"]

    # From the first state every way to a refusal leads through `supplement`; from `assessment`, a second round, none.
    assert Finding("admission, invariant into refused", "invariant.bypassed", "Erst nachfordern.") in plan.findings()


def test_an_outcome_needs_an_invariant_with_two_people(plan):
    plan.d["invariants"] = [rule for rule in plan.d["invariants"] if rule["into"] != "admitted_as_guest"]

    (finding,) = plan.findings()

    assert (finding.place, finding.code) == ("admission, state admitted_as_guest", "outcome.of_one_person")


def test_a_hearing_that_only_the_applicant_can_leave_is_found(plan):
    plan.without("weigh", "hearing")

    found = {(finding.place, finding.code) for finding in plan.findings()}

    assert ("admission, state hearing", "state.waits_for_the_applicant") in found
    assert ("admission, state weighed", "state.unreachable") in found


def test_a_draft_whose_deadline_fires_nothing_waits_for_ever(plan):
    del plan.d["deadlines"]["draft"]["fires"]

    assert {(f.place, f.code) for f in plan.findings()} == {("admission, state draft", "state.waits_for_the_applicant")}


def test_a_state_without_any_way_out_is_found(plan):
    plan.without("weigh", "hearing")
    plan.step("withdraw", "hearing")["from"].remove("hearing")

    assert ("admission, state hearing", "state.cannot_end") in {(f.place, f.code) for f in plan.findings()}


def test_a_state_that_no_way_leads_to_is_found(plan):
    plan.d["states"]["limbo"] = {"title": "Schwebe", "ball": "nobody", "final": True}

    assert plan.findings() == [
        Finding("admission, state limbo", "state.unreachable", "Kein Weg führt zum Stand Schwebe.")
    ]


def test_a_final_state_is_final(plan):
    plan.d["steps"].append({"name": "reopen", "from": ["withdrawn"], "to": "completeness", "by": ["caseworker"]})

    assert "state.final_is_left" in plan.codes()


@pytest.mark.parametrize(("state", "ball"), [("hearing", "nobody"), ("refused", "office"), ("hearing", "somebody")])
def test_somebody_has_the_ball_until_the_end(plan, state, ball):
    plan.d["states"][state]["ball"] = ball

    assert plan.codes() == {"state.ball"}


def test_a_procedure_begins_somewhere(plan):
    plan.d["begins_in"] = []

    assert "procedure.begins_nowhere" in plan.codes()


def test_a_step_is_described_once_a_state(plan):
    plan.step("return", "weighed")["from"].append("proposed")

    (finding,) = [finding for finding in plan.findings() if finding.code == "step.twice"]

    assert finding.place == "admission, step return from weighed, proposed"


def test_a_name_is_a_step_or_an_act(plan):
    plan.d["acts"]["propose"] = {"by": ["caseworker"], "in": ["assessment"]}

    assert plan.codes() == {"name.twice"}


@pytest.mark.parametrize(
    ("where", "key", "value", "code"),
    [
        ("step", "to", "refusd", "state.unknown"),
        ("step", "from", ["weigd"], "state.unknown"),
        ("step", "by", ["aprover"], "role.unknown"),
        ("step", "by", [], "rule.by_nobody"),
        ("step", "not_by", ["propose", "asess"], "act.unknown"),
        ("step", "opens", "membrship", "kind.unknown"),
        ("step", "ends_deadline", ["decison"], "deadline.unknown"),
        ("step", "begins_deadline", ["decison"], "deadline.unknown"),
        ("act", "in", ["assesment"], "state.unknown"),
        ("act", "needs", ["procedings_are_not_resting"], "guard.unknown"),
        ("deadline", "fires", "remnd", "step.unknown"),
        ("deadline", "fires", "propose", "deadline.fires_for_nobody"),
        ("deadline", "escalates", True, "deadline.two_ends"),
        ("invariant", "into", "refusd", "state.unknown"),
        ("invariant", "only_from", ["weigd"], "state.unknown"),
        ("invariant", "needs", ["hearing_is_closd"], "guard.unknown"),
        ("invariant", "not_by", ["asess"], "act.unknown"),
        ("procedure", "begins_in", ["drft"], "state.unknown"),
    ],
)
def test_every_name_is_known(plan, where, key, value, code):
    spots = {
        "step": plan.step("refuse", "weighed"), "act": plan.d["acts"]["check"],
        "deadline": plan.d["deadlines"]["supplement"], "invariant": plan.d["invariants"][0], "procedure": plan.d,
    }  # fmt: skip
    spots[where][key] = value

    assert code in plan.codes()


def test_a_typo_in_a_guard_is_found_and_the_sentence_it_breaks(plan):
    needs = plan.step("refuse", "weighed")["needs"]
    needs[needs.index("hearing_is_closed")] = "hearing_is_closd"

    assert plan.codes() == {"guard.unknown", "invariant.need_dropped"}


def test_states_are_reached_around_those_that_are_cut():
    edges = {("a", "b"), ("b", "c"), ("a", "d"), ("d", "c")}

    assert reach(edges, ["a"], without=["b"]) == {"a", "c", "d"}
    assert reach(edges, ["a"], without=["b", "d"]) == {"a"}
    assert reach(edges, ["a"], without=["a"]) == set()


# --- people --------------------------------------------------------------------------------------------------------

PROCEDURES = {"admission": ADMISSION, "membership": MEMBERSHIP}
REVIEW = procedure_from(
    "review",
    {
        "begins_in": ["filed"],
        "states": {
            "filed": {"title": "Eingereicht", "ball": "office"},
            "upheld": {"title": "Bestätigt", "ball": "nobody", "final": True},
        },
        "steps": [{"name": "uphold", "from": ["filed"], "to": "upheld", "by": ["approver", "external_reviewer"]}],
    },
)
CLERK, HEAD, BOTH = {"caseworker"}, {"approver"}, {"caseworker", "approver"}


def unreached(staff, procedures=None):
    return sorted({finding.code for finding in staffing(procedures or PROCEDURES, staff)})


@pytest.mark.parametrize("staff", [[CLERK, HEAD], [BOTH, BOTH], [BOTH, HEAD], [CLERK, BOTH, {"admin"}]])
def test_two_people_can_admit_and_refuse(staff):
    assert unreached(staff) == []


@pytest.mark.parametrize("staff", [[], [BOTH], [CLERK, CLERK], [HEAD, HEAD], [BOTH, {"admin"}]])
def test_one_pair_of_hands_is_not_enough(staff):
    findings = staffing(PROCEDURES, staff)

    assert {finding.code for finding in findings} == {"staffing.two_people"}
    assert "admission, step admit from proposed, weighed" in {finding.place for finding in findings}


def test_a_refusal_needs_three_as_soon_as_there_is_a_review():
    reviewed = PROCEDURES | {"review": REVIEW}

    assert unreached([CLERK, HEAD], reviewed) == ["staffing.three_people"]
    assert unreached([CLERK, HEAD, CLERK], reviewed) == ["staffing.three_people"]
    assert unreached([CLERK, HEAD, HEAD], reviewed) == []
    assert unreached([CLERK, HEAD, {"external_reviewer"}], reviewed) == []
    assert {f.place for f in staffing(reviewed, [CLERK, HEAD])} == {"admission, step refuse from weighed"}
