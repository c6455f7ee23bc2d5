"""Trails: decisions, drawn as small numbers, become tries of people on a case. Far more is tried than is allowed."""

from collections.abc import Callable, Sequence
from functools import partial
from random import Random

from hypothesis import strategies as st

from admission.cases import actions as cases
from admission.ground.db import db
from tests.properties import naive, office
from tests.properties.world import CAST, DAYS, World

Decision = tuple[int, int, int, int]
Trail = tuple[int, list[int], list[Decision]]
PERSONAL = {"role.missing", "four_eyes", "conflict.declared", "conflict.undeclared"}
STARTS = (
    "draft", "draft", "received", "completeness", "completeness", "supplement", "assessment", "proposed", "proposed",
    "hearing", "hearing", "weighed", "weighed",
)  # fmt: skip
FLAVOURS = (("met", "admit"), ("open", "admit_with_obligations"), ("not_met", "admit_as_guest"), ("not_met", "refuse"))
PATH = (
    ("draft", "submit"),
    ("received", "acknowledge"),
    ("completeness", "confirm_complete"),
    ("assessment", "propose"),
    ("proposed", "open_hearing"),
    ("hearing", "weigh"),
)


def trails() -> st.SearchStrategy[Trail]:
    """Where the case already stands, what four people declared, and what is decided then.

    Hypothesis draws the seed alone: its own lists are short, its numbers small, and most trails would end in a draft.
    """
    return st.integers(0, 2**32 - 1).map(trail_of)


def trail_of(seed: int) -> Trail:
    """The trail of a seed."""
    chance = Random(seed)
    declared = [chance.randrange(10) for _ in range(4)]
    length = chance.randint(12, 40)
    decisions = [(chance.randrange(10), *(chance.randrange(1000) for _ in range(3))) for _ in range(length)]
    return chance.randrange(len(STARTS) * len(FLAVOURS)), declared, decisions


def begins(trail: Trail) -> str:
    """The state in which a trail's own decisions begin."""
    return STARTS[trail[0] % len(STARTS)]


