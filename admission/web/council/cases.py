"""All applications as a list of numbers, and the history of one with what proves it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext

from admission.cases.models import Case
from admission.cases.rules import FILE_NUMBER
from admission.casework.histories import Quarter, histories, numbers_by_state, quarter_of, quarters
from admission.casework.timeline import Line, for_council
from admission.ground import clock
from admission.ground.db import db
from admission.people.roles import Role
from admission.rulebook.edition import Rulebook
from admission.rulebook.queries import rulebook
from admission.web.access import access
from admission.web.council import bp
from admission.web.council.news import log_state
from admission.web.council.words import in_order, quarter, state_kind, state_title
from admission.web.page import language, sentences

A_PAGE = 25
STATE = re.compile(r"[a-z_]{1,60}")
QUARTER = re.compile(r"(20\d\d)-([1-4])")
MARKS = {"met": "met", "met_by_exception": "met", "open": "open", "not_met": "not", "not_applicable": "none"}
"""Findings, and the mark by which pages show them."""


@dataclass(frozen=True)
class Told:
    """One step as the page tells it, or several acts of the same kind by the same person on the same day.

    `entries`: the first and the last of them; `points`: what each was about, and reasons as sentences; `apart`: that
    whoever acted had no part in what came before, where the rulebook asks for a second person.
    """

    line: Line
    entries: tuple[int, int]
    count: int
    points: tuple[str, ...]
    apart: str


@bp.get("/vorgaenge")
@access(Role.COUNCIL, Role.SECRETARIAT)
def cases() -> str:
    """Every submitted application: number, quarter, state, edition."""
    session = db.session()
    state = _matching(STATE, "stand")
    wanted = _quarter(_matching(QUARTER, "quartal"))
    rows = histories(session, state=state, quarter=wanted, before=_matching(FILE_NUMBER, "vor"), limit=A_PAGE + 1)
    counts = numbers_by_state(session)
    shown = [
        (row, quarter(row.quarter), state_title(row.state, book), state_kind(row.state, book))
        for row in rows[:A_PAGE]
        for book in [rulebook(row.digest)]
    ]
    return render_template(
        "council/vorgaenge.html",
        rows=shown,
        counts=[(name, state_title(name), counts[name]) for name in in_order(counts)],
        all=sum(counts.values()),
        quarters=[(str(found), quarter(found)) for found in quarters(session)],
        state=state,
        wanted=str(wanted) if wanted else "",
        here=_address,
        following=rows[A_PAGE - 1].number if len(rows) > A_PAGE else "",
    )


@bp.get("/vorgaenge/<number>")
@access(Role.COUNCIL, Role.SECRETARIAT, case="number")
def case(case: Case) -> str:
    """The history of one application, step by step, by role and letter."""
    lines = for_council(db.session(), case.id, language())[::-1]
    book = rulebook(case.edition)
    assert case.submitted_at is not None  # it has a number
    return render_template(
        "council/vorgang.html",
        number=case.number,
        quarter=quarter(quarter_of(clock.berlin_day(case.submitted_at))),
        state=(state_kind(case.state, book), state_title(case.state, book)),
        since=case.state_since,
        final=book.procedure("admission").is_final(case.state),
        book=book,
        told=_told(lines, book),
        findings=_findings(lines),
        wanting=_wanting(lines),
        entries=[line.entry for line in lines],
        log=log_state(),
    )


def _told(lines: Sequence[Line], book: Rulebook) -> list[Told]:
    """Steps one by one; acts of a kind that follow each other are told once, with all their points."""
    told = []
    did: dict[str, set[str]] = {}
    for _, group in groupby(lines, key=lambda line: _together(line)):
        found = list(group)
        points = [point for line in found for point in _points(line, book)]
        entries = (found[0].entry, found[-1].entry)
        told.append(Told(found[0], entries, len(found), tuple(points), _apart(found[0], book, did)))
        did.setdefault(found[0].type.partition(".")[2], set()).add(found[0].who)
    return told


def _apart(line: Line, book: Rulebook, did: Mapping[str, set[str]]) -> str:
    """Four eyes in words, for a step that the rulebook keeps from those who did something before.

    `did`: act or step -> letters of those who did it so far.
    """
    steps = [step for step in book.procedure("admission").steps if f"step.{step.name}" == line.type and step.not_by]
    barred = {act for step in steps for act in step.not_by}
    if not barred or any(line.who in did.get(act, ()) for act in barred):
        return ""
    if barred == {"announce_closure"}:
        return str(gettext("%(who)s did not announce the closure.", who=line.who))
    return str(gettext("%(who)s has neither assessed nor proposed here.", who=line.who))


def _together(line: Line) -> Any:
    return line.entry if line.revision is not None else (line.type, line.who, clock.berlin_day(line.at))


def _points(line: Line, book: Rulebook) -> list[str]:
    return [*([line.detail] if line.detail else []), *line.reasons, *sentences(line.refusals, book)]


def _findings(lines: Sequence[Line]) -> list[tuple[str, int]]:
    """(mark, how many) of the findings as they stand now; a later finding on a criterion replaces the earlier one."""
    newest = {line.detail.split(" ")[0]: MARKS[line.outcome] for line in lines if line.type == "act.assess"}
    values = list(newest.values())
    return [(mark, values.count(mark)) for mark in ("met", "open", "not", "none") if mark in values]


def _wanting(lines: Sequence[Line]) -> list[str]:
    """The criteria that are not met or open as they stand now, by code and title."""
    newest = {line.detail.split(" ")[0]: line for line in lines if line.type == "act.assess"}
    return [
        line.detail.rpartition(": ")[0] for _, line in sorted(newest.items()) if line.outcome in ("not_met", "open")
    ]


def _matching(pattern: re.Pattern[str], name: str) -> str:
    """A filter of the address, or nothing if it could not be one."""
    given = request.args.get(name, "")
    return given if pattern.fullmatch(given) else ""


def _quarter(text: str) -> Quarter | None:
    return Quarter(int(text[:4]), int(text[5])) if text else None


def _address(**changes: str) -> str:
    """This list with other filters; a filter without a value is left out. Paging begins anew."""
    kept = {name: request.args.get(name, "") for name in ("stand", "quartal")} | changes
    given: dict[str, Any] = {name: value for name, value in kept.items() if value}
    return url_for("council.cases", **given)
