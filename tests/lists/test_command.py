"""`flask register import`: the same functions as at the desk, said in lines."""

import pytest
from sqlalchemy import select

from admission.cli import register
from admission.ground.db import db, writing
from admission.lists.models import OfficeList
from admission.log.models import Entry
from admission.organisations.actions import found
from admission.organisations.models import Organisation
from admission.register.contacts import Way, add
from tests.factories import publish
from tests.lists import messy


@pytest.fixture
def imports(sqlite_app, tmp_path):
    """Run the command on these bytes; gives back what it printed."""
    publish()
    writing()
    lanterns = found(db.session(), messy.LANTERNS, "VR 99121")
    add(db.session(), [Way(lanterns.id, "phone", "0221 4710-158")])
    db.session.commit()

    def run(data: bytes, name: str, *more: str):
        file = tmp_path / name
        file.write_bytes(data)
        done = sqlite_app.test_cli_runner().invoke(register, ["import", str(file), *more])
        db.session.rollback()
        return done

    return run


def test_the_command_says_what_would_happen_and_takes_nothing(imports):
    file = messy.csv_in_windows_1252()

    done = imports(file.data, file.name)

    assert done.exit_code == 0, done.output
    assert "Umlaute repariert (Windows-1252)." in done.output
    assert "Spalte „Nationalität“: nicht übernehmen" in done.output
    assert "Zeile 6: KV 7 Laternen. Vielleicht schon bekannt" in done.output
    assert "gleiche Telefonnummer" in done.output
    assert "Zeile 8: (leer). Ohne Namen ist nicht klar, wen die Zeile meint" in done.output
    assert set(db.session.scalars(select(Organisation.name))) == {messy.LANTERNS}


def test_the_command_takes_what_is_clear_in_nobodys_name(imports):
    file = messy.csv_in_windows_1252()

    done = imports(file.data, file.name, "--take", "--as-of", "12.03.2026")

    assert "1 warten auf eine Entscheidung" in done.output
    assert set(db.session.scalars(select(Organisation.name))) == {messy.LANTERNS, "Chor Kieselstein", messy.BOWLING}
    actors = set(db.session.scalars(select(Entry.actor).where(Entry.type == "organisation.known")))
    assert actors == {"system"}
    assert db.session.scalars(select(OfficeList.as_of)).one().isoformat() == "2026-03-12"


def test_the_command_run_again_is_harmless(imports):
    file = messy.csv_in_windows_1252()
    imports(file.data, file.name, "--take")
    before = len(list(db.session.scalars(select(Entry.idx))))

    done = imports(file.data, file.name, "--take")

    assert done.exit_code == 1
    assert "Keine Zeile kann jetzt übernommen werden." in done.output
    assert len(list(db.session.scalars(select(Entry.idx)))) == before


def test_the_command_names_why_a_file_cannot_be_read(imports):
    done = imports(b"%PDF-1.7", "liste.pdf")

    assert done.exit_code == 1
    assert "Möglich sind CSV, XLSX, ODS und XLS." in done.output
