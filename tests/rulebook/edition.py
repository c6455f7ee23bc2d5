"""The repository's edition: its folder, its compiled form, and the rulebook made of it."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from admission.rulebook.compile import compile_folder, compile_source
from admission.rulebook.edition import Rulebook
from admission.rulebook.read import read
from admission.rulebook.texts import compile_texts

FOLDER = Path(__file__).parents[2] / "editions" / "2026-1"
_COMPILED = compile_source(read(FOLDER))


def compiled() -> dict[str, Any]:
    """A copy of the compiled edition, to plant defects in."""
    return deepcopy(_COMPILED)


@cache
def rulebook() -> Rulebook:
    """The edition with its English texts."""
    book = Rulebook(compile_folder(FOLDER))
    return Rulebook(book.body, {"en": compile_texts(FOLDER / "texts" / "en.toml", book.digest)})
