"""`make run`: database, city, mail server, worker and web server in one process, on loopback."""

import os
import secrets
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from waitress import create_server

from admission import worker
from admission.app import create_app
from admission.demo import pages, play, post

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path, port: int) -> dict[str, str]:
    """The environment of the demo: keys of its own in `folder`, made once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("master.key", "log.key", "session.key"):
        key = folder / name
        if not key.exists():
            key.write_text(secrets.token_hex(32))
            key.chmod(0o600)
    return {
        "MODE": "demo",
        "BASE_URL": f"http://localhost:{port}",
        "CITY": str(ROOT / "presets" / "musterfeld"),
        "DATABASE_URL": os.environ.get("DATABASE_URL", f"sqlite:///{folder / 'mso.sqlite'}"),
        "MASTER_KEY_FILE": str(folder / "master.key"),
        "LOG_KEY_FILE": str(folder / "log.key"),
        "SECRET_KEY_FILE": str(folder / "session.key"),
        "FILES_DIR": str(folder / "files"),
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(_free_port()),
        "MAIL_SENDER": "mso@musterfeld.example",
    }


def serve(config: Mapping[str, Any], folder: Path, port: int) -> None:
    """Serve the demo until interrupted; the database is migrated and the city is there."""
    if not _is_free(port):
        raise click.ClickException(f"Port {port} ist belegt. Ein anderer: PORT={port + 1} make run")
    box = folder / "post"
    controller = post.serve(box, int(config["MAIL_PORT"]))
    app = create_app({**config, "DEMO_POST_DIR": str(box)}, pages.bp)
    stopping = threading.Event()
    thread = threading.Thread(target=worker.run, args=(app,), kwargs={"should_stop": stopping.is_set}, daemon=True)
    thread.start()
    server = create_server(app, host="127.0.0.1", port=port, threads=6)
    _say_where(port)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        stopping.set()
        server.close()
        controller.stop()


def load_city(config: Mapping[str, Any]) -> bool:
    """Play the fictional city if the database is empty; whether it was."""
    app = create_app(config, pages.bp)
    with app.app_context():
        try:
            events = play.load()
        except play.NotEmpty:
            return False
    click.echo(f"Stadt Musterfeld gespielt: {events} Ereignisse.")
    return True


def _say_where(port: int) -> None:
    address = f"http://localhost:{port}"
    click.echo(f"\n  Stadt Musterfeld (erfunden):  {address}")
    click.echo(f"  Anmelden mit einem Klick:     {address}/demo")
    click.echo(f"  Die verschickte Post:         {address}/demo/post\n")
    for mail, name, roles in play.STAFF:
        click.echo(f"  {name:<22} {mail:<40} {', '.join(roles)}")
    click.echo("  Selin Aydar            laternen@example.org                     applicant\n\n  Ende: Strg+C")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
