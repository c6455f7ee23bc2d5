"""Settings from the environment and the city's folder; a production that would be unsafe does not start.

`MODE` is `production` unless it says otherwise (`demo`, `development`, `test`), so that a forgotten variable fails
loudly instead of opening a door. Secrets come from files (`SECRET_KEY_FILE`, `MASTER_KEY_FILE`) or the environment.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from admission.ground.db import engine_options

ROOT = Path(__file__).resolve().parent
MODES = ("production", "demo", "development", "test")
KNOWN_SECRETS = {"", "dev", "secret", "changeme", "change-me", "change me", "geheim", "demo", "default"}
HERE = {"", "localhost", "127.0.0.1", "::1"}
MEBIBYTE = 1024 * 1024


class UnsafeConfig(Exception):
    """The settings would be unsafe; `sentences` says each reason and what to do."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("The application does not start:\n" + "\n".join("- " + sentence for sentence in sentences))
        self.sentences = sentences


def from_environment(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """All settings, ready for `create_app`; raises `UnsafeConfig` with every reason at once."""
    environ = os.environ if environ is None else environ
    mode = environ.get("MODE", "production")
    if mode not in MODES:
        raise UnsafeConfig([f"MODE is {mode!r}; it is one of {', '.join(MODES)}."])
    config = settings(environ, mode)
    refusals = list(reasons_not_to_start(config, environ)) if mode == "production" else []
    if refusals:
        raise UnsafeConfig(refusals)
    return config


def before_setup(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The settings for the one command that makes the keys; what they would be refused for is not there yet."""
    environ = os.environ if environ is None else environ
    return settings(environ, environ.get("MODE", "production"))


def settings(environ: Mapping[str, str], mode: str) -> dict[str, Any]:
    """The settings as Flask wants them, unchecked."""
    base_url = environ.get("BASE_URL", "" if mode == "production" else "http://localhost:5000").rstrip("/")
    secure = base_url.startswith("https://")
    prefix = "__Host-" if secure else ""
    database = environ.get("DATABASE_URL", "" if mode == "production" else f"sqlite:///{ROOT}/var/{mode}.sqlite")
    return {
        "MODE": mode,
        "DEMO": mode == "demo" or environ.get("DEMO", "") not in ("", "0"),
        "DEBUG": environ.get("FLASK_DEBUG", "") not in ("", "0"),
        "TESTING": mode == "test",
        "BASE_URL": base_url,
        "CITY": environ.get("CITY", "" if mode == "production" else str(ROOT / "presets" / "musterfeld")),
        "SECRET_KEY": _secret(environ, "SECRET_KEY", "" if mode == "production" else "dev"),
        "SECRET_KEY_FALLBACKS": [old for old in environ.get("SECRET_KEYS_BEFORE", "").split() if old],
        "MASTER_KEY_FILE": environ.get("MASTER_KEY_FILE", ""),
        "LOG_KEY_FILE": environ.get("LOG_KEY_FILE", ""),
        "FILES_DIR": environ.get("FILES_DIR", "" if mode == "production" else f"{ROOT}/var/{mode}-files"),
        "SQLALCHEMY_DATABASE_URI": database,
        "SQLALCHEMY_ENGINE_OPTIONS": {**engine_options(database), "hide_parameters": True},
        # whom `db upgrade`, run by the database's owner, gives what the running application needs, and no more
        "APP_ROLE": environ.get("APP_ROLE", ""),
        "MAIL_SERVER": environ.get("MAIL_SERVER", "localhost"),
        "MAIL_PORT": int(environ.get("MAIL_PORT", "25")),
        "MAIL_USE_TLS": environ.get("MAIL_USE_TLS", "") not in ("", "0"),
        "MAIL_USE_SSL": environ.get("MAIL_USE_SSL", "") not in ("", "0"),
        "MAIL_USERNAME": environ.get("MAIL_USERNAME"),
        "MAIL_PASSWORD": _secret(environ, "MAIL_PASSWORD", "") or None,
        "MAIL_DEFAULT_SENDER": environ.get("MAIL_SENDER"),
        # a foreign Host header would end up in links and is answered with 400
        "TRUSTED_HOSTS": sorted(
            {urlsplit(base_url).hostname or "localhost", *environ.get("MORE_HOSTS", "").split()}
            | (set() if secure else {"localhost", "127.0.0.1"})
        ),
        "SOURCE_URL": environ.get("SOURCE_URL", ""),
        "PROXIES": int(environ.get("PROXIES", "0")),
        "FLOOD_LIMIT": environ.get("FLOOD_LIMIT", "1200 per minute"),
        "MAX_CONTENT_LENGTH": MEBIBYTE,
        "UPLOAD_LENGTH": 105 * MEBIBYTE,
        "MAX_FORM_MEMORY_SIZE": MEBIBYTE,
        "MAX_FORM_PARTS": 1000,
        "SESSION_COOKIE_NAME": prefix + "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "LANGUAGE_COOKIE_NAME": prefix + "sprache",
        "WTF_CSRF_CHECK_DEFAULT": False,  # `web.access` checks the token, after it knows whether the route is public
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a form may lie open over lunch
        "WTF_CSRF_SSL_STRICT": False,  # `web.access` compares Origin, which says the same without the path
        "BABEL_DEFAULT_LOCALE": "de",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Berlin",
        "MAIL_SUPPRESS_SEND": mode == "test",
    }


def reasons_not_to_start(config: Mapping[str, Any], environ: Mapping[str, str]) -> Iterator[str]:
    """One sentence for each setting that would be unsafe in production."""
    secret = config["SECRET_KEY"]
    if secret.strip().lower() in KNOWN_SECRETS or len(secret) < 32:
        yield (
            "SECRET_KEY is missing, known or shorter than 32 characters: anybody could forge a session. Make one with "
            "`python -c 'import secrets; print(secrets.token_urlsafe(32))'`."
        )
    if config["DEBUG"]:
        yield "FLASK_DEBUG is on: its console runs code for everybody who can reach it. Unset it."
    if config["DEMO"]:
        yield "DEMO is on: the demo has accounts whose passwords are printed. A real city starts without it."
    url = urlsplit(config["BASE_URL"])
    if not url.hostname:
        yield "BASE_URL is missing: links in mails would be built from a header that strangers control. Example: https://mso.example.org"
    elif url.scheme != "https":
        yield "BASE_URL does not begin with https://: session cookies and answers would travel in the clear."
    if not config["CITY"] or not Path(config["CITY"]).is_dir():
        yield "CITY names no folder: it holds the city's rulebook, texts and settings."
    key = config["MASTER_KEY_FILE"]
    if not key or not Path(key).is_file():
        yield (
            "MASTER_KEY_FILE names no file: answers and files could not be sealed. "
            "Make one with `openssl rand -hex 32`."
        )
    yield from _readable_by_others("MASTER_KEY_FILE", key)
    yield from _readable_by_others("LOG_KEY_FILE", config["LOG_KEY_FILE"])
    yield from _readable_by_others("SECRET_KEY_FILE", environ.get("SECRET_KEY_FILE", ""))
    yield from _database(config["SQLALCHEMY_DATABASE_URI"])
    encrypted = config["MAIL_USE_TLS"] or config["MAIL_USE_SSL"]
    if config["MAIL_SERVER"] not in HERE and not encrypted:
        yield (
            "MAIL_SERVER is another machine and neither MAIL_USE_TLS nor MAIL_USE_SSL is set: "
            "sign-in codes would travel in the clear."
        )


def _database(address: str) -> Iterator[str]:
    if not address:
        yield "DATABASE_URL is missing. Examples: postgresql+psycopg://…, sqlite:////var/lib/mso/mso.sqlite"
        return
    url = urlsplit(address)
    if url.scheme.startswith("sqlite"):
        yield from _readable_by_others("The database", address.removeprefix("sqlite:///"))
    elif (url.hostname or "") not in HERE and parse_qs(url.query).get("sslmode", [""])[0] not in (
        "require",
        "verify-ca",
        "verify-full",
    ):
        yield "DATABASE_URL leads to another machine without TLS: add sslmode=verify-full."


def _readable_by_others(name: str, path: str) -> Iterator[str]:
    if path and Path(path).is_file() and Path(path).stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        yield f"{name} can be read by every user of this machine: chmod 600 {path}"


def _secret(environ: Mapping[str, str], name: str, otherwise: str) -> str:
    """A secret from the file that NAME_FILE names, or from NAME."""
    file = environ.get(name + "_FILE", "")
    if file:
        return Path(file).read_text(encoding="utf-8").strip() if Path(file).is_file() else ""
    return environ.get(name, otherwise)
