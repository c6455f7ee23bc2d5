"""A compiled edition as a value; built once per digest."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any

from admission.procedure.deadlines import Calendar, calendar_from
from admission.procedure.definitions import Procedure, procedure_from

GERMAN = "de"


class Rulebook:
    """One edition: its bytes, and everything that is read from them."""

    def __init__(self, body: bytes, translations: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self.body = body
        self.digest = sha256(body).hexdigest()
        self.definition: Mapping[str, Any] = json.loads(body)
        self._translations = dict(translations or {})
        self._procedures: dict[str, Procedure] = {}

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rulebook) and other.digest == self.digest

    @property
    def name(self) -> str:
        """The edition's name, `2026-1`."""
        return str(self.definition["edition"])

    @property
    def short(self) -> str:
        """The fingerprint in short: `564e bb94 … 4d15`."""
        return f"{self.digest[:4]} {self.digest[4:8]} … {self.digest[-4:]}"

    @property
    def groups(self) -> list[str]:
        """The fingerprint in groups of four."""
        return [self.digest[at : at + 4] for at in range(0, 64, 4)]

    @property
    def settings(self) -> Mapping[str, Any]:
        """What has legal effect besides the rules: remedy, delivery, deciding body, charter."""
        return self.definition["settings"]  # type: ignore[no-any-return]

    @property
    def facts(self) -> Mapping[str, Any]:
        """What criteria read."""
        return self.definition["facts"]  # type: ignore[no-any-return]

    @cached_property
    def sections(self) -> Sequence[Mapping[str, Any]]:
        """The sections of the application."""
        return list(self.definition["sections"])

    @cached_property
    def questions(self) -> Sequence[Mapping[str, Any]]:
        """The questions, in their order."""
        return list(self.definition["questions"])

    @property
    def documents(self) -> Mapping[str, Any]:
        """What can be uploaded."""
        return self.definition["documents"]  # type: ignore[no-any-return]

    @property
    def lists(self) -> Mapping[str, Any]:
        """The lists that tests name."""
        return self.definition["lists"]  # type: ignore[no-any-return]

    @cached_property
    def criteria(self) -> Sequence[Mapping[str, Any]]:
        """The criteria, in their order."""
        return list(self.definition["criteria"])

    @property
    def register(self) -> Mapping[str, Any]:
        """The sets that are counted, and the targets of confirmation and advice."""
        return self.definition["register"]  # type: ignore[no-any-return]

    @cached_property
    def calendar(self) -> Calendar:
        """The holidays that its periods know."""
        return calendar_from(self.definition["calendar"])

    @cached_property
    def no_end_between(self) -> tuple[str, ...]:
        """Two days MM-DD, both included, on which no period of ours ends."""
        between = self.settings.get("no_end_between")
        return (between["from"], between["through"]) if between else ()

    @property
    def kinds(self) -> list[str]:
        """The procedures that it holds."""
        return list(self.definition["procedures"])

    def procedure(self, kind: str) -> Procedure:
        """One procedure; raises KeyError if the edition has none of this kind."""
        if kind not in self._procedures:
            self._procedures[kind] = procedure_from(kind, self.definition["procedures"][kind])
        return self._procedures[kind]

    def criterion(self, code: str) -> Mapping[str, Any]:
        """One criterion; raises KeyError."""
        return self._criteria[code]

    def question(self, code: str) -> Mapping[str, Any]:
        """One question; raises KeyError."""
        return self._questions[code]

    def text(self, key: str, language: str = GERMAN, **values: Any) -> str:
        """A sentence of the edition; German stands in where a translation lacks it. Raises KeyError."""
        translated = self._translations.get(language, {}).get(key) if language != GERMAN else None
        sentence = translated or self.definition["texts"][key]
        return sentence.format_map(values) if values else sentence

    def has_text(self, key: str) -> bool:
        """Whether the edition has a sentence under this key."""
        return key in self.definition["texts"]

    def said(self, key: str, german: str, language: str = GERMAN) -> str:
        """A rule's own words: German as resolved, else the translation under this key, else German."""
        if language == GERMAN:
            return german
        return self._translations.get(language, {}).get(key) or german

    @property
    def languages(self) -> list[str]:
        """German first, then what it was translated into."""
        return [GERMAN, *sorted(self._translations)]

    @cached_property
    def _criteria(self) -> Mapping[str, Mapping[str, Any]]:
        return {criterion["code"]: criterion for criterion in self.criteria}

    @cached_property
    def _questions(self) -> Mapping[str, Mapping[str, Any]]:
        return {question["code"]: question for question in self.questions}
