"""Everything that is wrong with an edition, each flaw with its place and the sentence that it breaks."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from admission.procedure.definitions import Procedure, procedure_from
from admission.procedure.graph import Finding, soundness, staffing
from admission.procedure.guards import GUARDS, frozen, misjudged
from admission.rulebook.compile import canonical, compile_source
from admission.rulebook.edition import german_texts, placeholders
from admission.rulebook.read import read, unfit
from admission.rulebook.texts import check_texts, translations_in

YEARS_BEFORE, YEARS_AFTER = 1, 10
TESTS_OF_TYPE: Mapping[str, frozenset[str]] = {
    "code": frozenset({"is_in", "equals", "present"}),
    "choice": frozenset({"is_in", "equals", "present"}),
    "tick": frozenset({"ticked", "equals"}),
    "day": frozenset({"present", "dated_within", "younger_than", "within_term"}),
    "days": frozenset({"present", "dated_within"}),
    "count": frozenset({"at_least", "equals", "present"}),
    "text": frozenset({"present"}),
}
TELLING_TYPES = ("code", "choice")
ABOUT_PERSONS = re.compile(r"nationalit|ethni|religio|faith|belief|staatsang|herkunft|glaube|konfession|race|rasse")
REASONS = (
    "step.not_foreseen", "role.missing", "four_eyes", "conflict.declared", "conflict.undeclared", "reason.missing",
    "command.used", "calendar.ended",
)  # fmt: skip
MAILS = (
    "received", "acknowledged", "supplement", "supplement_ending", "reminder", "hearing", "hearing_by_post",
    "hearing_ending", "notice_waiting", "notice_by_post", "signature_waiting", "returned", "escalated", "withdrawn",
    "withdrawal_noted", "amended", "draft_closing", "draft_closed", "resting", "closure_announced", "welcome",
)  # fmt: skip
FINDINGS = ("met", "met_by_exception", "open", "not_met", "not_applicable")
TESTS = ("is_in", "equals", "at_least", "present", "dated_within", "younger_than", "within_term", "ticked")


def check(edition: Path | Mapping[str, Any], staff: Sequence[Collection[str]] | None = None) -> list[Finding]:
    """All findings on a folder of TOML, or on a compiled edition; [] means that it may be published.

    `staff`: the roles of each account of the city, if the question is also whether these people can reach the outcomes.
    """
    if not isinstance(edition, Path):
        return check_compiled(edition, staff)
    source = read(edition)
    if source.findings:
        return source.findings
    compiled = compile_source(source)
    findings = check_compiled(compiled, staff)
    if any(finding.code == "schema" for finding in findings):
        return findings
    digest = sha256(canonical(compiled)).hexdigest()
    german = dict(german_texts(compiled))
    return findings + [flaw for path in translations_in(edition) for flaw in check_texts(path, digest, german)]


def check_compiled(edition: Mapping[str, Any], staff: Sequence[Collection[str]] | None = None) -> list[Finding]:
    """All findings on the compiled form."""
    shape = [*unfit("edition", dict(edition)), *_against_schema(edition)]
    if shape:
        return shape  # what follows reads the edition as the schema promises it
    procedures = {kind: procedure_from(kind, values) for kind, values in edition["procedures"].items()}
    return [
        *_settings(edition),
        *_facts(edition),
        *_questions(edition),
        *_documents(edition),
        *(finding for criterion in edition["criteria"] for finding in _criterion(criterion, edition)),
        *(finding for procedure in procedures.values() for finding in _procedure(procedure, procedures)),
        *_guards(edition),
        *_texts(edition, procedures),
        *(staffing(procedures, staff) if staff is not None else ()),
    ]


# --- shape ---------------------------------------------------------------------------------------------------------


@cache
def schema() -> Draft202012Validator:
    """The JSON Schema of the compiled form."""
    return Draft202012Validator(json.loads(Path(__file__).with_name("schema.json").read_text(encoding="utf-8")))


def _against_schema(edition: Mapping[str, Any]) -> Iterator[Finding]:
    for error in schema().iter_errors(edition):
        deepest: ValidationError = best_match([error]) or error
        yield Finding(_place(edition, list(deepest.absolute_path)), "schema", deepest.message[:300])


def _place(edition: Any, path: Sequence[str | int]) -> str:
    """`criteria K01, ways 2` instead of `criteria/0/ways/1`: rows by their code or name, numbers from 1."""
    words: list[str] = []
    here: Any = edition
    for part in path:
        here = here[part]
        if isinstance(part, int):
            named = here.get("code") or here.get("name") if isinstance(here, Mapping) else None
            words[-1] += f" {named or part + 1}"
        else:
            words.append(str(part))
    return ", ".join(words) or "edition"


# --- settings, facts, questions, documents -------------------------------------------------------------------------


def _settings(edition: Mapping[str, Any]) -> Iterator[Finding]:
    year = int(edition["edition"][:4])
    calendar = edition["calendar"]
    if calendar["from"] > f"{year - YEARS_BEFORE}-01-01" or calendar["through"] < f"{year + YEARS_AFTER}-12-31":
        says = f"Der Kalender reicht nicht vom Jahr vor {year} bis zehn Jahre danach."
        yield Finding("calendar", "calendar.too_short", says)
    for name, values in edition["lists"].items():
        if not values:
            says = f"Die Liste {name} ist leer; niemand könnte die Regel erfüllen."
            yield Finding(f"list {name}", "list.empty", says)


def _facts(edition: Mapping[str, Any]) -> Iterator[Finding]:
    facts = edition["facts"]
    for name, fact in facts.items():
        place = f"fact {name}"
        if ABOUT_PERSONS.search(name):
            says = "Nach Staatsangehörigkeit, Herkunft oder Glauben von Personen wird nicht gefragt."
            yield Finding(place, "fact.about_persons", says)
        if fact["type"] in ("text", "days") and not fact["private"]:
            yield Finding(place, "fact.must_be_private", f"{name}: Freier Text und Termine sind immer privat.")
        if fact["type"] == "tick" and fact["private"]:
            says = f"{name}: Ein privates Ja oder Nein gibt es nicht; das Ergebnis der Prüfung verriete die Antwort."
            yield Finding(place, "fact.private_tick", says)
        source = fact.get("drawn_from")
        if source is not None and facts.get(source, {}).get("type") != "days":
            yield Finding(place, "fact.drawn_from", f"{name} schöpft aus {source}; das sind keine Termine.")
        if fact["type"] == "choice" and sorted(fact["options"]) != sorted(fact["order"]):
            yield Finding(place, "fact.order", f"{name}: Die Reihenfolge nennt andere Antworten.")


def _questions(edition: Mapping[str, Any]) -> Iterator[Finding]:
    facts, sections = edition["facts"], {section["name"] for section in edition["sections"]}
    seen: set[str] = set()
    asked: set[str] = set()
    for question in edition["questions"]:
        place = f"question {question['code']}"
        if question["code"] in seen:
            yield Finding(place, "question.twice", f"Die Frage {question['code']} steht zweimal da.")
        seen.add(question["code"])
        asked.add(question["fact"])
        if question["section"] not in sections:
            yield Finding(place, "section.unknown", f"Den Abschnitt {question['section']} gibt es nicht.")
        if question["fact"] not in facts:
            yield Finding(place, "fact.unknown", f"Eine Angabe {question['fact']} gibt es nicht.")
        elif "drawn_from" in facts[question["fact"]]:
            yield Finding(place, "question.derived", f"{question['fact']} wird abgeleitet und nicht gefragt.")
        elif question.get("declaration") and facts[question["fact"]]["type"] != "tick":
            says = f"Eine Erklärung ist ein Ja oder Nein; {question['fact']} ist es nicht."
            yield Finding(place, "question.declaration", says)
        if condition := question.get("asked_if"):
            yield from _condition(place, condition, facts)
            if condition["fact"] in facts and condition["fact"] not in asked:
                says = f"{question['code']} hängt von {condition['fact']} ab, das erst später gefragt wird."
                yield Finding(place, "question.asked_before", says)
    for name in sorted(sections - {question["section"] for question in edition["questions"]} - {"documents"}):
        yield Finding(f"section {name}", "section.empty", f"Der Abschnitt {name} hat keine Frage.")


def _condition(place: str, condition: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[Finding]:
    fact = facts.get(condition["fact"])
    if fact is None:
        yield Finding(place, "fact.unknown", f"Eine Angabe {condition['fact']} gibt es nicht.")
    elif not _possible(condition["equals"], fact):
        says = f"{condition['fact']} kann nie {condition['equals']} sein."
        yield Finding(place, "condition.impossible", says)


def _possible(value: Any, fact: Mapping[str, Any]) -> bool:
    match fact["type"]:
        case "tick":
            return isinstance(value, bool)
        case "choice":
            return value in fact["options"]
        case "count":
            return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str)


def _documents(edition: Mapping[str, Any]) -> Iterator[Finding]:
    criteria = {criterion["code"]: criterion for criterion in edition["criteria"]}
    for name, document in edition["documents"].items():
        place = f"document {name}"
        for code in document["serves"]:
            if code not in criteria:
                yield Finding(place, "criterion.unknown", f"Das Kriterium {code} gibt es nicht.")
            elif name not in criteria[code].get("evidence_one_of", ()):
                says = f"{name} soll für {code} zählen; dort ist es nicht genannt."
                yield Finding(place, "document.not_asked_for", says)
        if (replaced_by := document.get("replaced_by")) and replaced_by not in edition["facts"]:
            yield Finding(place, "fact.unknown", f"Eine Angabe {replaced_by} gibt es nicht.")


# --- criteria ------------------------------------------------------------------------------------------------------


def _criterion(criterion: Mapping[str, Any], edition: Mapping[str, Any]) -> Iterator[Finding]:
    code = criterion["code"]
    place = f"criterion {code}"
    yield from _applies(place, criterion, edition["facts"])
    yield from _judgement(place, criterion)
    for name in criterion.get("evidence_one_of", ()):
        document = edition["documents"].get(name)
        if document is None:
            yield Finding(place, "document.unknown", f"Die Unterlage {name} gibt es nicht.")
        elif code not in document["serves"]:
            yield Finding(place, "document.does_not_serve", f"{name} ist für {code} genannt, zählt dort aber nicht.")
    for number, way in enumerate(criterion["ways"], start=1):
        if not way["all"]:
            says = f"{code}, Weg {number}: Ein Weg ohne Bedingung wäre immer erfüllt."
            yield Finding(f"{place}, way {number}", "way.empty", says)
        for test in way["all"]:
            yield from _test(f"{place}, way {number}", test, edition)


def _applies(place: str, criterion: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[Finding]:
    code, condition = criterion["code"], criterion.get("applies_if")
    if (criterion["kind"] == "conditional") != (condition is not None):
        says = f"{code}: Bedingt ist ein Kriterium genau dann, wenn es sagt, wann es gilt."
        yield Finding(place, "criterion.condition", says)
    if condition:
        yield from _condition(place, condition, facts)
        if facts.get(condition["fact"], {}).get("private"):
            says = f"{code}: Ob das Kriterium gilt, ist öffentlich; es verriete die private Angabe {condition['fact']}."
            yield Finding(place, "criterion.private_condition", says)


def _judgement(place: str, criterion: Mapping[str, Any]) -> Iterator[Finding]:
    code = criterion["code"]
    if criterion["judged_by"] == "person" and not criterion.get("guiding_questions"):
        says = f"{code}: Ein Kriterium, das ein Mensch beurteilt, braucht Leitfragen und was als Ja gilt."
        yield Finding(place, "criterion.without_questions", says)
    if criterion["judged_by"] == "person" and criterion["ways"]:
        yield Finding(place, "criterion.person_with_ways", f"{code}: Hat es Wege, dann urteilt zuerst die Regel.")
    if criterion["judged_by"] == "rule" and not criterion["ways"]:
        yield Finding(place, "criterion.without_ways", f"{code}: Kein Weg führt zu diesem Kriterium.")


def _test(place: str, test: Mapping[str, Any], edition: Mapping[str, Any]) -> Iterator[Finding]:
    facts, name, kind = edition["facts"], test["fact"], test["test"]
    fact = facts.get(name)
    if fact is None:
        yield Finding(place, "fact.unknown", f"Eine Angabe {name} gibt es nicht.")
        return
    if kind not in TESTS_OF_TYPE[fact["type"]]:
        yield Finding(place, "test.unfit", f"{kind} passt nicht zu {name} ({fact['type']}).")
        return
    if fact.get("drawn_from", name) not in {question["fact"] for question in edition["questions"]}:
        yield Finding(place, "fact.never_asked", f"Nach {name} fragt niemand; der Weg wäre nie erfüllt.")
    if kind == "equals" and not _possible(test["value"], fact):
        yield Finding(place, "condition.impossible", f"{name} kann nie {test['value']} sein.")
    if kind == "within_term" and facts.get(test["years"], {}).get("type") != "count":
        yield Finding(place, "fact.unknown", f"Eine Zahl von Jahren {test['years']} gibt es nicht.")
    accepted = edition["lists"].get(test["list"]) if kind == "is_in" else None
    if kind == "is_in" and accepted is None:
        yield Finding(place, "list.unknown", f"Die Liste {test['list']} gibt es nicht.")
    if accepted and fact["type"] == "choice" and (strange := set(accepted) - set(fact["options"])):
        says = f"{name} kann nie {', '.join(sorted(strange))} sein."
        yield Finding(place, "condition.impossible", says)
    if fact["private"] and fact["type"] in TELLING_TYPES and _tells(kind, accepted):
        says = f"{name} ist privat, und diese Prüfung lässt nur einen Wert zu: Ihr Ergebnis verriete die Antwort."
        yield Finding(place, "test.tells_the_answer", says)


def _tells(kind: str, accepted: Sequence[str] | None) -> bool:
    return kind == "equals" or (kind == "is_in" and accepted is not None and len(accepted) == 1)


# --- procedures, guards, texts -------------------------------------------------------------------------------------


def _procedure(procedure: Procedure, procedures: Mapping[str, Procedure]) -> Iterator[Finding]:
    yield from soundness(procedure, GUARDS, tuple(procedures))


def _guards(edition: Mapping[str, Any]) -> Iterator[Finding]:
    for name, guard in edition["guards"].items():
        place = f"guard {name}"
        if name not in GUARDS:
            yield Finding(place, "guard.unknown", f"Den Prüfsatz {name} gibt es nicht.")
            continue
        registered = GUARDS[name]
        if (guard["reads"], guard["says"]) != (list(registered.reads), list(registered.says)):
            yield Finding(place, "guard.changed", f"{name} liest andere Angaben, als die Fassung sagt.")
        rows = guard["examples"]["rows"]
        if not rows or frozen(name, rows) != guard["examples"] or misjudged(name, rows):
            yield Finding(place, "guard.changed", f"{name} urteilt anders, als die Fassung beschlossen wurde.")


def _texts(edition: Mapping[str, Any], procedures: Mapping[str, Procedure]) -> Iterator[Finding]:
    texts = edition["texts"]
    for key in dict.fromkeys(_needed_texts(edition, procedures)):
        if key not in texts:
            yield Finding(f"text {key}", "text.missing", f"Der Satz {key} fehlt.")
    for name, guard in edition["guards"].items():
        strange = placeholders(texts.get(f"guard.{name}", "")) - set(guard["says"])
        if strange:
            says = f"guard.{name} nennt {', '.join(sorted(strange))}; diese Werte liefert der Prüfsatz nicht."
            yield Finding(f"text guard.{name}", "text.placeholder", says)


def _needed_texts(edition: Mapping[str, Any], procedures: Mapping[str, Procedure]) -> Iterator[str]:
    yield "value.none"
    yield from (f"role.{role}" for role in edition["roles"])
    yield from (f"reason.{code}" for code in REASONS)
    yield from (f"outcome.{name}" for name in (*FINDINGS, *edition["settings"]["outcomes"]))
    for test in TESTS:
        yield from (f"test.{test}", *(f"test.{test}.{verdict}" for verdict in ("met", "not_met", "unclear")))
    for name in edition["guards"]:
        yield from (f"guard.{name}", f"guard.{name}.rule")
    yield from (f"list.{name}" for name in edition["lists"])
    for kind, procedure in procedures.items():
        for state in procedure.states:
            yield from (f"state.{kind}.{state}", f"state.{kind}.{state}.applicant")
        for step in procedure.steps:
            yield from (f"step.{step.name}", f"step.{step.name}.done")
            if step.letter:
                yield f"letter.{step.letter}.title"
        for act in procedure.acts:
            yield from (f"act.{act}", f"act.{act}.done")
        yield from (f"deadline.{deadline}" for deadline in procedure.deadlines)
    if "admission" in procedures:
        for mail in MAILS:
            yield from (f"mail.{mail}.subject", f"mail.{mail}.body")
