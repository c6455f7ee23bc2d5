"""What follows from a step or an act: deadlines that end, pause, go on and begin, pauses, mails. Pure lists of rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from admission.casework.facts import Running
from admission.ground.ids import new_id
from admission.ground.mail import mail_row
from admission.procedure import deadlines as periods
from admission.procedure.definitions import Act, Procedure, Step
from admission.rulebook.edition import Rulebook

# Set by law (VwGO § 74), not by us: the days on which no period of ours ends do not move it. A later day told would
# cost somebody their action before the court.
STATUTORY = frozenset({"remedy"})
# Which mail follows which step or act, and to whom: the applicant, the claimant, or everybody in a role.
MAILS: dict[str, tuple[tuple[str, str], ...]] = {
    "submit": (("received", "applicant"),),
    "acknowledge": (("acknowledged", "applicant"),),
    "request_supplement": (("supplement", "applicant"),),
    "remind": (("reminder", "applicant"),),
    "rest": (("resting", "applicant"),),
    "announce_closure": (("closure_announced", "applicant"),),
    "propose": (("signature_waiting", "approver"),),
    "weigh": (("signature_waiting", "approver"),),
    "return": (("returned", "caseworker"),),
    "open_hearing": (("hearing", "applicant"),),
    "admit": (("notice_waiting", "applicant"),),
    "admit_with_obligations": (("notice_waiting", "applicant"),),
    "admit_as_guest": (("notice_waiting", "applicant"),),
    "refuse": (("notice_waiting", "applicant"),),
    "withdraw": (("withdrawn", "applicant"), ("withdrawal_noted", "caseworker")),
    "amend": (("amended", "caseworker"),),
    "close_draft": (("draft_closed", "applicant"),),
}
# A proposal to refuse waits for the hearing, not yet for a signature.
SIGNED = frozenset({"admit", "admit_with_obligations", "admit_as_guest"})


@dataclass
class Changes:
    """Rows to write: deadlines to change (id -> new values) and to open, and what the entry says of them."""

    changed: list[dict[str, Any]] = field(default_factory=list)
    opened: list[dict[str, Any]] = field(default_factory=list)

    def said(self) -> list[dict[str, Any]]:
        """The `deadlines` of the entry: kinds and days that now run."""
        return [{"kind": row["kind"], "due": row["due_on"]} for row in self.opened]


def deadlines_of_step(
    rulebook: Rulebook, procedure: Procedure, step: Step, case: Any, running: Sequence[Running], today: date
) -> Changes:
    """End, pause, resume and begin deadlines as the step and the states around it say."""
    changes = Changes()
    before, after = procedure.states[case.state], procedure.states[step.to]
    ends = {row.kind for row in running} if after.final else set(step.ends_deadline)
    alive = {}
    for row in running:
        if row.kind in ends:
            changes.changed.append(_changed(row, "ended", ended_on=today))
        elif row.state == "paused" and not after.pauses:
            changes.changed.append(_changed(row, "ended", ended_on=today))
            due_on = periods.resumed(
                today, row.days_left or 0, _unit(procedure, row.kind), rulebook.calendar, _no_end(rulebook)
            )
            changes.opened.append(_opened(procedure, row.kind, case, today, due_on))
            alive[row.kind] = row
        elif row.state == "running" and row.whose == "office" and after.pauses and not before.pauses:
            left = periods.left(today, row.due_on, _unit(procedure, row.kind), rulebook.calendar)
            changes.changed.append(_changed(row, "paused", days_left=left))
            alive[row.kind] = row
        elif row.state != "passed":
            alive[row.kind] = row
    _begin(changes, rulebook, procedure, (kind for kind in step.begins_deadline if kind not in alive), case, today)
    return changes


def deadlines_of_act(
    rulebook: Rulebook, procedure: Procedure, act: Act, case: Any, running: Sequence[Running], begins_on: date
) -> Changes:
    """End and begin deadlines as the act says; `begins_on`: day of the event (of a letter: when it counts as given)."""
    changes = Changes()
    changes.changed += [_changed(row, "ended", ended_on=begins_on) for row in running if row.kind in act.ends_deadline]
    alive = {row.kind for row in running if row.state in ("running", "paused")} - set(act.ends_deadline)
    _begin(changes, rulebook, procedure, (kind for kind in act.begins_deadline if kind not in alive), case, begins_on)
    return changes


def deadlines_at_birth(
    rulebook: Rulebook, procedure: Procedure, kinds: Iterable[str], case: Any, today: date
) -> Changes:
    """The deadlines that begin with a case."""
    changes = Changes()
    _begin(changes, rulebook, procedure, kinds, case, today)
    return changes


def mails(name: str, cause: str, case: Any, outcome: str | None, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The mails that a step or act sends; `cause` names it once for ever, so that none goes twice."""
    if name == "propose" and outcome not in SIGNED:
        return []
    if name == "withdraw" and case.number is None:  # who deletes a draft sees on the page that it is gone
        return []
    return [
        mail_row(template, key=f"{cause}/{template}/{audience}", audience=audience, case_id=case.id, values=values)
        for template, audience in MAILS.get(name, ())
    ]


def _begin(
    changes: Changes, rulebook: Rulebook, procedure: Procedure, kinds: Iterable[str], case: Any, start: date
) -> None:
    for kind in kinds:
        rule = procedure.deadlines[kind]
        no_end = () if kind in STATUTORY else _no_end(rulebook)
        due_on = periods.due(start, rule.length, rule.unit, rulebook.calendar, no_end)
        changes.opened.append(_opened(procedure, kind, case, start, due_on))


def _opened(procedure: Procedure, kind: str, case: Any, start: date, due_on: date) -> dict[str, Any]:
    return {
        "id": new_id(),
        "case_id": case.id,
        "kind": kind,
        "whose": procedure.deadlines[kind].whose,
        "begun_on": start,
        "due_on": due_on,
        "round": case.round,
        "state": "running",
        "extensions": 0,
    }


def _changed(row: Running, state: str, days_left: int | None = None, ended_on: date | None = None) -> dict[str, Any]:
    return {"row": row.id, "state": state, "days_left": days_left, "ended_on": ended_on}


def _unit(procedure: Procedure, kind: str) -> str:
    return procedure.deadlines[kind].unit


def _no_end(rulebook: Rulebook) -> tuple[str, ...]:
    return rulebook.no_end_between
