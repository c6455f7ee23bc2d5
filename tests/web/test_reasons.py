"""Every reason that the program can give has a sentence in German and in English, and names what the sentence needs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from admission.ground.db import db, writing
from admission.procedure.guards import GUARDS
from admission.rulebook.edition import NOTHING_TO_NAME, Rulebook
from admission.rulebook.load import load
from admission.rulebook.queries import forget, rulebook
from admission.web.page import HOUSE, LANGUAGES
from admission.web.register_fields import FAULTS
from tests.factories import EDITIONS

ADMISSION = Path(__file__).parents[2] / "admission"
CARRIERS = {"Reason", "UnfitFile", "UnfitAnswer"}
"""What is made with a reason's code first, and its values after it."""
GIVEN_BY_RULE = {"grant_fault"}
"""Functions that return codes; whoever calls them adds the role."""


@pytest.fixture
def book(sqlite_app: Flask) -> Iterator[Rulebook]:
    """The edition with its English texts, as an operator loads them; inside a request, where the house speaks."""
    forget()
    writing()
    edition = load(EDITIONS / "2026-1")
    db.session.commit()
    with sqlite_app.test_request_context("/"):
        yield rulebook(edition.digest)


def given() -> Iterator[tuple[str, set[str]]]:
    """(code, names of its values) of each place of the program that gives a reason."""
    for file in sorted(ADMISSION.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CARRIERS:
                yield from _of_call(node)
            if isinstance(node, ast.FunctionDef) and node.name in GIVEN_BY_RULE:
                words = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
                yield from ((word, {"role"}) for word in words if re.fullmatch(r"[a-z]+\.[a-z_]+", str(word)))


def _of_call(node: ast.Call) -> Iterator[tuple[str, set[str]]]:
    code = node.args[0] if node.args else None
    if isinstance(code, ast.Constant):
        names = {str(keyword.arg) for keyword in node.keywords}
        for more in node.args[1:]:
            keys = more.keys if isinstance(more, ast.Dict) else []
            names |= {str(key.value) for key in keys if isinstance(key, ast.Constant)}
        yield str(code.value), names


def key_of(book: Rulebook, code: str, language: str) -> str | None:
    """The edition's sentence for a reason, if it has one."""
    keys = (f"guard.{code}", f"reason.{code}")
    return next((key for key in keys if book.has_text(key, language)), None)


def of_the_house(code: str) -> str:
    """The sentence of the house; that German has each of them, test_page.py says."""
    return str(HOUSE.get(code) or FAULTS.get(code) or "")


def test_each_reason_has_its_sentence_in_both_languages(book):
    codes = {code for code, _ in given()} | set(GUARDS)
    assert len(codes) > 60  # the walk finds something
    silent = {
        (code, language)
        for code in codes
        for language in LANGUAGES
        if not key_of(book, code, language) and not of_the_house(code)
    }
    assert silent == set()


def test_no_sentence_asks_for_a_value_that_its_reason_does_not_name(book):
    wanting = set()
    for code, names in given():
        for language in LANGUAGES:
            key = key_of(book, code, language)
            nothing = book.text(NOTHING_TO_NAME, language)
            if key and nothing in book.text(key, language, **dict.fromkeys(names, "·")):
                wanting.add((code, language))
            if not key and set(re.findall(r"%\((\w+)\)s", of_the_house(code))) - names:
                wanting.add((code, language))
    assert wanting == set()


def test_no_sentence_of_the_house_is_left_over():
    codes, beginnings = written()
    assert {code for code in HOUSE if code not in codes and not code.startswith(tuple(beginnings))} == set()


def written() -> tuple[set[str], set[str]]:
    """Codes as they stand in the program outside the sentences, and beginnings that a name completes: `row.other_`."""
    codes: set[str] = set()
    beginnings: set[str] = set()
    for file in ADMISSION.rglob("*.py"):
        if file == ADMISSION / "web" / "page.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(str(node.values[0].value))
            elif isinstance(node, ast.Constant):
                codes.add(str(node.value))
    return codes, {beginning for beginning in beginnings if re.fullmatch(r"[a-z_]+\.[a-z_.]*", beginning)}
