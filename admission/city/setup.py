"""Setting up a real city once: its keys as files, its first settings, and the beginning of its log."""

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from admission.city.actions import change, load_preset
from admission.city.models import Setting
from admission.city.queries import NAMES
from admission.ground.db import db
from admission.log.checkpoint import begin_log, keys, signer

DEMO = "demo."
"""The origin of a log that was played begins so; such a log is never taken on as a real one."""
ASKED = tuple(name for name in NAMES if name not in ("sample", "base_url", "origin"))
"""Settings that a city may give as answers instead of a preset; the other three follow from elsewhere."""


class CannotSetUp(Exception):
    """Nothing was made; `args` holds one German sentence for the operator."""


@dataclass(frozen=True)
class KeyFile:
    """One key: its file in the key folder, the variable that names it, and what the operator has to know."""

    file: str
    variable: str
    says: str
    backup: str
    loss: str


KEY_FILES = (
    KeyFile(
        "master.key",
        "MASTER_KEY_FILE",
        "öffnet die Schlüssel aller Vorgänge",
        "Nie zusammen mit der Datenbank sichern. Eine Abschrift auf Papier in den Tresor.",
        "Geht er verloren, sind Unterlagen und Bescheide für immer unlesbar. Das Protokoll bleibt prüfbar.",
    ),
    KeyFile(
        "log.key",
        "LOG_KEY_FILE",
        "unterschreibt die Prüfsätze des Protokolls; nur der Worker liest ihn",
        "Nicht zusammen mit der Datenbank sichern: Wer beides hat, könnte ein anderes Protokoll unterschreiben.",
        "Geht er verloren, bleiben alle Einträge. Das Protokoll geht unter einem neuen Schlüssel weiter und sagt das.",
    ),
    KeyFile(
        "session.key",
        "SECRET_KEY_FILE",
        "unterschreibt die Anmeldungen",
        "Muss nicht gesichert werden.",
        "Geht er verloren, melden sich alle neu an. Sonst geschieht nichts.",
    ),
)
"""The keys of an installation, in the order in which the operator reads of them."""


def make_keys(folder: Path, data: Iterable[Path]) -> dict[str, Path]:
    """Make the three keys as files with mode 0600; returns variable -> file. `data`: folders that backups copy.

    Raises `CannotSetUp` if a key is there already or the folder lies inside one of `data`; then nothing was made.
    """
    folder = folder.resolve()
    for other in data:
        if folder.is_relative_to(other.resolve()):
            raise CannotSetUp(
                f"Der Schlüsselordner {folder} liegt im Datenordner {other}: Eine Sicherung enthielte beides."
            )
    if there := [key.file for key in KEY_FILES if (folder / key.file).exists()]:
        raise CannotSetUp(f"In {folder} liegt schon {', '.join(there)}. Schlüssel werden nie überschrieben.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for key in KEY_FILES:
        _write_secret(folder / key.file)
    return {key.variable: folder / key.file for key in KEY_FILES}


def about_keys(folder: Path) -> list[str]:
    """Where each key lies, with what it may be backed up and what losing it costs: sentences for the screen."""
    return [f"{folder / key.file} {key.says}. {key.backup} {key.loss}" for key in KEY_FILES]


def origin_of(base_url: str) -> str:
    """The name of this city's log: the host of its address and `/log1`. Raises `CannotSetUp`."""
    host = urlsplit(base_url).hostname
    if not host:
        raise CannotSetUp(f"{base_url or 'Die Adresse'} ist keine Adresse. Beispiel: https://mso.example.org")
    if host.startswith(DEMO):
        raise CannotSetUp("Eine Adresse, die mit „demo.“ beginnt, gehört zu einer Beispielstadt.")
    return f"{host}/log1"


def set_up(
    log_key: Path, base_url: str, *, preset: Path | None = None, answers: Mapping[str, Any] | None = None
) -> str:
    """Begin the log and take the first settings, from a preset, from answers (setting -> value), or from both.

    Returns the log's name. The caller commits and invites the first admin. Raises `CannotSetUp`.
    """
    origin = refuse_second_city(base_url)
    begin_log(db.session(), signer(origin, log_key))
    if preset is not None:
        load_preset(preset)
    given = {name: value for name, value in (answers or {}).items() if name in ASKED and value}
    for name, value in {**given, "base_url": base_url, "origin": origin}.items():
        change(name, value, by=None)
    return origin


def refuse_demo_log() -> None:
    """A real city never goes on with a played log. Raises `CannotSetUp`; also called when production starts."""
    if any(key.origin.startswith(DEMO) for key in keys(db.session())):
        raise CannotSetUp("Diese Datenbank enthält die Beispielstadt. Beginnen Sie mit einer leeren Datenbank.")


def refuse_second_city(base_url: str) -> str:
    """The name that the log of this address would bear. Raises `CannotSetUp` before anything is made."""
    origin = origin_of(base_url)
    refuse_demo_log()
    if keys(db.session()) or db.session.scalar(select(Setting.id).limit(1)) is not None:
        raise CannotSetUp("Diese Datenbank gehört schon einer Stadt. Ändern lässt sie sich unter /verwaltung.")
    return origin


def _write_secret(file: Path) -> None:
    """32 random bytes in hex, readable by this user alone from the first byte on; an existing file is an error."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(32) + "\n")
