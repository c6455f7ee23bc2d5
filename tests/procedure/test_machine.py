from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admission.ground.errors import Reason, Refused
from admission.procedure.facts import FACT_TYPES, Facts
from admission.procedure.machine import Person, _machine, advance, why_not, why_not_act
from tests.procedure.edition import ADMISSION, MEMBERSHIP, TODAY, facts, person

REFUSABLE = facts(proposed_outcome="refuse", criteria_not_met=1, hearing_due_on=TODAY - timedelta(1), weighed_on=TODAY)


def test_nobody_signs_a_refusal_before_the_hearing_is_closed():
    waiting = facts(proposed_outcome="refuse", criteria_not_met=1, hearing_due_on=TODAY, weighed_on=TODAY)

    assert why_not(ADMISSION, "weighed", "refuse", waiting, person("approver")) == (
        Reason("hearing_is_closed", {"hearing_due_on": TODAY}),
    )


def test_a_second_person_signs_the_refusal_when_everything_holds():
    assert why_not(ADMISSION, "weighed", "refuse", REFUSABLE, person("approver")) == ()
    assert advance(ADMISSION, "weighed", "refuse", REFUSABLE, person("approver")) == "refused"


def test_all_reasons_come_at_once_and_in_order():
    reasons = why_not(
        ADMISSION, "assessment", "propose",
        facts(criteria_unassessed=2, proposed_outcome=None, resting=1),
        person("approver", conflict="undeclared"), reason_given=False,
    )  # fmt: skip

    assert [reason.code for reason in reasons] == [
        "role.missing", "conflict.undeclared", "reason.missing", "every_criterion_is_assessed",
        "proposal_is_recorded", "proposal_fits_the_findings", "proceedings_are_not_resting",
    ]  # fmt: skip
    assert reasons[0].values == {"roles": "caseworker"}
    assert reasons[3].values == {"criteria_unassessed": 2}


def test_a_value_that_is_not_there_is_not_named():
    reasons = why_not(ADMISSION, "weighed", "refuse", facts(proposed_outcome=None), person("approver"))

    assert reasons[0] == Reason("refusal_is_proposed", {})


def test_a_step_that_the_state_does_not_foresee_has_one_reason():
    assert why_not(ADMISSION, "draft", "refuse", REFUSABLE, person("approver")) == (
        Reason("step.not_foreseen", {"step": "refuse", "state": "draft"}),
    )
    assert why_not(ADMISSION, "draft", "no_such_step", REFUSABLE, person("approver"))[0].code == "step.not_foreseen"


@pytest.mark.parametrize("act", ["propose", "assess", "weigh"])
def test_whoever_assessed_or_proposed_or_weighed_does_not_sign(act):
    who = person("caseworker", "approver", acts=(act,))

    assert why_not(ADMISSION, "weighed", "refuse", REFUSABLE, who) == (Reason("four_eyes", {"act": act}),)
    assert why_not(ADMISSION, "proposed", "admit", facts(), who) == (Reason("four_eyes", {"act": act}),)


def test_each_excluded_act_is_a_reason_of_its_own():
    who = person("approver", acts=("propose", "weigh"))

    assert [r.values["act"] for r in why_not(ADMISSION, "weighed", "refuse", REFUSABLE, who)] == ["propose", "weigh"]


def test_who_announced_the_closure_does_not_close():
    over = facts(resting=1, closure_announced_on=TODAY - timedelta(40), closure_due_on=TODAY - timedelta(1))

    assert why_not(ADMISSION, "supplement", "close", over, person("caseworker", acts=("announce_closure",))) == (
        Reason("four_eyes", {"act": "announce_closure"}),
    )
    assert advance(ADMISSION, "supplement", "close", over, person("caseworker")) == "closed"


@pytest.mark.parametrize(
    ("conflict", "expected"),
    [("none", ()), ("declared", ("conflict.declared",)), ("undeclared", ("conflict.undeclared",))],
)
def test_a_person_of_the_office_declares_first(conflict, expected):
    reasons = why_not(ADMISSION, "proposed", "admit", facts(), person("approver", conflict=conflict))

    assert tuple(reason.code for reason in reasons) == expected


def test_applicants_and_the_system_declare_nothing():
    assert why_not(ADMISSION, "draft", "submit", facts(), person("applicant", conflict="undeclared")) == ()
    over = facts(draft_closes_on=TODAY - timedelta(1))
    assert why_not(ADMISSION, "draft", "close_draft", over, person("system", conflict="undeclared")) == ()


