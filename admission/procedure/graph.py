"""Soundness of a procedure, found on its graph alone: blind to guards, and therefore on the safe side."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from admission.procedure.definitions import Act, DeadlineRule, Invariant, Procedure, Step
from admission.procedure.guards import GUARDS

OFFICE = frozenset({"caseworker", "approver", "secretariat", "council", "admin", "external_reviewer"})
ROLES = OFFICE | {"applicant", "system"}
BALLS = ("applicant", "office", "nobody")
SECOND_ROUND = "assessment"
Edge = tuple[str, str]


@dataclass(frozen=True)
class Finding:
    """One flaw: where it stands, which kind it is, and the sentence that is broken."""

    place: str
    code: str
    says: str


def soundness(
    procedure: Procedure,
    guards: Collection[str] = GUARDS,
    kinds: Collection[str] = ("admission", "membership", "review"),
) -> list[Finding]:
    """Everything that is wrong with a procedure; [] means that it may be published.

    `guards`: names that the program knows; `kinds`: procedures that a step may open.
    """
    named = list(_names(procedure, guards, kinds))
    if any(finding.code == "state.unknown" for finding in named):
        return named  # a graph with unknown states would only repeat the same flaw in other words
    return [*named, *_paths(procedure), *_promises(procedure)]


def staffing(procedures: Mapping[str, Procedure], staff: Sequence[Collection[str]]) -> list[Finding]:
    """Outcomes that these people (their roles, one set an account) cannot reach with the exclusions of the procedures.

    An admission needs two; a refusal three as soon as the edition has a review, which is decided by somebody who took
    no part before.
    """
    return [
        finding
        for procedure in procedures.values()
        for step in procedure.steps
        if step.not_by and procedure.states[step.to].final
        for finding in _unstaffed(procedure, step, procedures.get("review"), staff)
    ]


# --- names ---------------------------------------------------------------------------------------------------------


def _names(procedure: Procedure, guards: Collection[str], kinds: Collection[str]) -> Iterator[Finding]:
    kind = procedure.kind
    if not procedure.begins_in:
        yield Finding(kind, "procedure.begins_nowhere", "Das Verfahren hat keinen ersten Stand.")
    yield from _unknown(kind, "state", procedure.begins_in, procedure.states)
    for state in procedure.states.values():
        if state.ball not in BALLS or (state.ball == "nobody") != state.final:
            says = f"Im Stand {state.name} ist niemand am Zug, genau wenn er endgültig ist."
            yield Finding(f"{kind}, state {state.name}", "state.ball", says)
    yield from _names_of_steps(procedure, guards, kinds)
    for act in procedure.acts.values():
        place = f"{kind}, act {act.name}"
        yield from _unknown(place, "state", act.in_, procedure.states)
        yield from _names_of_rule(place, act, procedure, guards)
        if any(step.name == act.name for step in procedure.steps):
            yield Finding(place, "name.twice", f"{act.name} ist zugleich ein Schritt und eine Handlung.")
    for deadline in procedure.deadlines.values():
        yield from _names_of_deadline(procedure, deadline)
    for invariant in procedure.invariants:
        place = f"{kind}, invariant into {invariant.into}"
        yield from _unknown(place, "state", (invariant.into, *invariant.only_from), procedure.states)
        yield from _unknown(place, "guard", invariant.needs, guards)
        yield from _unknown(place, "act", invariant.not_by, _deeds(procedure))


def _names_of_steps(procedure: Procedure, guards: Collection[str], kinds: Collection[str]) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for step in procedure.steps:
        place = _at(procedure, step)
        yield from _unknown(place, "state", (*step.from_, step.to), procedure.states)
        yield from _names_of_rule(place, step, procedure, guards)
        if step.opens:
            yield from _unknown(place, "kind", (step.opens,), kinds)
        for state in step.from_:
            if (state, step.name) in seen:
                says = f"Der Schritt {step.name} ist aus dem Stand {state} zweimal beschrieben."
                yield Finding(place, "step.twice", says)
            seen.add((state, step.name))


def _names_of_rule(place: str, rule: Step | Act, procedure: Procedure, guards: Collection[str]) -> Iterator[Finding]:
    if not rule.by:
        yield Finding(place, "rule.by_nobody", f"Niemand darf {rule.name}.")
    yield from _unknown(place, "role", rule.by, ROLES)
    yield from _unknown(place, "act", rule.not_by, _deeds(procedure))
    yield from _unknown(place, "guard", rule.needs, guards)
    yield from _unknown(place, "deadline", (*rule.begins_deadline, *rule.ends_deadline), procedure.deadlines)


def _names_of_deadline(procedure: Procedure, deadline: DeadlineRule) -> Iterator[Finding]:
    place = f"{procedure.kind}, deadline {deadline.kind}"
    if deadline.fires is None:
        return
    if deadline.escalates:
        yield Finding(place, "deadline.two_ends", "Eine Frist löst einen Schritt aus oder wird gemeldet, nicht beides.")
    fired = [step for step in procedure.steps if step.name == deadline.fires]
    if not fired:
        yield Finding(place, "step.unknown", f"Den Schritt {deadline.fires} gibt es nicht.")
    elif not any("system" in step.by for step in fired):
        says = f"Den Schritt {deadline.fires} darf keine Frist auslösen."
        yield Finding(place, "deadline.fires_for_nobody", says)


SAYS_UNKNOWN = {
    "state": "Den Stand {} gibt es nicht.",
    "role": "Die Rolle {} gibt es nicht.",
    "guard": "Den Prüfsatz {} gibt es nicht.",
    "act": "Einen Schritt oder eine Handlung {} gibt es nicht.",
    "deadline": "Die Frist {} gibt es nicht.",
    "kind": "Das Verfahren {} gibt es nicht.",
}


def _unknown(place: str, what: str, names: Iterable[str], known: Collection[str]) -> Iterator[Finding]:
    for name in names:
        if name not in known:
            yield Finding(place, f"{what}.unknown", SAYS_UNKNOWN[what].format(name))


# --- paths ---------------------------------------------------------------------------------------------------------


def _paths(procedure: Procedure) -> Iterator[Finding]:
    edges = _edges(procedure.steps)
    reached = reach(edges, procedure.begins_in)
    ends = [state.name for state in procedure.states.values() if state.final]
    backward = {(after, before) for before, after in edges}
    can_end = reach(backward, ends)
    by_office = {(after, before) for before, after in _edges(_without_applicant(procedure))}
    ends_without_applicant = reach(by_office, ends)
    for name, state in procedure.states.items():
        place = f"{procedure.kind}, state {name}"
        if name not in reached:
            yield Finding(place, "state.unreachable", f"Kein Weg führt zum Stand {state.title}.")
        if state.final:
            for step in procedure.steps_from(name):
                yield Finding(place, "state.final_is_left", f"{state.title} ist endgültig; {step.name} führt hinaus.")
        elif name not in can_end:
            yield Finding(place, "state.cannot_end", f"Aus dem Stand {state.title} führt kein Weg zu einem Ende.")
        elif name not in ends_without_applicant:
            says = f"Im Stand {state.title} kommt ohne die Antragstellenden weder das Büro noch eine Frist weiter."
            yield Finding(place, "state.waits_for_the_applicant", says)


def _without_applicant(procedure: Procedure) -> list[Step]:
    """Steps that somebody of the office may take, or that a deadline fires."""
    fired = {deadline.fires for deadline in procedure.deadlines.values()}
    return [
        step for step in procedure.steps if OFFICE.intersection(step.by) or ("system" in step.by and step.name in fired)
    ]


def reach(edges: Collection[Edge], starts: Iterable[str], without: Collection[str] = ()) -> set[str]:
    """All states that can be reached from `starts`, themselves included, on paths that touch none of `without`."""
    seen = set(starts) - set(without)
    todo = list(seen)
    while todo:
        here = todo.pop()
        new = {after for before, after in edges if before == here} - seen - set(without)
        seen |= new
        todo += new
    return seen


def _edges(steps: Iterable[Step]) -> set[Edge]:
    return {(state, step.to) for step in steps for state in step.from_}


# --- promises: the invariants --------------------------------------------------------------------------------------


def _promises(procedure: Procedure) -> Iterator[Finding]:
    for invariant in procedure.invariants:
        place = f"{procedure.kind}, invariant into {invariant.into}"
        yield from (Finding(place, "invariant.bypassed", invariant.says) for _ in _bypasses(procedure, invariant))
        for step in procedure.steps:
            if step.to == invariant.into:
                yield from _lacks(procedure, step, invariant)
    for state in _outcomes(procedure):
        if not any(invariant.into == state and invariant.not_by for invariant in procedure.invariants):
            title = procedure.states[state].title
            says = f"Keine Regel sagt, dass hinter dem Ergebnis {title} zwei Personen stehen."
            yield Finding(f"{procedure.kind}, state {state}", "outcome.of_one_person", says)


def _bypasses(procedure: Procedure, invariant: Invariant) -> Iterator[str]:
    """The first of the states from which a path gets past `only_from`: the first ones, and a second round's."""
    if not invariant.only_from:
        return
    edges = _edges(procedure.steps)
    second = [SECOND_ROUND] if SECOND_ROUND in procedure.states else []
    for start in (*procedure.begins_in, *second):
        if start != invariant.into and invariant.into in reach(edges, [start], without=invariant.only_from):
            yield start
            return


