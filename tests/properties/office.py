"""What people write into the file between two steps: what a guard asks for, and what undoes it again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from admission.assessment import actions as assessment
from admission.assessment.queries import findings
from admission.cases import actions as cases
from admission.cases import queries, rules
from admission.completeness import actions as completeness
from admission.completeness.queries import checks, last_request
from admission.decisions import actions as decisions
from admission.decisions.models import Notice
from admission.ground import clock
from admission.ground.db import db
from admission.hearing import actions as hearing
from admission.hearing.queries import statement
from admission.organisations import actions as organisations
from tests import factories
from tests.properties.world import World

Work = Callable[[World], None]
OUTCOMES = ("admit", "admit_with_obligations", "admit_as_guest", "refuse")


def answers(world: World, **changed: Any) -> None:
    """The applicant fills the form, or takes an answer out of it."""
    given = factories.ANSWERS | {"organisation_name": f"Verein {world.id}"} | changed
    world.changes(lambda case: cases.save_answers(db.session, case, world.book, given))


def unanswers(world: World) -> None:
    """A required answer is taken out of a draft."""
    if world.state == "draft":
        answers(world, founded_on=None)


def confirms(world: World) -> None:
    """The applicant puts a name below, and the organisation is known from then on."""

    def work(case: Any) -> None:
        cases.confirm(db.session, case, "Selin")
        if case.organisation_id is None:
            row = organisations.found(db.session, case.title or "Verein")
            organisations.represent(db.session, row.id, case.applicant_id)
            case.organisation_id = row.id

    world.changes(work)


def unconfirms(world: World) -> None:
    """The confirmation is taken back."""

    def work(case: Any) -> None:
        case.confirmed_on = None

    world.changes(work)


def checks_items(world: World, missing: int = 0, leave: int = 0) -> None:
    """Items of the completeness check are looked at: the first ones are missing, the last ones are left out."""

    def work(case: Any) -> None:
        given = queries.answers(db.session, case.id)
        items = [group.code for group in rules.evidence(world.book, given, set())]
        known = checks(db.session, case.id)
        for at, item in enumerate(items[: len(items) - leave]):
            verdict, note = ("missing", "fehlt") if at < missing else ("there", "")
            seen = known[item].version if item in known else 0
            completeness.check(db.session, case.id, item, verdict, note, by=world.people["anna"], seen=seen)

    world.changes(work)


def answers_request(world: World) -> None:
    """The organisation answers what was asked."""

    def work(case: Any) -> None:
        texts = {row.item: "anbei" for row in last_request(db.session, case.id)}
        completeness.answer(db.session, case.id, texts)

    world.changes(work)


def finds(world: World, outcome: str = "met", leave: int = 0, who: str = "anna") -> None:
    """Every criterion that applies is met but the first; the last ones may be left out."""

    def work(case: Any) -> None:
        codes = rules.applicable(world.book, queries.answers(db.session, case.id))
        known = findings(db.session, case.id)
        for at, code in enumerate(codes[: len(codes) - leave]):
            found = "met" if at else outcome
            seen, reason = known[code].version if code in known else 0, "" if found == "met" else "fehlt"
            person = world.people[who]
            assessment.find(db.session, case.id, code, found, "unclear", reason, by=person, seen=seen)

    world.changes(work)
    if world.state in ("assessment", "hearing"):
        world.tries("assess", (who, "caseworker"))


def proposes(world: World, outcome: str = "admit", obligations: int = 0) -> None:
    """A proposal is written down."""
    duties = [{"criterion": "K01", "text": "x", "due_on": "2027-01-01"}] * obligations
    world.changes(lambda case: decisions.propose(db.session, case, outcome, "weil", duties, by=world.people["anna"]))


def drafts(world: World, remedy: bool = True) -> None:
    """A letter waits for its signature."""
    data = {"salt": "s", "code": decisions.new_code()} | ({"remedy": "Klage"} if remedy else {})
    world.changes(lambda case: decisions.draft_notice(db.session, case, "refusal", data))


def withdraws_letter(world: World) -> None:
    """The letter is thrown away before anybody signed it."""
    world.changes(
        lambda case: db.session.execute(delete(Notice).where(Notice.case_id == case.id, Notice.issued_at.is_(None)))
    )


def states(world: World, ahead: int = 0) -> None:
    """A statement comes in; `ahead`: the office dates it wrongly, so many days after today."""

    def work(case: Any) -> None:
        if statement(db.session, case) is None:
            on, by = clock.today() + timedelta(days=ahead), world.people["selin"]
            hearing.receive(db.session, case, {}, "Wir meinen", on=on, channel="post", by=by)

    world.changes(work)
    if world.state == "hearing":
        world.tries("make_statement", ("chris", "caseworker"))


def weighs(world: World) -> None:
    """The statement, or its absence, is weighed."""
    world.changes(lambda case: hearing.weigh(db.session, case, {}, "erwogen", by=world.people["chris"]))


def waits(world: World, *kinds: str) -> None:
    """Days go by until no period of these kinds runs any more; a hearing is delivered first."""
    if "hearing" in kinds and world.state == "hearing":
        world.tries("deliver_hearing", ("system", "system"))
    if "closure" in kinds and world.state == "supplement":
        world.tries("announce_closure", ("chris", "caseworker"))
    rows = queries.deadlines(db.session, world.id)
    last = max((row.due_on for row in rows if row.kind in kinds), default=None)
    if last is not None and last >= world.day.date():
        world.passes((last - world.day.date()).days + 1)
    db.session.rollback()
