"""What is possible on a case now, and what is not: each step of its state with every reason, and where it is done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext, lazy_gettext

from admission.cases.models import Case, Deadline
from admission.casework.facts import Situation
from admission.procedure import deadlines as periods
from admission.procedure.definitions import Act, Step
from admission.procedure.machine import why_not
from admission.rulebook.edition import Rulebook
from admission.web.office.surroundings import STAFF, StepForm, against, against_act, say, step_form, words
from admission.web.page import day as day_of

PAGES = {
    "confirm_complete": "office.completeness",
    "request_supplement": "office.completeness",
    "propose": "office.proposal",
    "open_hearing": "office.hearing",
    "weigh": "office.hearing",
    "admit": "office.signature",
    "admit_with_obligations": "office.signature",
    "admit_as_guest": "office.signature",
    "refuse": "office.signature",
}
"""Steps with a page of their own; all others are a button, if need be with a reason."""
WORK = {
    "completeness": ("check", "office.completeness"),
    "assessment": ("assess", "office.assessment_first"),
    "hearing": ("assess", "office.assessment_first"),
}
"""The act that a state is there for, and its page."""
DIRECT = ("acknowledge", "rest", "resume", "close", "return")
HINTS = {
    "check": lazy_gettext("Each item is there or missing; what is missing is asked for all at once."),
    "assess": lazy_gettext("One criterion a page: answer, document, rule and your finding side by side."),
    "acknowledge": lazy_gettext("A person gets in touch, by phone, by mail or face to face."),
    "rest": lazy_gettext("The organisation reads the reason that you give."),
    "resume": lazy_gettext("The proceedings go on where they stopped."),
    "close": lazy_gettext("It is no refusal. It needs another person than the one who announced it."),
    "return": lazy_gettext("The criteria are then checked anew."),
    "extend": lazy_gettext("Once without a reason, by the same rule for everybody."),
    "make_statement": lazy_gettext("It came by phone, by post or in the office."),
    "announce_closure": lazy_gettext("The organisation is told and has time to answer."),
}


@dataclass(frozen=True)
class Possible:
    """One step or act: whether it can be done now, every reason if not, and where or with which form."""

    name: str
    title: str
    law: str
    hint: str
    reasons: tuple[str, ...]
    href: str = ""
    action: str = ""
    label: str = ""
    form: StepForm | None = None
    reason_needed: bool = False

    @property
    def open(self) -> bool:
        """Nothing stands against it."""
        return not self.reasons


def possible(case: Case, book: Rulebook, found: Situation, running: Sequence[Deadline]) -> list[Possible]:
    """Every step of the state, what can be done first; then what only the organisation or the program does."""
    procedure = book.procedure(case.kind)
    ours = [step for step in procedure.steps_from(case.state) if set(step.by) & set(map(str, STAFF))]
    others = [step for step in procedure.steps_from(case.state) if step not in ours]
    rows = list(_work(case, book, found))
    rows += [_step(case, book, found, step) for step in ours]
    rows += list(_acts(case, book, found, running))
    rows.sort(key=lambda row: not row.open)
    return rows + [_step(case, book, found, step) for step in others]


def elsewhere(case: Case, book: Rulebook, found: Situation) -> list[Possible]:
    """The office's steps that this state does not know: where each is taken, and what stands against it there."""
    procedure = book.procedure(case.kind)
    if procedure.is_final(case.state):
        return []
    here = {step.name for step in procedure.steps_from(case.state)}
    named: dict[str, list[Step]] = {}
    for step in procedure.steps:
        if step.name not in here and set(step.by) & set(map(str, STAFF)):
            named.setdefault(step.name, []).append(step)
    return [_elsewhere(case, book, found, steps) for steps in named.values()]


