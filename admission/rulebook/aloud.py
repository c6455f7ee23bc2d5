"""The rules read aloud: numbered German sentences made from what is executed, beside what was written.

The council resolves on this print: where the two differ, the one that is executed counts, and somebody will notice.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from admission.procedure.definitions import Act, DeadlineRule, Invariant, Procedure, Step
from admission.rulebook.edition import Rulebook
from admission.rulebook.sentences import of_deed, of_fact, of_guard, of_period, of_test, of_value

Sentences = Iterator[str]


def read(rulebook: Rulebook) -> str:
    """All rules of an edition as numbered sentences, `1.2.3 …`, ready to be printed."""
    chapters: list[tuple[str, list[tuple[str, list[str]]]]] = [
        ("Kriterien", [_criterion(rulebook, criterion) for criterion in rulebook.criteria]),
        ("Fragen", [(section["title"], list(_section(rulebook, section["name"]))) for section in rulebook.sections]),
    ]
    for kind in rulebook.kinds:
        chapters.append((f"Verfahren: {KINDS[kind]}", list(_procedure(rulebook, rulebook.procedure(kind)))))
    chapters.append(("Zahlen und Listen", [("Zahlen", list(_settings(rulebook))), ("Listen", list(_lists(rulebook)))]))
    chapters.append(("Verzeichnis", [("Einträge", list(_entries(rulebook)))]))
    lines = [f"Regelwerk {rulebook.name}", f"Fingerabdruck {' '.join(rulebook.groups)}"]
    for chapter, (title, parts) in enumerate(chapters, start=1):
        lines += ["", f"{chapter} {title}"]
        for part, (heading, sentences) in enumerate(parts, start=1):
            lines += ["", f"{chapter}.{part} {heading}"]
            lines += [f"{chapter}.{part}.{number} {said}" for number, said in enumerate(sentences, start=1)]
    return "\n".join(lines) + "\n"


KINDS = {"admission": "Aufnahme", "membership": "Mitgliedschaft", "review": "Überprüfung"}


# --- criteria and questions ----------------------------------------------------------------------------------------


def _criterion(rulebook: Rulebook, criterion: Mapping[str, Any]) -> tuple[str, list[str]]:
    kind = rulebook.text(f"criterion.kind.{criterion['kind']}")
    return f"{criterion['code']} {criterion['title']} ({kind})", list(_of_criterion(rulebook, criterion))


def _of_criterion(rulebook: Rulebook, criterion: Mapping[str, Any]) -> Sentences:
    yield f"Geschrieben: {criterion['text']}"
    if condition := criterion.get("applies_if"):
        yield f"Ausgeführt: Es gilt nur, wenn {_condition(rulebook, condition)}."
    for number, way in enumerate(criterion["ways"], start=1):
        tests = "; ".join(of_test(rulebook, test) for test in way["all"])
        together = "alles zusammen" if len(way["all"]) > 1 else "allein"
        yield f"Weg {number}. Geschrieben: {way['says']} Ausgeführt, {together}: {tests}."
    if criterion["ways"]:
        yield "Ein Weg genügt. Fehlt eine Angabe, ist das Ergebnis unklar und nie „nicht erfüllt“."
    else:
        yield "Kein Weg: Das Programm urteilt nicht. Ein Mensch urteilt nach diesen Fragen."
    for number, question in enumerate(criterion.get("guiding_questions", ()), start=1):
        yield f"Frage {number}: {question['asks']} {question['yes']}"
    if "met_when" in criterion:
        yield criterion["met_when"]
    if documents := criterion.get("evidence_one_of"):
        yield f"Eine dieser Unterlagen genügt: {_listed(rulebook.documents[name]['title'] for name in documents)}."
    for exception in criterion.get("exceptions", ()):
        yield f"Ausnahme: {exception}"


def _section(rulebook: Rulebook, section: str) -> Sentences:
    for question in rulebook.questions:
        if question["section"] == section:
            needed = "Pflicht" if question["required"] else "freiwillig"
            private = "privat" if rulebook.facts[question["fact"]]["private"] else "im Protokoll lesbar"
            asked = f"; nur wenn {_condition(rulebook, c)}" if (c := question.get("asked_if")) else ""
            yield f"{question['title']} ({needed}, {private}{asked})"


def _condition(rulebook: Rulebook, condition: Mapping[str, Any]) -> str:
    name = of_fact(rulebook, condition["fact"])
    return f"bei „{name}“ geantwortet ist: „{of_value(rulebook, condition['fact'], condition['equals'])}“"


# --- settings and lists --------------------------------------------------------------------------------------------


def _settings(rulebook: Rulebook) -> Sentences:
    remedy, delivery = rulebook.settings["remedy"], rulebook.settings["delivery"]
    yield f"Es entscheidet: {rulebook.settings['deciding_body']}."
    yield f"Rechtsbehelf: innerhalb von {of_period(remedy['months'], 'months')}; zuständig: {remedy['court']}."
    by_post = of_period(delivery["post_days"], "days")
    yield f"Mit der Post gilt ein Schreiben {by_post} nach dem Absenden als bekannt gegeben."
    yield (
        "Online gilt ein Schreiben am Tag nach dem Öffnen als bekannt gegeben; "
        f"ungeöffnet geht es nach {of_period(delivery['portal_then_post_after'], 'days')} mit der Post."
    )
    if rulebook.no_end_between:
        first, last = (f"{int(day[3:])}.{int(day[:2])}." for day in rulebook.no_end_between)
        yield f"Keine Frist endet vom {first} bis zum {last}; sie endet am nächsten Arbeitstag."
    calendar = rulebook.calendar
    yield f"Der Kalender kennt {len(calendar.days)} Feiertage, von {calendar.first.year} bis {calendar.through.year}."


def _lists(rulebook: Rulebook) -> Sentences:
    for name, values in rulebook.lists.items():
        yield f"{rulebook.text(f'list.{name}')}: {', '.join(values)}."


def _entries(rulebook: Rulebook) -> Sentences:
    yield "Was eine Organisation an ihrem Eintrag ändert, gilt sofort."
    if looked_at := rulebook.register.get("entry", {}).get("check"):
        named = ", ".join(ENTRY[name] for name in looked_at)
        yield f"Vorher vom Integrationszentrum angesehen wird, was hier geändert wird: {named}."
    yield "Wozu eine Organisation ihre Zustimmung zurückzieht, das ist sofort nicht mehr zu sehen."


ENTRY = {
    "name": "Name",
    "own_name": "Name in eigener Schrift",
    "logo": "Logo",
    "field": "Arbeitsfelder",
    "districts": "Stadtbezirke",
    "languages": "Sprachen",
    "description": "Beschreibung",
    "offers": "Angebote",
    "hours": "Zeiten",
    "accessibility": "Zugang",
    "website": "Website",
    "links": "Weitere Adressen im Netz",
    "mailbox": "E-Mail",
    "mailboxes": "Weitere Postfächer",
    "phone": "Telefon",
    "post": "Postanschrift",
    "contact": "Ansprechpersonen",
}
"""Fields of an entry in the register, as the print calls them."""


# --- procedures ----------------------------------------------------------------------------------------------------


def _procedure(rulebook: Rulebook, procedure: Procedure) -> Iterator[tuple[str, list[str]]]:
    titles = {name: state.title for name, state in procedure.states.items()}
    begins = _listed(titles[name] for name in procedure.begins_in)
    ends = _listed(state.title for state in procedure.states.values() if state.final)
    yield "Anfang und Ende", [f"Es beginnt im Stand: {begins}.", f"Es endet im Stand: {ends}. Danach geht nichts mehr."]
    for step in procedure.steps:
        yield f"Schritt: {of_deed(rulebook, step.name)}", list(_step(rulebook, step, titles))
    for act in procedure.acts.values():
        yield f"Handlung: {of_deed(rulebook, act.name)}", list(_act(rulebook, act, titles))
    if procedure.deadlines:
        yield "Fristen", [_deadline(rulebook, deadline) for deadline in procedure.deadlines.values()]
    if procedure.invariants:
        yield "Was immer gilt", [_invariant(rulebook, rule, titles) for rule in procedure.invariants]


def _step(rulebook: Rulebook, step: Step, titles: Mapping[str, str]) -> Sentences:
    yield f"Aus: {_listed(titles[name] for name in step.from_)}. Nach: {titles[step.to]}."
    yield from _rule(rulebook, step)
    if step.reason:
        yield "Ein geschriebener Grund ist nötig."
    if step.letter:
        yield f"Dazu gehört das Schreiben: {rulebook.text(f'letter.{step.letter}.title')}."
    if step.opens:
        yield f"Damit beginnt das Verfahren: {KINDS[step.opens]}."
    if step.law:
        yield f"Grundlage: {step.law}."


def _act(rulebook: Rulebook, act: Act, titles: Mapping[str, str]) -> Sentences:
    yield f"Möglich im Stand: {_listed(titles[name] for name in act.in_)}. Der Stand bleibt."
    yield from _rule(rulebook, act)


def _rule(rulebook: Rulebook, rule: Step | Act) -> Sentences:
    yield f"Wer: {_listed((rulebook.text(f'role.{role}') for role in rule.by), ' oder ')}."
    if rule.not_by:
        deeds = _listed((of_deed(rulebook, deed) for deed in rule.not_by), " oder ")
        yield f"Nicht, wer in diesem Vorgang das getan hat: {deeds}."
    for name in rule.needs:
        yield f"Nur wenn: {of_guard(rulebook, name)}"
    for kind in rule.begins_deadline:
        yield f"Es beginnt die Frist: {rulebook.text(f'deadline.{kind}')}."
    if rule.ends_deadline:
        yield f"Es endet die Frist: {_listed(rulebook.text(f'deadline.{kind}') for kind in rule.ends_deadline)}."


def _deadline(rulebook: Rulebook, rule: DeadlineRule) -> str:
    whose = "der Organisation" if rule.whose == "applicant" else "des Büros"
    parts = [f"{rulebook.text(f'deadline.{rule.kind}')}: {of_period(rule.length, rule.unit)}, Frist {whose}."]
    if rule.extend:
        parts.append(f"Verlängerbar um {of_period(rule.extend, rule.unit)}, gerechnet vom Ende der Frist.")
    if rule.warn:
        parts.append(f"Hinweis {of_period(rule.warn, 'days')} vorher.")
    if rule.fires:
        parts.append(f"Verstreicht sie, folgt von selbst der Schritt: {of_deed(rulebook, rule.fires)}.")
    if rule.escalates:
        parts.append("Verstreicht sie, wird es gemeldet; sonst geschieht nichts von selbst.")
    return " ".join(parts)


def _invariant(rulebook: Rulebook, rule: Invariant, titles: Mapping[str, str]) -> str:
    parts = [f"Geschrieben: {rule.says} Ausgeführt: In den Stand {titles[rule.into]} führt kein Weg"]
    limits = []
    if rule.only_from:
        limits.append(f"an {_listed((titles[name] for name in rule.only_from), ' oder ')} vorbei")
    limits += [f"ohne: {of_guard(rulebook, name).rstrip('.')}" for name in rule.needs]
    if rule.not_by:
        deeds = _listed((of_deed(rulebook, deed) for deed in rule.not_by), " oder ")
        limits.append(f"durch die Person, die das getan hat: {deeds}")
    return f"{parts[0]} {'; '.join(limits)}."


def _listed(names: Iterable[str], last: str = ", ") -> str:
    found = list(names)
    return found[0] if len(found) == 1 else ", ".join(found[:-1]) + last + found[-1]
