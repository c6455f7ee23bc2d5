"""The German words of the interface: what is missing, and the compiled file.

    python tools/messages.py            says what is missing or superfluous, as .po lines to fill in
    python tools/messages.py compile    writes admission/translations/<language>/LC_MESSAGES/messages.mo

Message ids are the English sentences. Each desk keeps its words in a file of its own beside `messages.po` (office.po,
applicant.po, …), so that two people never edit one file; all of them are compiled into one `messages.mo`.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "admission" / "translations"
LANGUAGES = ("de",)
NO_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""The compiled file tells no date, so that the same sources give the same bytes."""
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2), "_l": None}


def used() -> Catalog:
    """Every message that the code and the templates use."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog()
    for folder in ("admission", "templates"):
        rows = extract_from_dir(
            str(ROOT / folder),
            [(pattern.removeprefix(folder + "/"), method) for pattern, method in methods if pattern.startswith(folder)],
            {pattern.removeprefix(folder + "/"): values for pattern, values in options.items()},
            keywords=KEYWORDS,
        )
        for name, line, message, _comments, _context in rows:
            found.add(message, locations=[(f"{folder}/{name}", line)])
    return found


def files(language: str) -> list[Path]:
    """The sources of a language, in the order of their names."""
    return sorted((TRANSLATIONS / language / "LC_MESSAGES").glob("*.po"))


def known(language: str) -> Catalog:
    """All translations of a language; a message in two files must say the same in both."""
    joined = Catalog(locale=language, fuzzy=False, creation_date=NO_DAY, revision_date=NO_DAY)
    for file in files(language):
        with file.open("rb") as source:
            for message in read_po(source, locale=language):
                if message.id:
                    _join(joined, message, file)
    return joined


def _join(joined: Catalog, message: Message, file: Path) -> None:
    before = joined.get(message.id)
    if before is not None and before.string != message.string:
        raise SystemExit(f"{file.name}: {message.id!r} is translated differently elsewhere")
    joined.add(message.id, message.string, flags=message.flags)


def missing(language: str) -> list[Message]:
    """Messages in use without a translation, or with a doubtful one."""
    have = known(language)
    return [message for message in used() if message.id and not _translated(have.get(message.id))]


def superfluous(language: str) -> list[Message]:
    """Translations that nothing uses any more."""
    needed = used()
    return [message for message in known(language) if message.id and needed.get(message.id) is None]


def compiled(language: str) -> bytes:
    """The bytes of messages.mo; the same for the same sources."""
    out = BytesIO()
    write_mo(out, known(language))
    return out.getvalue()


def _translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, list | tuple) else bool(message.string)


def _report(language: str) -> Iterator[str]:
    gaps = Catalog(locale=language)
    for message in missing(language):
        gaps.add(message.id, locations=message.locations)
    if len(gaps):
        out = BytesIO()
        write_po(out, gaps, width=0, omit_header=True)
        yield f"# missing in {language}\n" + out.getvalue().decode()
    for message in superfluous(language):
        yield f"# superfluous in {language}: {message.id!r}"


def main(arguments: list[str]) -> int:
    """Report or compile; 1 when something is missing."""
    gaps = 0
    for language in LANGUAGES:
        if arguments == ["compile"]:
            (TRANSLATIONS / language / "LC_MESSAGES" / "messages.mo").write_bytes(compiled(language))
        for line in _report(language):
            gaps += line.startswith("# missing")
            print(line)
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