def _elsewhere(case: Case, book: Rulebook, found: Situation, steps: Sequence[Step]) -> Possible:
    """One step of other states; where its rules differ by state, those of the first one are read."""
    step = steps[0]
    states = [say(book, f"state.{case.kind}.{state}") for one in steps for state in one.from_]
    quoted = gettext(" or ").join(gettext("“%(state)s”", state=state) for state in states)
    there = why_not(book.procedure(case.kind), step.from_[0], step.name, found.facts, found.person)
    reasons = [gettext("Possible in the state %(states)s.", states=quoted), *words(list(there), book)]
    return Possible(step.name, say(book, f"step.{step.name}"), _capital(step.law or ""), "", tuple(reasons))


def _work(case: Case, book: Rulebook, found: Situation) -> Iterator[Possible]:
    """What a state is for: looking at documents, entering findings."""
    act, endpoint = WORK.get(case.state, ("", ""))
    if act:
        title = say(book, f"act.{act}")
        reasons = tuple(words(against_act(found, book, act), book))
        href = url_for(endpoint, number=case.number)
        yield Possible(act, title, "", str(HINTS[act]), reasons, href=href, label=title)


def _step(case: Case, book: Rulebook, found: Situation, step: Step) -> Possible:
    title = say(book, f"step.{step.name}")
    reasons = tuple(words(against(found, book, step.name), book))
    href = url_for(PAGES[step.name], number=case.number) if step.name in PAGES else ""
    direct = step.name in DIRECT and not reasons
    return Possible(
        step.name,
        title,
        _capital(step.law or ""),
        str(HINTS.get(step.name, "")),
        reasons,
        href=href,
        action=url_for("office.take_step", number=case.number, name=step.name) if direct else "",
        label=title,
        form=step_form(case, step.name) if direct else None,
        reason_needed=step.reason,
    )


def _acts(case: Case, book: Rulebook, found: Situation, running: Sequence[Deadline]) -> Iterator[Possible]:
    acts = {act.name: act for act in book.procedure(case.kind).acts_in(case.state)}
    if "extend" in acts:
        yield _extension(case, book, found, acts["extend"], running)
    if "make_statement" in acts:
        yield Possible(
            "make_statement",
            gettext("Record a statement"),
            "",
            str(HINTS["make_statement"]),
            tuple(words(against_act(found, book, "make_statement"), book)) or _given(found),
            href=url_for("office.hearing", number=case.number),
            label=gettext("Record a statement"),
        )
    if "announce_closure" in acts and found.facts.closure_announced_on is None:
        reasons = tuple(words(against_act(found, book, "announce_closure"), book))
        yield Possible(
            "announce_closure",
            say(book, "act.announce_closure"),
            "",
            str(HINTS["announce_closure"]),
            reasons,
            action="" if reasons else url_for("office.announce_closure", number=case.number),
            label=say(book, "act.announce_closure"),
            form=None if reasons else step_form(case, "announce_closure"),
        )


def _extension(case: Case, book: Rulebook, found: Situation, act: Act, running: Sequence[Deadline]) -> Possible:
    row = next((row for row in running if row.kind == case.state and row.state == "running"), None)
    reasons = words(against_act(found, book, act.name), book)
    until = longer(book, row) if row is not None else None
    if row is None:
        reasons.append(say(book, "reason.deadline.not_running"))
    elif row.extensions:
        reasons.append(say(book, "reason.deadline.extended_before", due_on=day_of(row.due_on)))
    label = gettext("Extend until %(day)s", day=day_of(until)) if until else say(book, "act.extend")
    return Possible(
        "extend",
        say(book, "act.extend"),
        "",
        str(HINTS["extend"]),
        tuple(reasons),
        action="" if reasons else url_for("office.extend", number=case.number),
        label=label,
        form=None if reasons else step_form(case, "extend"),
    )


def longer(book: Rulebook, row: Deadline) -> date | None:
    """The last day that an extension would give."""
    rule = book.procedure("admission").deadlines[row.kind]
    if not rule.extend:
        return None
    return periods.extended(row.due_on, rule.extend, rule.unit, book.calendar, book.no_end_between)


def _given(found: Situation) -> tuple[str, ...]:
    day = found.facts.statement_received_on
    return (gettext("A statement has come in already, on %(day)s.", day=day_of(day)),) if day else ()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
