"""A city at work as the handbook runs it: gunicorn on a socket, the worker, a mail server; each can be killed."""

import asyncio
import os
import random
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask
from flask_mail import Mail as Postman
from sqlalchemy import create_engine

from admission.app import create_app
from admission.city import setup
from admission.ground import clock
from admission.ground.db import db, writing
from admission.rulebook.edition import Rulebook
from config import ROOT, from_environment
from migrations import safeguards
from tests import cluster, factories

BASE_URL = "https://mso.musterfeld.example"
UNITS = ROOT / "docs" / "handbook" / "systemd"
PLACES = {"/srv/mso/app/.venv/bin": str(Path(sys.executable).parent), "/run/mso/web.sock": "{folder}/web.sock"}
"""Where the handbook's units look, and where it lies here."""
TROUBLE = re.compile(r"Traceback|work failed|mail refused|checkpoint refused|log does not fit")
MESSAGE_ID = re.compile(rb"^Message-ID: *(<[^>]+>)", re.I | re.M)


class Relay:
    """A mail server that takes a moment between taking a mail and saying so, as real ones do."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.in_hand = 0
        self._chance = random.Random(5)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """What aiosmtpd calls for each mail."""
        found = MESSAGE_ID.search(envelope.content)
        self.taken.append(found[1].decode() if found else "")
        self.in_hand += 1
        try:
            await asyncio.sleep(self._chance.uniform(0, 0.04))
        finally:
            self.in_hand -= 1
        return "250 OK"

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()


class Program:
    """One program of the city, started with the command of its unit in a process group of its own."""

    def __init__(self, unit: str, environ: Mapping[str, str], folder: Path) -> None:
        self.log = folder / f"{unit}.log"
        self._command = _command(unit, folder)
        self._environ = dict(environ)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environ, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip

    def dies(self) -> None:
        """Everything of it is killed at once, and it is started again."""
        os.killpg(self.pid, signal.SIGKILL)
        self._wait()
        self.start()

    def loses_its_head(self) -> None:
        """The process that was started is killed; what it leaves behind is told to go, and it is started again."""
        os.kill(self.pid, signal.SIGKILL)
        self._wait()
        self._tell(signal.SIGTERM)
        self.start()

    def children(self) -> list[int]:
        """The processes that it has started itself."""
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return [int(pid) for pid in found.split()]

    def stop(self) -> None:
        """Ask it to end, and see that nothing of it is left."""
        if self._process is not None:
            self._process.terminate()
            self._wait()
            self._tell(signal.SIGKILL)

    def _wait(self) -> None:
        assert self._process is not None
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._tell(signal.SIGKILL)
            self._process.wait(20)

    def _tell(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return


class House:
    """The city of Musterfeld in production: its programs and, in this process, the application on the same database."""

    def __init__(self, address: str, folder: Path) -> None:
        self.folder, self.relay = folder, Relay()
        self.environ = _environment(address, folder, self.relay.port)
        self.app: Flask = create_app(from_environment(self.environ))
        Postman(self.app)
        self.web = Program("mso-web", _without(self.environ, "LOG_KEY_FILE"), folder)
        self.worker = Program("mso-worker", self.environ, folder)

    def founds_the_city(self) -> Rulebook:
        """Settings, the log's key, the edition in force."""
        writing()
        preset = ROOT / "presets" / "musterfeld" / "city.toml"
        setup.set_up(Path(self.environ["LOG_KEY_FILE"]), BASE_URL, preset=preset)
        db.session.commit()
        return factories.publish(in_force_from=clock.today() - timedelta(days=30))

    def opens(self) -> None:
        """Start everything."""
        self.relay.start()
        self.web.start()
        self.worker.start()

    def closes(self) -> None:
        """End everything."""
        self.web.stop()
        self.worker.stop()
        self.relay.stop()

    def line(self) -> HTTPConnection:
        """A connection as the proxy in front would open it."""
        return _Line(str(self.folder / "web.sock"))

    def complaints(self) -> str:
        """What the programs wrote of work that failed; that somebody killed them is none."""
        said = [program.log.read_text() for program in (self.web, self.worker)]
        return "\n".join(text for text in said if TROUBLE.search(text))


class _Line(HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=60)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _command(unit: str, folder: Path) -> list[str]:
    text = (UNITS / f"{unit}.service").read_text(encoding="utf-8")
    (command,) = re.findall(r"^ExecStart=(.*)$", text, re.M)
    for place, here in PLACES.items():
        command = command.replace(place, here.format(folder=folder))
    return shlex.split(command)


def _environment(address: str, folder: Path, mail_port: int) -> dict[str, str]:
    """What the handbook puts into /etc/mso, for this folder; on PostgreSQL the programs run as the app's role."""
    keys = folder / "keys"
    files = setup.make_keys(keys, [])
    if address.startswith("sqlite"):
        Path(address.removeprefix("sqlite:///")).chmod(0o600)
    else:
        with create_engine(address).begin() as connection:
            safeguards.grant(connection, cluster.APP)
        address = address.replace(f"//{cluster.OWNER}@", f"//{cluster.APP}@")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "MODE": "production",
        "BASE_URL": BASE_URL,
        "CITY": str(ROOT / "presets" / "musterfeld"),
        "DATABASE_URL": address,
        "FILES_DIR": str(folder / "files"),
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mail_port),
        "MAIL_SENDER": "mso@musterfeld.example",
        "PROXIES": "1",
        **{variable: str(file) for variable, file in files.items()},
    }


def _without(environ: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in environ.items() if key != name}
