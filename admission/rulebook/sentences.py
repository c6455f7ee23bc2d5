"""Sentences made from rules: what a test asks, what a value is called, how long a period is."""

from collections.abc import Mapping
from typing import Any

from admission.rulebook.edition import GERMAN, Rulebook

PERIODS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "de": {
        "days": ("1 Tag", "{} Tage"),
        "working_days": ("1 Arbeitstag", "{} Arbeitstage"),
        "weeks": ("1 Woche", "{} Wochen"),
        "months": ("1 Monat", "{} Monate"),
    },
    "en": {
        "days": ("1 day", "{} days"),
        "working_days": ("1 working day", "{} working days"),
        "weeks": ("1 week", "{} weeks"),
        "months": ("1 month", "{} months"),
    },
}
WEEK = 7


def of_test(rulebook: Rulebook, test: Mapping[str, Any], verdict: str | None = None, language: str = GERMAN) -> str:
    """What a test asks, or with a verdict (met, not_met, unclear) how it went; the answer itself is never named."""
    fact = test["fact"]
    values: dict[str, Any] = {name: value for name, value in test.items() if name not in ("fact", "test")}
    values["fact"] = of_fact(rulebook, fact, language)
    if test["test"] == "equals":
        values["value"] = of_value(rulebook, fact, test["value"], language)
    if test["test"] == "is_in":
        values["list"] = rulebook.text(f"list.{test['list']}", language)
    if test["test"] == "dated_within":
        values.setdefault("at_least", 1)
    key = f"test.{test['test']}"
    return rulebook.text(f"{key}.{verdict}" if verdict else key, language, **values)


def of_fact(rulebook: Rulebook, name: str, language: str = GERMAN) -> str:
    """What a fact is called."""
    return rulebook.text(f"fact.{name}.says", language)


def of_value(rulebook: Rulebook, fact: str, value: Any, language: str = GERMAN) -> str:
    """What an answer is called: the title of a choice, yes or no, else the value as text."""
    if isinstance(value, bool):
        return rulebook.text("value.yes" if value else "value.no", language)
    if value in rulebook.facts[fact].get("options", ()):
        return rulebook.text(f"fact.{fact}.option.{value}", language)
    return str(value)


def of_guard(rulebook: Rulebook, name: str, language: str = GERMAN) -> str:
    """What a guard demands, as a rule."""
    return rulebook.text(f"guard.{name}.rule", language)


def of_deed(rulebook: Rulebook, name: str, language: str = GERMAN) -> str:
    """What a step or an act is called."""
    return rulebook.text(f"step.{name}" if rulebook.has_text(f"step.{name}") else f"act.{name}", language)


def of_period(length: int, unit: str, language: str = GERMAN, *, in_weeks: bool = False) -> str:
    """`10 Arbeitstage`; with `in_weeks` full weeks of days are said as weeks (28 days end like 4 weeks, BGB § 188)."""
    if in_weeks and unit == "days" and length % WEEK == 0:
        length, unit = length // WEEK, "weeks"
    one, many = PERIODS.get(language, PERIODS[GERMAN])[unit]
    return one if length == 1 else many.format(length)
