"""Commands that set up a real city and help its people: `flask --app manage city|people|mail …`."""

import smtplib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_mail import Mail as Postman
from flask_mail import Message

from admission.city import setup
from admission.city.check import Resolved
from admission.city.check import check as city_findings
from admission.city.queries import CitySettings, settings
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import NotFound, Refused
from admission.log.checks import may_be_rewritten
from admission.people import actions, factors, rules
from admission.people.queries import account_at, others_can_reset, staffing
from admission.people.roles import BY_INVITATION, Role
from admission.rulebook.adapt import lay
from admission.rulebook.check import check
from admission.rulebook.compile import Unreadable
from admission.rulebook.queries import in_force
from admission.web.page import sentences

city = AppGroup("city", help="A real city: set it up, say what is missing.")
people = AppGroup("people", help="Accounts of the city.")
ROOT = Path(__file__).resolve().parent.parent
EDITION = "2026-1"


@contextmanager
def said_plainly() -> Iterator[None]:
    """What was refused becomes sentences on the screen instead of a stack trace."""
    try:
        yield
    except Refused as refused:
        with current_app.test_request_context("/"):
            raise click.ClickException(" ".join(sentences(refused.reasons, None))) from None
    except Unreadable as unreadable:
        says = "\n".join(f"{finding.place}: {finding.says}" for finding in unreadable.findings)
        raise click.ClickException(says) from None
    except setup.CannotSetUp as error:
        raise click.ClickException(str(error)) from None


def _address(_context: object, _parameter: object, value: str) -> str:
    try:
        return rules.address(value)
    except ValueError:
        raise click.BadParameter(f"{value} ist keine E-Mail-Adresse.") from None


@city.command("init")
@click.option("--preset", type=click.Choice(["musterfeld", "bielefeld"]), help="Take the first settings from it.")
@click.option("--keys", type=click.Path(path_type=Path), default=Path("/etc/mso/keys"), show_default=True)
@click.option("--admin", "admin_address", prompt="E-Mail-Adresse der ersten Person, die verwaltet", callback=_address)
@click.option("--admin-name", prompt="Ihr Name")
@click.option("--name", "city_name", default="", help="Name der Stadt, falls nicht aus der Vorlage.")
@click.option("--court", default="", help="Verwaltungsgericht für den Rechtsbehelf.")
@click.option("--court-address", default="", help="Seine Anschrift.")
def city_init(
    preset: str | None,
    keys: Path,
    admin_address: str,
    admin_name: str,
    city_name: str,
    court: str,
    court_address: str,
) -> None:
    """Make the keys, take the first settings, begin the log, lay the rulebook, invite the first administrator."""
    with said_plainly():
        setup.refuse_second_city(current_app.config["BASE_URL"])
        made = setup.make_keys(keys, [Path(current_app.config["FILES_DIR"])])
        for name, file in made.items():
            current_app.config[name] = str(file)
        for line in setup.about_keys(keys):
            click.echo(line)
        writing()
        setup.set_up(
            made["LOG_KEY_FILE"],
            current_app.config["BASE_URL"],
            preset=ROOT / "presets" / preset / "city.toml" if preset else None,
            answers={"name": city_name, "court": court, "court_address": court_address},
        )
        db.session.commit()
        writing()
        actions.invite(admin_address, admin_name, (Role.ADMIN,), by=None)
        db.session.commit()
    here = settings(clock.today())
    assert here is not None  # it was set up a moment ago
    _lay_rulebook(here)
    click.echo(f"Eingerichtet. Die Einladung an {admin_address} geht hinaus, sobald der Worker läuft.")
    click.echo("Was noch fehlt, sagt: flask --app manage city check")


