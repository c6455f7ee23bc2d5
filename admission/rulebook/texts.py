"""Translations of an edition: `texts/<language>.toml`, with a hash of their own, outside the edition's digest."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import rfc8785

from admission.procedure.graph import Finding
from admission.rulebook.compile import FORMAT, flat
from admission.rulebook.edition import GERMAN, placeholders
from admission.rulebook.read import unfit

_OF = re.compile(r'^of\s*=\s*"[0-9a-f]*"', re.MULTILINE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?")


def translations_in(folder: Path) -> list[Path]:
    """The files of an edition that translate it."""
    return sorted(path for path in (folder / "texts").glob("*.toml") if path.stem != GERMAN)


def compile_texts(path: Path, digest: str) -> bytes:
    """RFC 8785 bytes of a translation; their SHA-256 identifies it, `of` is the digest of what it translates.

    A translation in the making leaves `of` empty; it then belongs to the edition in whose folder it lies.
    """
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    of = written.pop("of", "") or digest
    return bytes(rfc8785.dumps({"format": FORMAT, "of": of, "language": path.stem, "texts": dict(flat(written))}))


def check_texts(path: Path, digest: str, german: Mapping[str, str]) -> list[Finding]:
    """What is wrong with a translation of the edition `digest`, whose sentences are `german`."""
    place = f"texts/{path.name}"
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return [Finding(place, "file.unreadable", f"Kein gültiges TOML: {error}")]
    return list(_flaws(place, path.stem, written, digest, german))


def stamp(path: Path, digest: str) -> bool:
    """Write the digest into the `of` of a finished translation; False if it stood there already."""
    before = path.read_text(encoding="utf-8")
    after = _OF.sub(f'of = "{digest}"', before, count=1)
    if after == before:
        return False
    path.write_text(after, encoding="utf-8")
    return True


def _flaws(
    place: str, language: str, written: dict[str, Any], digest: str, german: Mapping[str, str]
) -> Iterator[Finding]:
    yield from unfit(place, written)
    if not _LANGUAGE.fullmatch(language):
        yield Finding(place, "texts.language", f"{language} ist kein Kürzel einer Sprache.")
    of = written.pop("of", None)
    if of not in (digest, ""):
        yield Finding(place, "texts.of", f"Die Übersetzung gehört zu {of}, die Fassung ist {digest}.")
    for key, sentence in flat(written):
        if key not in german:
            yield Finding(f"{place}: {key}", "text.unknown", f"Den Satz {key} hat die Fassung nicht.")
        elif not isinstance(sentence, str):
            yield Finding(f"{place}: {key}", "text.no_sentence", f"{key} ist kein Text.")
        elif strange := placeholders(sentence) - placeholders(german[key]):
            says = f"{key} nennt {', '.join(sorted(strange))}; im deutschen Satz steht das nicht."
            yield Finding(f"{place}: {key}", "text.placeholder", says)