def leads_to(trail: Trail) -> str:
    """The decision for which its findings and its proposal speak at the beginning."""
    return FLAVOURS[trail[0] // len(STARTS)][1]


def play(world: World, trail: Trail) -> None:
    """Play a trail; raises `Disagreement` where the engine does other than the second opinion says."""
    start, declared, decisions = trail
    for who, answer in zip(("anna", "chris", "bilal", "dora"), declared, strict=True):
        if answer > 0:  # 0: says nothing; 1: says that there is a conflict
            world.changes(partial(_declare, world, who, answer == 1))
    _reach(world, begins(trail), *FLAVOURS[start // len(STARTS)])
    for decision in decisions:
        if world.procedure.is_final(world.state) and decision[0] > 8:
            return
        _decide(world, *decision)


def play_membership(world: World, seed: int) -> None:
    """Everybody tries to end a membership, also one that has ended; days go by, forms are sent again."""
    chance = Random(seed)
    for who in ("anna", "chris", "bilal", "dora"):
        if declared := chance.randrange(4):  # 0: says nothing; 1: says that there is a conflict
            world.changes(partial(_declare, world, who, declared == 1))
    for _ in range(chance.randint(2, 4)):
        name = chance.choice(("resign", "dissolve"))
        world.passes(chance.choice(DAYS))
        _try(world, name, chance.randrange(1000), chance.randrange(1000))
        if chance.random() < 0.4:
            world.sends_again()


def _declare(world: World, who: str, conflict: bool, _case: object) -> None:
    cases.declare(db.session, world.id, world.people[who], conflict)


def _reach(world: World, target: str, finding: str, outcome: str) -> None:
    """By honest steps to a state, as far as somebody may take them."""
    for state, step in PATH:
        if world.state != state or state == target:
            break
        if state == "completeness" and target == "supplement":
            step = "request_supplement"
        if step == "propose":
            heard = target in ("hearing", "weighed")
            office.finds(world, "not_met" if heard else finding)
            office.proposes(world, "refuse" if heard else outcome, obligations=1)
        _try_prepared(world, step, 0, 1)


def _decide(world: World, kind: int, a: int, b: int, c: int) -> None:
    here = [step.name for step in world.procedure.steps_from(world.state)]
    acts = [act.name for act in world.procedure.acts_in(world.state)]
    match kind:
        case 0 | 1 | 2 | 3 if here:
            name = here[a % len(here)]
            if name == "withdraw" and b % 4:  # else most trails would end by it
                name = here[(a + 1) % len(here)]
            _try_prepared(world, name, b, c)
        case 4 | 5 if acts and (here or a % 2):
            _try_prepared(world, acts[a % len(acts)], b, c)
        case 6 if here:
            _try(world, here[a % len(here)], b, c)
        case 7:
            SPOILS[a % len(SPOILS)](world)
        case 8:
            world.sends_again() if a % 2 else world.passes(DAYS[b % len(DAYS)])
        case _:
            everywhere = sorted({step.name for step in world.procedure.steps}) + sorted(world.procedure.acts)
            _try(world, everywhere[a % len(everywhere)], b, c)


def _try_prepared(world: World, name: str, b: int, c: int) -> None:
    """First what the guards ask for, then the step; in one case of three all but one, so that each is once the last."""
    rule = world.rule(name)
    lacking = [need for need in (rule.needs if rule else ()) if not naive.HOLDS[need](world.seen())]
    if lacking and c % 3 == 0:
        del lacking[b % len(lacking)]
    for need in lacking:
        choices = READY.get(need, ())
        if choices and not naive.HOLDS[need](world.seen()):
            choices[b % len(choices)](world)
    _try(world, name, b, c)


def _try(world: World, name: str, b: int, c: int) -> None:
    able = _able(world, name) if c % 4 else ()
    people = able or CAST
    world.tries(name, people[b % len(people)], reason=c % 9 != 8, off=1 + b % 2 if c % 19 == 18 else 0)


def _able(world: World, name: str) -> Sequence[tuple[str, str]]:
    seen = world.seen()
    return [
        who
        for who, by in world.actors.items()
        if PERSONAL.isdisjoint(naive.against(world.book, seen, name, by.person, by.role, by.pseudonym, True))
    ]


def _rests(world: World) -> None:
    if world.state == "supplement":
        office.waits(world, "supplement")
        world.tries("remind", ("system", "system"))
        office.waits(world, "grace")
    world.tries("rest", ("anna", "caseworker"))


def _resumes(world: World) -> None:
    world.tries("resume", ("chris", "caseworker"))


def _reminded(world: World) -> None:
    world.tries("remind", ("system", "system"))
    office.waits(world, "grace")


def _announced(world: World) -> None:
    office.waits(world, "resting")
    world.tries("announce_closure", ("chris", "caseworker"))


def _fitting(world: World) -> None:
    seen = world.seen()
    if seen.found("not_met"):
        office.proposes(world, ("refuse", "admit_as_guest")[len(seen.asked) % 2])
    elif seen.found("open"):
        office.proposes(world, "admit_with_obligations", 1)
    else:
        office.proposes(world, "admit")


READY: dict[str, tuple[Callable[[World], None], ...]] = {
    "every_section_is_answered": (office.answers,),
    "declarations_are_confirmed": (office.confirms,),
    "draft_is_abandoned": (lambda world: office.waits(world, "draft"),),
    "every_item_is_checked": (office.checks_items, partial(office.checks_items, missing=1)),
    "nothing_is_missing": (office.checks_items,),
    "something_is_missing": (partial(office.checks_items, missing=1), partial(office.checks_items, missing=2)),
    "every_requested_item_is_answered": (office.answers_request,),
    "supplement_period_is_over": (lambda world: office.waits(world, "supplement"),),
    "grace_period_is_over": (_reminded,),
    "proceedings_are_resting": (_rests,),
    "proceedings_are_not_resting": (_resumes,),
    "resting_period_is_over": (lambda world: office.waits(world, "resting"),),
    "closure_was_announced": (_announced,),
    "closure_period_is_over": (lambda world: office.waits(world, "closure"),),
    "every_criterion_is_assessed": (office.finds, partial(office.finds, outcome="not_met")),
    "every_criterion_is_met": (office.finds,),
    "proposal_is_recorded": (_fitting,),
    "proposal_fits_the_findings": (_fitting,),
    "admission_is_proposed": (office.proposes,),
    "obligations_are_proposed": (partial(office.proposes, outcome="admit_with_obligations", obligations=1),),
    "guest_status_is_proposed": (partial(office.proposes, outcome="admit_as_guest"),),
    "refusal_is_proposed": (partial(office.proposes, outcome="refuse"),),
    "obligations_are_recorded": (partial(office.proposes, outcome="admit_with_obligations", obligations=2),),
    "hearing_is_closed": (lambda world: office.waits(world, "hearing"), office.states),
    "statement_is_weighed": (office.weighs,),
    "letter_is_drafted": (partial(office.drafts, remedy=False), office.drafts),
    "remedy_notice_is_present": (office.drafts,),
}
SPOILS: tuple[Callable[[World], None], ...] = (
    office.unanswers,
    office.unconfirms,
    partial(office.checks_items, leave=1),
    partial(office.checks_items, missing=1),
    partial(office.finds, outcome="open"),
    partial(office.finds, outcome="not_met"),
    partial(office.finds, leave=2),
    partial(office.proposes, outcome="admit_with_obligations"),
    *(partial(office.proposes, outcome=outcome) for outcome in office.OUTCOMES),
    office.withdraws_letter,
    partial(office.drafts, remedy=False),
    partial(office.states, ahead=30),
    office.weighs,
)