def _lay_rulebook(here: CitySettings) -> None:
    """Lay the edition into the city's folder, if there is none yet, and say what is to be mended in it."""
    folder = Path(current_app.config["CITY"]) / "editions" / EDITION
    if folder.exists():
        click.echo(f"Das Regelwerk in {folder} bleibt, wie es ist.")
    else:
        source = ROOT / "editions" / EDITION
        lay(source, folder, postcodes=here.postcodes, court=here.court_in_full, deciding_body=here.office)
        click.echo(f"Das Regelwerk {EDITION} liegt mit Postleitzahlen, Gericht und Stelle der Stadt in {folder}.")
    for finding in check(folder):
        click.echo(f"- {finding.place}: {finding.says}")


@city.command("check")
def city_check() -> None:
    """Say what a real city still owes before its pages go public; ends with 1 if anything is missing."""
    now = in_force(clock.today())
    findings = city_findings(
        settings(clock.today()),
        staffing(),
        served_at=current_app.config["BASE_URL"],
        resolved=Resolved(now.rulebook.court, now.rulebook.postcodes) if now else None,
        guarded=not may_be_rewritten(db.session()),
    )
    for finding in findings:
        click.echo(f"- {finding.says}")
    click.echo("Nichts fehlt." if not findings else f"{len(findings)} Punkte sind noch offen.")
    if findings:
        sys.exit(1)


@people.command("add")
@click.argument("address", callback=_address)
@click.argument("name")
@click.argument("roles", nargs=-1, required=True, type=click.Choice([role.value for role in BY_INVITATION]))
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Letzter Tag, wenn die Rollen geliehen sind.")
def people_add(address: str, name: str, roles: tuple[str, ...], until: datetime | None) -> None:
    """Invite a person by mail for these roles; the account is made when they accept."""
    end = rules.end_of(until.date() if until else None)
    with said_plainly():
        writing()
        actions.invite(address, name, tuple(Role(role) for role in roles), by=None, until=end)
        db.session.commit()
    click.echo(f"{name} ist eingeladen. Die Mail geht hinaus, sobald der Worker läuft.")


@people.command("reset")
@click.argument("address", callback=_address)
@click.option("--password-too", is_flag=True, help="Auch das Passwort ist verloren.")
def people_reset(address: str, password_too: bool) -> None:
    """Let somebody in again whose second factor is lost, where no second person is left to confirm it.

    Prints the link once and sends it by mail too; both ways leave their entries. The old factor ends at once.
    """
    account = account_at(address)
    if account is None:
        raise click.ClickException(f"Ein Konto mit der Adresse {address} gibt es nicht.")
    if others_can_reset(account, password_too=password_too):
        raise click.ClickException(
            "Das geht ohne diesen Befehl: Jemand meldet den Verlust unter /verwaltung/konten, jemand anderes bestätigt "
            "ihn. Der Befehl ist für den Fall, dass dafür niemand mehr da ist."
        )
    writing()
    try:
        asked = factors.ask_for_reset(account, by=None, password_too=password_too)
        token = factors.confirm_reset(asked, by=None)
    except NotFound:
        raise click.ClickException(f"{address} meldet sich nicht mit Passwort an oder ist geschlossen.") from None
    db.session.commit()
    click.echo(f"Dieser Link gilt eine Woche und einmal: {current_app.config['BASE_URL']}/zugang?t={token}")


@click.group("mail")
def mail() -> None:
    """Outgoing mail."""


@mail.command("check")
@click.argument("address")
@with_appcontext
def mail_check(address: str) -> None:
    """Send one mail to ADDRESS at once, and say in the relay's words what it refused."""
    postman = Postman(current_app)
    message = Message(
        subject="Netzwerk MSO: Probe des Mailversands",
        recipients=[address],
        body="Diese Mail prüft den Versand. Sie ist angekommen, mehr ist nicht zu tun.\n",
    )
    try:
        postman.send(message)
    except (OSError, smtplib.SMTPException) as error:
        raise click.ClickException(f"Der Mailserver nahm sie nicht an: {error}") from None
    click.echo("Der Mailserver hat die Mail angenommen.")
