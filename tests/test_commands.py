"""The operator's commands: what they do, what they refuse, and that they answer in sentences."""

import json
import re
import shutil
from datetime import date

import pytest
from alembic.command import downgrade
from click.testing import Result
from sqlalchemy import select

from admission.city.actions import change
from admission.cli import migrated, rulebook
from admission.cli_city import city, people
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.mail import Mail
from admission.log.checks import may_be_rewritten
from admission.log.models import Entry
from admission.log.verifier import verify
from admission.people import queries
from admission.people.factors import finish_reset
from admission.people.models import Account, Invitation
from admission.people.roles import Role
from admission.people.rules import end_of
from admission.rulebook.compile import compile_folder
from tests import cluster, installation
from tests.factories import EDITIONS
from tests.people.cast import code_of, member_of_staff

ADMIN = ("--admin", "Petra@Bielefeld.example", "--admin-name", "Petra Lindholm")
COURT = ("--court", "Verwaltungsgericht Anderswo", "--court-address", "Am Markt 1, 33602 Anderswo")


def runs(app, group, *arguments) -> Result:
    """What the command prints, and how it ends; a stack trace fails the test."""
    db.session.rollback()
    result = app.test_cli_runner().invoke(group, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    db.session.rollback()
    return result


@pytest.fixture
def new(sqlite_app, tmp_path):
    """An installation whose city's folder is empty yet."""
    sqlite_app.config |= {"BASE_URL": "https://mso.bielefeld.example", "CITY": str(tmp_path / "city")}
    return sqlite_app


def sets_up(app, tmp_path, *more) -> Result:
    return runs(app, city, "init", "--preset", "bielefeld", "--keys", str(tmp_path / "keys"), *ADMIN, *COURT, *more)


def test_a_city_is_set_up_with_keys_log_rulebook_and_an_invitation(new, tmp_path):
    result = sets_up(new, tmp_path)

    assert result.exit_code == 0, result.output
    assert sorted(file.name for file in (tmp_path / "keys").iterdir()) == ["log.key", "master.key", "session.key"]
    assert queries.invited()[0].address == "petra@bielefeld.example"
    assert verify(db.session()).sound
    folder = tmp_path / "city" / "editions" / "2026-1"
    assert runs(new, rulebook, "check", str(folder)).output == "Keine Beanstandung.\n"
    compiled = json.loads(compile_folder(folder))
    assert compiled["settings"]["remedy"]["court"] == "Verwaltungsgericht Anderswo, Am Markt 1, 33602 Anderswo"
    assert "33602" in compiled["lists"]["city_postcodes"]
    assert "99001" not in json.dumps(compiled)


def test_a_rulebook_that_lies_there_is_not_touched(new, tmp_path):
    folder = tmp_path / "city" / "editions" / "2026-1"
    shutil.copytree(EDITIONS / "2026-1", folder)

    assert "bleibt, wie es ist" in sets_up(new, tmp_path).output
    assert compile_folder(folder) == compile_folder(EDITIONS / "2026-1")


def test_without_a_court_the_rulebook_says_that_it_is_missing(new, tmp_path):
    result = runs(new, city, "init", "--preset", "bielefeld", "--keys", str(tmp_path / "keys"), *ADMIN)

    assert result.exit_code == 0
    assert "settings, remedy, court" in result.output
    assert runs(new, rulebook, "check", str(tmp_path / "city" / "editions" / "2026-1")).exit_code == 1


def test_a_second_time_nothing_is_made(new, tmp_path):
    sets_up(new, tmp_path)
    result = runs(new, city, "init", "--keys", str(tmp_path / "others"), *ADMIN)

    assert (result.exit_code, "gehört schon einer Stadt" in result.output) == (1, True)
    assert not (tmp_path / "others").exists()


def test_keys_that_lie_there_are_kept(new, tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "log.key").write_text("kept")
    result = sets_up(new, tmp_path)

    assert (result.exit_code, "Schlüssel werden nie überschrieben" in result.output) == (1, True)
    assert db.session.scalars(select(Entry)).all() == []


def test_the_check_names_each_thing_and_fails(new, tmp_path):
    sets_up(new, tmp_path)
    result = runs(new, city, "check")

    assert result.exit_code == 1
    for said in ("Impressum", "Datenschutzbeauftragte", "Ombudsstelle", "zweite Person"):
        assert said in result.output, said
    assert "Verwaltungsgericht" not in result.output
    new.config["BASE_URL"] = "https://www.bielefeld.example"
    assert "BASE_URL" in runs(new, city, "check").output


def test_an_edition_that_cannot_be_loaded_is_refused_in_sentences(new, tmp_path):
    folder = tmp_path / "edition"
    shutil.copytree(EDITIONS / "2026-1", folder)
    assert runs(new, rulebook, "publish", str(folder)).exit_code == 0
    text = (folder / "lists.toml").read_text()
    (folder / "lists.toml").write_text(text.replace('"99010"', '"99011"'))

    result = runs(new, rulebook, "publish", str(folder))
    assert (result.exit_code, "Fassungen werden nie geändert" in result.output) == (1, True)
    (folder / "lists.toml").write_text(text.replace('["99001"', "[99001"))
    assert runs(new, rulebook, "publish", str(folder)).exit_code == 1


def test_an_external_reviewer_is_invited_until_a_day(sqlite_app):
    lacking = runs(sqlite_app, people, "add", "hanne@example.org", "Hanne Isfort", "external_reviewer")
    assert (lacking.exit_code, "ihren letzten Tag" in lacking.output) == (1, True)

    last = date(clock.today().year + 1, 10, 31)
    done = runs(
        sqlite_app, people, "add", "hanne@example.org", "Hanne Isfort", "external_reviewer", "--until", last.isoformat()
    )
    assert done.exit_code == 0
    row = db.session.scalars(select(Invitation)).one()
    assert row.until_at == end_of(last)


def test_who_has_an_account_is_not_invited_again(sqlite_app):
    member_of_staff("Anna Amt", Role.ADMIN)
    result = runs(sqlite_app, people, "add", "anna@musterfeld.example", "Anna Amt", "admin")

    assert result.exit_code == 1
    assert "schon ein Konto" in result.output


def resets(app, *more) -> Result:
    return runs(app, people, "reset", "anna@musterfeld.example", *more)


def told(kind: str = "account.changed") -> list[str]:
    bodies = db.session.scalars(select(Entry.body).where(Entry.type == kind).order_by(Entry.idx))
    return [json.loads(body)["data"]["change"] for body in bodies]


def test_the_last_admin_who_lost_the_factor_comes_in_by_a_link_that_is_printed_once(sqlite_app):
    anna = member_of_staff("Anna Amt", Role.ADMIN)
    result = resets(sqlite_app)

    assert result.exit_code == 0, result.output
    (token,) = re.findall(r"/zugang\?t=(\S+)", result.output)
    assert db.session.get_one(Account, anna).factor is None
    assert told()[-2:] == ["reset_asked", "reset_confirmed"]
    assert db.session.scalars(select(Mail.template)).all()[-1] == "factor_reset"
    found = queries.reset_of(token)
    assert finish_reset(token, code_of(found.factor), password_hash=None, device="Test") is not None
    db.session.commit()
    assert queries.reset_of(token) is None
    assert Role.ADMIN in queries.roles_of(anna)


def test_where_two_people_can_settle_it_the_command_refuses(sqlite_app):
    anna = member_of_staff("Anna Amt", Role.ADMIN)
    member_of_staff("Bela Amt", Role.ADMIN)
    before = db.session.get_one(Account, anna).factor

    result = resets(sqlite_app)
    assert (result.exit_code, "/verwaltung/konten" in result.output) == (1, True)
    assert db.session.get_one(Account, anna, populate_existing=True).factor == before
    assert resets(sqlite_app, "--password-too").exit_code == 0  # one other person could ask, nobody confirm


def test_a_lost_password_needs_two_others_at_the_desk(sqlite_app):
    member_of_staff("Anna Amt", Role.ADMIN)
    member_of_staff("Bela Amt", Role.ADMIN)
    member_of_staff("Cleo Amt", Role.ADMIN)

    assert resets(sqlite_app, "--password-too").exit_code == 1


def test_nobody_is_reset_who_has_no_factor_or_no_account(sqlite_app):
    assert "gibt es nicht" in resets(sqlite_app).output
    account = member_of_staff("Anna Amt", Role.ADMIN)
    db.session.get_one(Account, account).deactivated_at = clock.now()
    db.session.commit()
    result = resets(sqlite_app)
    assert (result.exit_code, "geschlossen" in result.output) == (1, True)


def test_the_owner_migrates_and_gives_the_application_its_rights_and_no_more(templates, tmp_path):
    with templates.fresh("postgresql", tmp_path) as owners:
        installation.migrate(owners, downgrade, "base")
        migrated(installation.test_settings(owners, tmp_path) | {"APP_ROLE": cluster.APP})

        for role, rewrites in ((cluster.OWNER, True), (cluster.APP, False)):
            app = installation.application(owners.replace(f"//{cluster.OWNER}@", f"//{role}@"), tmp_path)
            with app.app_context():
                assert may_be_rewritten(db.session()) is rewrites
                writing()
                change("name", f"Stadt {role}", by=None)
                db.session.commit()
                assert ("DATABASE_URL" in runs(app, city, "check").output) is rewrites
            installation.close(app)
