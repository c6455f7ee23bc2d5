"""`flask register confirm`: a round of the yearly confirmation, as the office's page starts it, said in lines."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import click
from sqlalchemy import select

from admission.casework import confirming
from admission.casework.confirming import Candidate
from admission.confirmation import queries, rules
from admission.ground import clock
from admission.ground.db import db, writing
from admission.organisations.models import Organisation
from admission.people.models import Account
from admission.people.queries import roles_of
from admission.people.roles import Role
from admission.rulebook.edition import Rulebook

WAYS = {"mail": "per E-Mail", "letter": "per Brief", "phone": "nur telefonisch", "none": "gar nicht"}


def run(book: Rulebook, address: str, trial: Sequence[str], *, rest: bool) -> None:
    """Ask, and print what was done; raises `click.ClickException` for a wrong address or slug, and `Refused`."""
    by = _clerk(address)
    day = rules.reference_day(book.register["confirmation"], clock.today())
    if trial:
        wanted = [_organisation(slug) for slug in trial]
        writing()
        confirming.begin_trial(db.session(), book, wanted, by=by)
        db.session.commit()
        click.echo(f"{len(wanted)} zur Probe gefragt, Stichtag {day:%d.%m.%Y}. Der Worker schickt die E-Mails.")
        return
    round_ = queries.round_of(db.session(), day)
    if rest:
        if round_ is None:
            raise click.ClickException("Erst die Probe: flask register confirm --trial SLUG")
        writing()
        asked = confirming.ask_the_rest(db.session(), book, round_, by=by)
        db.session.commit()
        click.echo(f"{asked} weitere gefragt, Stichtag {day:%d.%m.%Y}.")
        return
    _say(confirming.candidates(db.session(), book, round_))


def _say(found: Sequence[Candidate]) -> None:
    """Whom a round would ask and how; nothing is written."""
    ways = Counter(one.reach.way for one in found)
    slugs = {id_: slug for id_, slug in db.session.execute(select(Organisation.id, Organisation.slug))}
    for one in found:
        click.echo(f"{slugs[one.id]}: {WAYS[one.reach.way]}{f' ({one.reach.why_not})' if one.reach.why_not else ''}")
    click.echo(", ".join(f"{words} {ways[way]}" for way, words in WAYS.items()) + ".")


def _clerk(address: str) -> UUID:
    account = db.session.scalar(select(Account).where(Account.address == address.strip().lower()))
    if account is None or not {Role.CASEWORKER, Role.APPROVER} & roles_of(account.id):
        raise click.ClickException(f"{address} gehört niemandem aus dem Büro.")
    return account.id


def _organisation(slug: str) -> UUID:
    found = db.session.scalar(select(Organisation.id).where(Organisation.slug == slug))
    if found is None:
        raise click.ClickException(f"{slug} ist keine Organisation. Ohne --trial und --rest werden alle genannt.")
    return found