@pytest.mark.parametrize(
    ("act", "conflict", "expected"),
    [
        ("declare_conflict", "undeclared", ()), ("claim", "undeclared", ()), ("release", "undeclared", ()),
        ("declare_conflict", "declared", ()), ("release", "declared", ()),
        ("claim", "declared", ("conflict.declared",)),
        ("check", "undeclared", ("conflict.undeclared",)), ("check", "declared", ("conflict.declared",)),
        ("check", "none", ()),
    ],
)  # fmt: skip
def test_the_declaration_itself_needs_none(act, conflict, expected):
    reasons = why_not_act(ADMISSION, "completeness", act, facts(), person("caseworker", conflict=conflict))

    assert tuple(reason.code for reason in reasons) == expected


def test_an_act_has_its_states_roles_and_guards():
    caseworker = person("caseworker")

    assert why_not_act(ADMISSION, "completeness", "assess", facts(), caseworker)[0].code == "step.not_foreseen"
    assert why_not_act(ADMISSION, "completeness", "dance", facts(), caseworker)[0].code == "step.not_foreseen"
    assert [r.code for r in why_not_act(ADMISSION, "completeness", "check", facts(resting=1), person("applicant"))] == [
        "role.missing",
        "proceedings_are_not_resting",
    ]


def test_a_refused_step_raises_every_reason_and_moves_nothing():
    with pytest.raises(Refused) as refusal:
        advance(ADMISSION, "proposed", "admit", facts(letter_drafted=0), person("caseworker", acts=("propose",)))

    assert [reason.code for reason in refusal.value.reasons] == ["role.missing", "four_eyes", "letter_is_drafted"]


def test_a_step_of_the_same_name_goes_where_its_state_says():
    assert advance(ADMISSION, "proposed", "return", facts(), person("approver")) == "assessment"
    assert advance(ADMISSION, "weighed", "return", facts(), person("caseworker")) == "assessment"
    assert why_not(ADMISSION, "proposed", "return", facts(), person("caseworker"))[0].code == "role.missing"


def test_a_membership_ends_by_wish_or_dissolution():
    assert advance(MEMBERSHIP, "guest", "resign", facts(), person("applicant")) == "resigned"
    assert advance(MEMBERSHIP, "member", "dissolve", facts(), person("caseworker")) == "dissolved"


def test_the_machine_knows_no_way_but_the_edition_s():
    machine = _machine(ADMISSION)

    assert set(machine.events) == {step.name for step in ADMISSION.steps}
    assert set(machine.states) == set(ADMISSION.states)
    assert machine.models == [] and machine is _machine(ADMISSION)


def test_nothing_leaves_a_final_state():
    for name, state in ADMISSION.states.items():
        assert not (state.final and ADMISSION.steps_from(name))


def value_of(name: str) -> st.SearchStrategy[object]:
    kind = FACT_TYPES[name]
    if kind is int:
        return st.sampled_from([0, 0, 0, 1, 2])
    if name == "proposed_outcome":
        return st.sampled_from([None, "admit", "admit_with_obligations", "admit_as_guest", "refuse"])
    days = st.sampled_from([TODAY - timedelta(1), TODAY, TODAY + timedelta(1)])
    return days if kind is date else st.one_of(st.none(), days)


FACTS = st.fixed_dictionaries({name: value_of(name) for name in FACT_TYPES}).map(Facts)
ROLES = ["applicant", "caseworker", "approver", "external_reviewer", "system", "council"]
PEOPLE = st.builds(
    Person,
    id=st.just("p"),
    roles=st.frozensets(st.sampled_from(ROLES), max_size=3),
    acts=st.frozensets(st.sampled_from(["propose", "assess", "weigh", "announce_closure"]), max_size=2),
    conflict=st.sampled_from(["none", "none", "declared", "undeclared"]),
)
NAMES = sorted({step.name for step in ADMISSION.steps})


@settings(max_examples=1000)
@given(state=st.sampled_from(sorted(ADMISSION.states)), name=st.sampled_from(NAMES), known=FACTS, by=PEOPLE,
       given_=st.booleans())  # fmt: skip
def test_a_step_moves_exactly_when_nothing_speaks_against_it(state, name, known, by, given_):
    reasons = why_not(ADMISSION, state, name, known, by, given_)
    try:
        after = advance(ADMISSION, state, name, known, by, given_)
    except Refused as refusal:
        assert refusal.reasons == reasons != ()
    else:
        assert reasons == ()
        step = ADMISSION.step(state, name)
        assert after == step.to
        assert (after != state) or state in step.from_  # `remind`, `rest` and `resume` stay where they are


@settings(max_examples=500)
@given(step=st.sampled_from(ADMISSION.steps), known=FACTS, by=PEOPLE)
def test_nothing_moves_but_by_the_rulebook(step, known, by):
    for state in step.from_:
        if step.to == state:
            continue
        try:
            after = advance(ADMISSION, state, step.name, known, by)
        except Refused:
            after = state
        assert (after != state) == (why_not(ADMISSION, state, step.name, known, by) == ())