def _lacks(procedure: Procedure, step: Step, invariant: Invariant) -> Iterator[Finding]:
    place = _at(procedure, step)
    if missing := set(invariant.needs) - set(step.needs):
        says = f"{invariant.says} Es fehlt: {', '.join(sorted(missing))}."
        yield Finding(place, "invariant.need_dropped", says)
    if missing := set(invariant.not_by) - set(step.not_by):
        says = f"{invariant.says} Nicht ausgeschlossen: wer {', '.join(sorted(missing))}."
        yield Finding(place, "invariant.one_person", says)


def _outcomes(procedure: Procedure) -> list[str]:
    """Final states that are told by a letter: decisions."""
    told = {step.to: None for step in procedure.steps if step.letter and procedure.states[step.to].final}
    return list(told)


# --- people --------------------------------------------------------------------------------------------------------


def _unstaffed(
    procedure: Procedure, step: Step, review: Procedure | None, staff: Sequence[Collection[str]]
) -> Iterator[Finding]:
    title = procedure.states[step.to].title
    place = _at(procedure, step)
    pairs = [(signs, acts) for signs in range(len(staff)) for acts in range(len(staff)) if signs != acts]
    ready = [
        (signs, acts)
        for signs, acts in pairs
        if set(step.by) & set(staff[signs]) and all(_may(procedure, deed) & set(staff[acts]) for deed in step.not_by)
    ]
    if not ready:
        says = f"{title} braucht zwei Personen: Wer prüft oder vorschlägt, unterschreibt nicht."
        yield Finding(place, "staffing.two_people", says)
    elif review and _needs_review(step) and not any(_reviewer(review, staff, pair) for pair in ready):
        says = f"{title} braucht drei Personen: Über eine Überprüfung entscheidet, wer vorher nicht beteiligt war."
        yield Finding(place, "staffing.three_people", says)


def _needs_review(step: Step) -> bool:
    return step.to == "refused"


def _reviewer(review: Procedure, staff: Sequence[Collection[str]], took_part: tuple[int, int]) -> bool:
    decides = {role for step in review.steps if review.states[step.to].final for role in step.by} & OFFICE
    return any(decides & set(roles) for person, roles in enumerate(staff) if person not in took_part)


def _may(procedure: Procedure, deed: str) -> set[str]:
    """The roles that may take this step or do this act."""
    rules: list[Step | Act] = [*procedure.steps, *procedure.acts.values()]
    return {role for rule in rules if rule.name == deed for role in rule.by}


def _deeds(procedure: Procedure) -> set[str]:
    """What `not_by` may name: steps and acts."""
    return {step.name for step in procedure.steps} | set(procedure.acts)


def _at(procedure: Procedure, step: Step) -> str:
    return f"{procedure.kind}, step {step.name} from {', '.join(step.from_)}"
