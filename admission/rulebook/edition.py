"""A compiled edition as a value: the rules that pages print are the ones that this object executes."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

from admission.procedure.deadlines import Calendar, calendar_from
from admission.procedure.definitions import Procedure, procedure_from
from admission.procedure.evaluator import Outcome, evaluate

GERMAN = "de"
NOTHING_TO_NAME = "value.none"
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class UnknownText(KeyError):
    """The edition has no sentence of that key; `check` finds this before publication."""


class Rulebook:
    """One edition; made once per digest and process (`queries.rulebook`), so its parts are never to be changed."""

    def __init__(self, body: bytes, translations: Mapping[str, bytes] | None = None) -> None:
        self.body = body
        self.digest = sha256(body).hexdigest()
        compiled = json.loads(body)
        self.definition: dict[str, Any] = compiled
        self.name: str = compiled["edition"]
        self.settings: dict[str, Any] = compiled["settings"]
        self.facts: dict[str, Any] = {name: _ordered(fact) for name, fact in compiled["facts"].items()}
        self.sections: list[dict[str, Any]] = compiled["sections"]
        self.questions: list[dict[str, Any]] = compiled["questions"]
        self.criteria: list[dict[str, Any]] = compiled["criteria"]
        self.documents: dict[str, Any] = dict(_documents_in_order(compiled["documents"], self.criteria))
        self.lists: dict[str, list[str]] = compiled["lists"]
        self.calendar: Calendar = calendar_from(compiled["calendar"])
        self.register: dict[str, Any] = compiled["register"]
        self.retention: dict[str, Any] = compiled["retention"]
        self.guards: dict[str, Any] = compiled["guards"]
        self.letters: dict[str, Any] = compiled["letters"]
        self._procedures = {
            kind: procedure_from(kind, definition) for kind, definition in compiled["procedures"].items()
        }
        self._texts = {GERMAN: dict(german_texts(compiled))}
        for language, texts in (translations or {}).items():
            self._texts[language] = json.loads(texts)["texts"]

    @property
    def short(self) -> str:
        """The digest as it stands beside a text: `564e bb94 … 4d15`."""
        return f"{self.digest[:4]} {self.digest[4:8]} … {self.digest[-4:]}"

    @property
    def groups(self) -> list[str]:
        """The digest in groups of four digits."""
        return [self.digest[at : at + 4] for at in range(0, 64, 4)]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rulebook) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def languages(self) -> tuple[str, ...]:
        """German, and the languages that this edition is translated into."""
        return tuple(self._texts)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The procedures that this edition has; an interim one has none."""
        return tuple(self._procedures)

    @cached_property
    def no_end_between(self) -> tuple[str, ...]:
        """Two days MM-DD, both included, on which no period of this edition ends; or ()."""
        between = self.settings.get("no_end_between")
        return (between["from"], between["through"]) if between else ()

    @property
    def court(self) -> str:
        """The court of the remedy notice, with its address; empty where the edition decides nothing."""
        return str(self.settings.get("remedy", {}).get("court", ""))

    @property
    def postcodes(self) -> tuple[str, ...]:
        """What counts as "here"."""
        return tuple(self.lists.get("city_postcodes", ()))

    def procedure(self, kind: str) -> Procedure:
        """The procedure of that kind; raises KeyError if the edition has none."""
        return self._procedures[kind]

    @cached_property
    def _criteria_by_code(self) -> Mapping[str, dict[str, Any]]:
        return {criterion["code"]: criterion for criterion in self.criteria}

    def criterion(self, code: str) -> dict[str, Any]:
        """The criterion of that code; raises KeyError."""
        return self._criteria_by_code[code]

    @cached_property
    def _questions_by_code(self) -> Mapping[str, dict[str, Any]]:
        return {question["code"]: question for question in self.questions}

    def question(self, code: str) -> dict[str, Any]:
        """The question of that code; raises KeyError."""
        return self._questions_by_code[code]

    def by_fact(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Answers to questions (code -> value) as the criteria read them (fact -> value)."""
        asked = self._questions_by_code
        return {asked[code]["fact"]: value for code, value in answers.items() if code in asked}

    def evaluate(self, code: str, answers: Mapping[str, Any], day: date) -> Outcome:
        """Judge one criterion by answers (question code -> value); `day` is that of submission, or today before it."""
        return evaluate(self.criterion(code), self.by_fact(answers), self.facts, self.lists, day)

    def has_text(self, key: str, language: str = GERMAN) -> bool:
        """Whether there is such a sentence in that language itself."""
        return key in self._texts.get(language, {})

    def text(self, key: str, language: str = GERMAN, **values: Any) -> str:
        """The edition's sentence with its placeholders filled; German where the language has none (the German binds).

        Values arrive formatted for the reader; a placeholder without a value shows the sentence `value.none`. Raises
        `UnknownText`.
        """
        sentence = self._sentence(key, language)
        if sentence is None:
            raise UnknownText(key)
        return fill(sentence, values, self._sentence(NOTHING_TO_NAME, language) or "–")

    def _sentence(self, key: str, language: str) -> str | None:
        return self._texts.get(language, {}).get(key) or self._texts[GERMAN].get(key)


def fill(sentence: str, values: Mapping[str, Any], nothing: str) -> str:
    """Put values into `{name}` placeholders, as text and nothing else: no formats, no attributes."""
    return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], nothing)), sentence)


def placeholders(sentence: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(_PLACEHOLDER.findall(sentence))


def german_texts(compiled: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every German sentence under the key by which a translation names it.

    `texts` as they are, which count where both name a key; the words that stand beside the rules as
    `criterion.K01.title`, `criterion.K01.way.1`, `criterion.K06.question.1.asks`, `question.CODE.title`,
    `fact.NAME.option.KEY`, `section.NAME.title`, `document.NAME.title`, `state.KIND.NAME`, `invariant.KIND.1`.
    """
    for criterion in compiled["criteria"]:
        yield from _of_criterion(criterion)
    for question in compiled["questions"]:
        yield from _words(f"question.{question['code']}", question, ("title", "help"))
    for section in compiled["sections"]:
        yield from _words(f"section.{section['name']}", section, ("title", "help"))
    for name, fact in compiled["facts"].items():
        yield from _words(f"fact.{name}", fact, ("says",))
        for key, title in fact.get("options", {}).items():
            yield f"fact.{name}.option.{key}", title
    for name, document in compiled["documents"].items():
        yield from _words(f"document.{name}", document, ("title", "help"))
    for kind, procedure in compiled["procedures"].items():
        yield from _of_procedure(kind, procedure)
    for table in ("set", "topic"):
        for name, row in compiled["register"].get(table, {}).items():
            yield from _words(f"{table}.{name}", row, ("title", "says"))
    for name, record in compiled["retention"].items():
        yield from _words(f"retention.{name}", record, ("title", "remains"))
    charter = compiled["settings"].get("charter", {})
    yield from _words("charter", charter, ("text",))
    yield from compiled["texts"].items()


def _of_criterion(criterion: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    key = f"criterion.{criterion['code']}"
    yield from _words(key, criterion, ("title", "formal", "text", "evidence_says", "cure_says", "met_when"))
    for number, way in enumerate(criterion.get("ways", ()), start=1):
        yield f"{key}.way.{number}", way["says"]
    for number, question in enumerate(criterion.get("guiding_questions", ()), start=1):
        yield from _words(f"{key}.question.{number}", question, ("asks", "yes"))
    for number, exception in enumerate(criterion.get("exceptions", ()), start=1):
        yield f"{key}.exception.{number}", exception


def _of_procedure(kind: str, procedure: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, state in procedure["states"].items():
        yield f"state.{kind}.{name}", state["title"]
    for number, invariant in enumerate(procedure["invariants"], start=1):
        yield f"invariant.{kind}.{number}", invariant["says"]


def _words(prefix: str, table: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        if name in table:
            yield f"{prefix}.{name}", table[name]


def _ordered(fact: Mapping[str, Any]) -> dict[str, Any]:
    """Options in the order in which they were written; canonical JSON sorts keys, `order` kept them."""
    if "order" not in fact:
        return dict(fact)
    return {**fact, "options": {key: fact["options"][key] for key in fact["order"]}}


def _documents_in_order(documents: Mapping[str, Any], criteria: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Documents in the order in which criteria ask for them."""
    asked = [name for criterion in criteria for name in criterion.get("evidence_one_of", ())]
    for name in dict.fromkeys([*asked, *documents]):
        if name in documents:
            yield name, documents[name]
