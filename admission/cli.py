"""Commands of the operator: `flask --app manage …`. What a command needs and the web does not, it imports here."""

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import Migrate, upgrade
from sqlalchemy import select

from admission import asking, importing
from admission import worker as work
from admission.app import create_app
from admission.casework.replay import replay
from admission.city.queries import settings
from admission.cli_city import city, mail, people, said_plainly
from admission.cli_report import report
from admission.demo import serve
from admission.ground import clock
from admission.ground.calendar import calendar_toml
from admission.ground.db import db, writing
from admission.log.checkpoint import begin_log, keys, sign_checkpoint, signer
from admission.log.export import export, export_disclosures
from admission.log.verifier import verify
from admission.procedure.guards import EXAMPLES, frozen, frozen_bytes
from admission.rulebook import aloud
from admission.rulebook.check import check
from admission.rulebook.load import load
from admission.rulebook.models import Edition
from admission.rulebook.queries import in_force, named
from config import from_environment

log = AppGroup("log", help="The log: verify, export, sign a checkpoint.")
rulebook = AppGroup("rulebook", help="Editions: check, read aloud, load.")
register = AppGroup("register", help="The register of organisations: take in a list, ask for the yearly confirmation.")


@log.command("verify")
def log_verify() -> None:
    """Read the whole log again and judge every step anew; name everything that does not fit, then end with 1."""
    result = verify(db.session())
    judged, differences = replay(db.session())
    click.echo(f"{result.size} Einträge, {result.checkpoints} Prüfsätze, Prüfzahl {result.root.hex()}")
    click.echo(f"{judged} Schritte noch einmal nach ihrem Regelwerk beurteilt.")
    for fault in result.faults:
        click.echo(f"{fault.where}: {fault.what}")
    for found in differences:
        click.echo(f"entry {found.idx}: {found.step} is not what its rulebook allows ({', '.join(found.says)})")
    faults = len(result.faults) + len(differences)
    click.echo(f"{faults} Fehler gefunden." if faults else "Alles passt zusammen.")
    if faults:
        sys.exit(1)


@log.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--with-disclosures", is_flag=True, help="Also what is private, for those entitled; leaves an entry.")
def log_export(folder: Path, with_disclosures: bool) -> None:
    """Write the log up to its newest checkpoint as files that other people's programs can read."""
    session = db.session()
    editions = {row.digest: row.body.encode() for row in session.scalars(select(Edition))}
    guards = {frozen(name)["sha256"]: frozen_bytes(rows) for name, rows in EXAMPLES.items()}
    size = export(session, folder, editions, guards)
    if with_disclosures:
        export_disclosures(session, folder / "disclosures.jsonl", size)
    click.echo(f"{size} Einträge nach {folder} geschrieben.")


@log.command("checkpoint")
def log_checkpoint() -> None:
    """Sign how long the log is now."""
    here = settings(clock.today())
    if here is None or not here.origin:
        raise click.ClickException("Die Stadt ist noch nicht eingerichtet: flask city init")
    writing()
    signs = signer(here.origin, Path(current_app.config["LOG_KEY_FILE"]))
    if not keys(db.session()):
        begin_log(db.session(), signs)
    point = sign_checkpoint(db.session(), signs)
    db.session.commit()
    click.echo(point.note if point else "Seit dem letzten Prüfsatz ist nichts dazugekommen.")


@rulebook.command("check")
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
def rulebook_check(folder: Path) -> None:
    """Check an edition's folder; ends with 1 if anything must be mended."""
    findings = check(folder)
    for finding in findings:
        click.echo(f"{finding.place}: {finding.says}")
    click.echo("Keine Beanstandung." if not findings else f"{len(findings)} Beanstandungen.")
    if findings:
        sys.exit(1)


@rulebook.command("read")
@click.argument("name")
def rulebook_read(name: str) -> None:
    """Print an edition's rules as numbered sentences, as the council resolves on them."""
    click.echo(aloud.read(named(name)))


@rulebook.command("publish")
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
def rulebook_publish(folder: Path) -> None:
    """Load a checked edition; two people put it in force at /verwaltung."""
    writing()
    with said_plainly():
        edition = load(folder)
        db.session.commit()
    click.echo(f"{edition.name} ist geladen. Fingerabdruck {edition.digest}")


@click.command("worker")
@click.option("--once", is_flag=True, help="One round, for a cron host.")
@with_appcontext
def worker_command(once: bool) -> None:
    """Send mail, let deadlines pass, sign checkpoints, make page pictures."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    work.run(app, once=once)


@rulebook.command("calendar")
@click.argument("year", type=int)
def rulebook_calendar(year: int) -> None:
    """Print `calendar.toml` for an edition of that year: the year before to ten years after."""
    click.echo(calendar_toml(year), nl=False)


@click.command("demo")
@click.option("--port", envvar="PORT", default=5000, show_default=True)
@click.option("--load-only", is_flag=True, help="Play the city and stop.")
@with_appcontext
def demo_command(port: int, load_only: bool) -> None:
    """Serve the fictional city on localhost; nothing of it is lost between two starts."""
    folder = Path(current_app.root_path).parent / "var" / "demo"
    config = from_environment(serve.environment(folder, port))
    migrated(config)
    serve.load_city(config)
    if not load_only:
        serve.serve(config, folder, port)


def migrated(config: Mapping[str, Any]) -> None:
    """Bring the database of these settings to the newest revision."""
    app = create_app(config)
    Migrate(app, db, directory=str(Path(app.root_path).parent / "migrations"), render_as_batch=True)
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


@register.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d", "%d.%m.%Y"]), help="Stand der Liste; sonst heute.")
@click.option(
    "--take", is_flag=True, help="Übernimmt alle Zeilen, die klar sind; sonst wird nur gezeigt, was geschähe."
)
def register_import(file: Path, as_of: datetime | None, take: bool) -> None:
    """Read FILE as /buero/verzeichnis/listen does, print what would happen with each row, and take it over if asked."""
    importing.run(file, as_of.date() if as_of else clock.today(), take=take)


@register.command("confirm")
@click.option(
    "--by", "address", required=True, help="E-Mail-Adresse der Person im Büro, unter deren Namen gefragt wird."
)
@click.option("--trial", multiple=True, metavar="SLUG", help="Zur Probe zuerst diese fragen, höchstens drei.")
@click.option("--rest", is_flag=True, help="Die übrigen fragen, wenn die Probe zurück ist.")
def register_confirm(address: str, trial: tuple[str, ...], rest: bool) -> None:
    """Ask for the yearly confirmation as the office's page does; without --trial or --rest only say whom."""
    current = in_force(clock.today())
    if current is None:
        raise click.ClickException("Noch ist kein Regelwerk in Kraft.")
    with said_plainly():
        asking.run(current.rulebook, address, trial, rest=rest)


COMMANDS = (log, rulebook, city, people, register, report, mail, worker_command, demo_command)
