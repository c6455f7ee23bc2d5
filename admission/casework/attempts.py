"""Refused attempts of signed-in people leave an entry too: unequal refusals are what a council asks about."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from admission.cases.models import Refusal
from admission.casework.facts import lock
from admission.casework.move import RefusedHere
from admission.casework.people import matter_of
from admission.ground import clock
from admission.ground.ids import new_id
from admission.log.append import append
from admission.log.entry import Draft
from admission.log.pseudonyms import pseudonym


def record_attempt(session: Session, refusal: RefusedHere, seen: int) -> bool:
    """Record a refused step or act, after the rollback, in a transaction of its own that the caller commits.

    Once a person, step and hour; False if this hour has its entry already. The caller opened it with `writing()`.
    """
    situation, by = refusal.situation, refusal.by
    case, hour = situation.case, clock.now().strftime("%Y-%m-%dT%H")
    lock(session, case.id)
    # the rollback took a pseudonym that was made for this attempt
    name = pseudonym(session, by.person, matter_of(case)) if by.person else by.pseudonym
    known = select(Refusal.id).where(
        Refusal.case_id == case.id,
        Refusal.actor == name,
        Refusal.step == refusal.name,
        Refusal.hour == hour,
    )
    if session.scalar(known) is not None:
        return False
    row = {"id": new_id(), "case_id": case.id, "actor": name, "step": refusal.name, "hour": hour}
    session.execute(insert(Refusal), [row])
    append(
        session,
        Draft(
            "attempt.refused",
            name,
            by.role,
            case=case.id,
            kind=case.kind,
            number=case.number,
            edition=case.edition,
            from_=case.state,
            facts=situation.facts.as_json(),
            reasons=[{"code": reason.code, "values": dict(reason.values)} for reason in refusal.reasons],
            data={"step": refusal.name, "seen": seen},
        ),
    )
    return True
