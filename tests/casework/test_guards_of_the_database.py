"""The database itself keeps the log and the cases together: raw SQL, past the whole program, on both databases.

On SQLite everything is tried with foreign keys off as well, as any other program would open the file.
"""

import shutil
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DataError, IntegrityError, NotSupportedError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from admission.casework import applications
from admission.ground.db import db
from admission.log.entry import Draft
from admission.log.verifier import verify
from tests import factories, installation

HERE = ("sqlite", "sqlite without foreign keys", "postgresql")
SQLITE, POSTGRESQL = HERE[:2], HERE[2:]
ENTRY = (
    "INTO entry (idx, body, type, actor, case_id, revision, state, command) "
    "VALUES (:idx, :body, :type, :actor, :case_id, :revision, :state, :command)"
)
CASE = (
    'INTO "case" (id, kind, edition, state, revision, round, state_since, opened_at, title, language, portal_consent, '
    "sections_open, criteria_applicable, evidence_applicable, record_version, logged_version) "
    "SELECT :id, kind, edition, :state, :revision, 0, state_since, opened_at, '', 'de', portal_consent, 0, 0, 0, 0, 0 "
    'FROM "case" WHERE id = :case'
)


@dataclass
class Raw:
    """A connection to a log of two entries, 0 and 1, of one case, which stands at received, revision 1."""

    connection: Connection
    case: UUID

    @property
    def edition(self) -> str:
        """The digest of the case's edition."""
        return str(self.connection.scalar(text("SELECT digest FROM edition WHERE name = '2026-1'")))

    def id(self, value: UUID | None) -> str | None:
        """A UUID as this database stores it."""
        if value is None:
            return None
        return value.hex if self.connection.dialect.name == "sqlite" else str(value)

    def run(self, sql: str, **values: object) -> int:
        """Run one statement; `:case` is the case's id."""
        return self.connection.execute(text(sql), {"case": self.id(self.case)} | values).rowcount

    def entry(self, verb: str = "INSERT", then: str = "", **says: object) -> None:
        """Write an entry: the third of the log and of its case, except where `says` has it otherwise."""
        fields = {"idx": 2, "case": self.case, "revision": 2, "to": "completeness", "type": "step.acknowledge"} | says
        draft = Draft(fields["type"], "system", "system", case=fields["case"], revision=fields["revision"])
        draft.from_, draft.to, draft.edition = "received", fields["to"], self.edition
        sealed = draft.seal()
        columns = {
            "idx": fields["idx"],
            "body": sealed.body,
            "type": sealed.type,
            "actor": sealed.actor,
            "case_id": self.id(sealed.case),
            "revision": sealed.revision,
            "state": sealed.state,
            "command": self.id(fields.get("command")),
        }
        columns |= {name.removeprefix("row_"): value for name, value in fields.items() if name.startswith("row_")}
        self.run(f"{verb} {ENTRY} {then}", **columns)

    def move(self, state: str, revision: int) -> None:
        """Move the case row."""
        self.run(
            'UPDATE "case" SET state = :state, revision = :revision WHERE id = :case', state=state, revision=revision
        )

    def due(self) -> str:
        """When the case's row says that the next of its deadlines is due."""
        return str(
            self.connection.scalar(text('SELECT due_on FROM "case" WHERE id = :case'), {"case": self.id(self.case)})
        )

    def settle(self) -> None:
        """What a commit would check last."""
        if self.connection.dialect.name == "postgresql":
            self.connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        else:
            self.connection.commit()


@pytest.fixture(scope="module")
def originals(templates, tmp_path_factory):
    """One submitted application on each database."""
    folder = tmp_path_factory.mktemp("guards")
    with templates.fresh("sqlite", folder) as sqlite, templates.fresh("postgresql", folder) as postgresql:
        yield {address.partition(":")[0]: (address, _submitted(address, folder)) for address in (sqlite, postgresql)}


def _submitted(address, folder):
    app = installation.application(address, folder)
    with app.app_context():
        book = factories.publish()
        applicant = factories.account()
        case_id = factories.draft(book, applicant)
        command = factories.command(case_id)
        case = factories.locked(case_id)
        by = factories.as_("applicant", applicant, case_id)
        applications.submit(db.session, case, book, "Selin Aydar", by=by, command=command)
        db.session.commit()
        if address.startswith("sqlite"):
            db.session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    installation.close(app)
    return case_id


@pytest.fixture(params=HERE)
def raw(request, originals, tmp_path):
    """A connection whose work is undone afterwards."""
    kind = request.param.partition(" ")[0]
    address, case = next(found for name, found in originals.items() if name.startswith(kind))
    if kind == "sqlite":
        shutil.copy(address.removeprefix("sqlite:///"), tmp_path / "raw.sqlite")
        address = f"sqlite:///{tmp_path / 'raw.sqlite'}"
    with create_engine(address, poolclass=NullPool).connect() as connection:
        if kind == "sqlite":
            connection.exec_driver_sql(f"PRAGMA foreign_keys = {'OFF' if 'without' in request.param else 'ON'}")
        yield Raw(connection, case)
        connection.rollback()


only_sqlite = pytest.mark.parametrize("raw", SQLITE, indirect=True)
only_postgresql = pytest.mark.parametrize("raw", POSTGRESQL, indirect=True)


def refused(raw, attack, *errors):
    with pytest.raises((IntegrityError, *errors)):
        attack(raw)
        raw.settle()


def another_edition(raw):
    raw.run("INSERT INTO edition (digest, name, body, loaded_at) VALUES ('ab', '2027-1', '{}', '2026-01-01')")


def test_an_honest_step_passes(raw):
    raw.entry(command=uuid4())
    raw.move("completeness", 2)
    raw.settle()
    assert verify(Session(raw.connection)).sound


def test_a_case_says_when_the_next_of_its_deadlines_is_due_whoever_changes_one(raw):
    raw.run("UPDATE deadline SET due_on = '2026-01-07' WHERE case_id = :case AND kind = 'acknowledgement'")
    assert raw.due() == "2026-01-07"
    raw.run("UPDATE deadline SET state = 'passed' WHERE case_id = :case AND kind = 'acknowledgement'")
    assert raw.due() == "2026-01-07"
    raw.run(
        "INSERT INTO deadline (id, case_id, kind, whose, begun_on, due_on, round, state, extensions) "
        "VALUES (:id, :case, 'decision', 'office', '2026-01-01', '2026-01-05', 0, 'running', 0)",
        id=raw.id(uuid4()),
    )
    assert raw.due() == "2026-01-05"
    raw.run("UPDATE deadline SET state = 'paused', days_left = 3 WHERE case_id = :case AND due_on = '2026-01-05'")
    assert raw.due() == "2026-01-07"
    raw.run("UPDATE deadline SET state = 'ended', days_left = NULL WHERE case_id = :case")
    assert raw.due() == "9999-12-31"


def test_the_other_columns_of_a_case_are_free(raw):
    assert raw.run('UPDATE "case" SET title = :title WHERE id = :case', title="x") == 1
    raw.settle()


# --- a case moves by one revision, with its entry ---


@pytest.mark.parametrize(
    ("state", "revision"),
    [
        ("refused", 1),
        ("received", 3),
        ("received", 2),
        ("draft", 0),
        ("draft", 1),
        ("received", 0),
        ("completeness", 2),
    ],
)
def test_a_case_does_not_move_without_its_entry(raw, state, revision):
    refused(raw, lambda raw: raw.move(state, revision))


def test_a_case_does_not_skip_a_revision_even_if_the_entry_is_there(raw):
    raw.entry()
    refused(raw, lambda raw: raw.move("completeness", 3))


def test_a_case_does_not_go_where_its_entry_did_not_lead(raw):
    raw.entry(to="refused", type="step.refuse")
    refused(raw, lambda raw: raw.move("admitted", 2))


@pytest.mark.parametrize("change", ["kind = 'membership'", "edition = 'ab'", "id = :other"])
def test_edition_kind_and_id_do_not_change_under_a_case(raw, change):
    another_edition(raw)
    refused(raw, lambda raw: raw.run(f'UPDATE "case" SET {change} WHERE id = :case', other=raw.id(uuid4())))


def test_kind_and_id_do_not_change_with_a_step_either(raw):
    raw.entry()
    refused(
        raw,
        lambda raw: raw.run(
            "UPDATE \"case\" SET kind = 'membership', state = 'completeness', revision = 2 WHERE id = :case"
        ),
    )


@pytest.mark.parametrize("revision", [0, 5])
def test_a_case_is_not_born_without_its_entry(raw, revision):
    refused(raw, lambda raw: raw.run(f"INSERT {CASE}", id=raw.id(uuid4()), state="draft", revision=revision))


def test_a_case_is_not_born_in_another_state_than_its_entry_says(raw):
    fresh = uuid4()
    raw.entry(case=fresh, revision=0, to="draft", type="draft.opened")
    refused(raw, lambda raw: raw.run(f"INSERT {CASE}", id=raw.id(fresh), state="admitted", revision=0))


# --- an entry belongs to its case ---


@pytest.mark.parametrize(
    "says",
    [
        {"case": UUID(int=7), "revision": 1},
        {"case": UUID(int=7), "revision": 2},
        {"revision": 3},
        {"revision": 1},
        {"revision": 1, "to": "received", "type": "step.submit"},
        {"revision": 0},
        {"revision": 0, "to": "draft", "type": "draft.opened"},
    ],
)
def test_an_entry_follows_its_case(raw, says):
    refused(raw, lambda raw: raw.entry(**says))


def test_two_entries_do_not_make_one_revision(raw):
    raw.entry()
    refused(raw, lambda raw: raw.entry(idx=3, to="withdrawn", type="step.withdraw"))


def test_a_command_is_carried_out_once(raw):
    same = uuid4()
    raw.entry(command=same)
    raw.move("completeness", 2)
    refused(raw, lambda raw: raw.entry(idx=3, revision=3, command=same))


@pytest.mark.parametrize(
    "row",
    [
        {"row_case_id": None},
        {"row_revision": None},
        {"row_state": "admitted"},
        {"row_state": None},
        {"row_type": "step.refuse"},
        {"row_actor": "pK3vAAAAAAAAAAAAAAAAAA"},
        {"row_body": "{}"},
        {"row_body": "no json"},
    ],
)
def test_a_row_says_what_its_bytes_say(raw, row):
    refused(raw, lambda raw: raw.entry(**row), DataError, OperationalError)  # the last: what is no JSON has no fields


@pytest.mark.parametrize("row", [{"row_revision": 2}, {"row_case_id": "the case"}, {"row_state": "draft"}])
def test_a_row_says_no_more_than_its_bytes(raw, row):
    if "row_case_id" in row:
        row = {"row_case_id": raw.id(raw.case)}
    refused(raw, lambda raw: raw.entry(**({"case": None, "revision": None, "to": None, "type": "city.changed"} | row)))


# --- an entry stands at the end, and stands ---


@only_sqlite
@pytest.mark.parametrize("idx", [0, 1, 3, 7, -1, None])
def test_an_entry_comes_at_the_end(raw, idx):
    refused(raw, lambda raw: raw.entry(idx=idx))


@only_postgresql
@pytest.mark.parametrize("idx", [0, 1, 3, 7, -1, None])
def test_whatever_place_is_asked_for_the_database_gives_the_next(raw, idx):
    raw.entry(idx=idx)
    raw.settle()
    assert raw.connection.scalars(text("SELECT idx FROM entry ORDER BY idx")).all() == [0, 1, 2]


@only_postgresql
def test_a_table_of_the_same_name_does_not_mislead_the_triggers(raw):
    raw.run("CREATE TEMPORARY TABLE entry AS SELECT 99 AS idx")
    raw.run("INSERT INTO public.entry (body, type, actor) VALUES (:body, 'city.changed', 'system')",
            body='{"actor":"system","type":"city.changed"}')  # fmt: skip
    assert raw.connection.scalar(text("SELECT max(idx) FROM public.entry")) == 2


@pytest.mark.parametrize("idx", [0, 1, 2])
def test_an_upsert_changes_no_entry(raw, idx):
    then = "ON CONFLICT (case_id, revision) DO UPDATE SET body = excluded.body"
    refused(raw, lambda raw: raw.entry(idx=idx, revision=1, to="received", then=then))
    raw.connection.rollback()
    before = raw.connection.scalars(text("SELECT body FROM entry WHERE idx < 2 ORDER BY idx")).all()
    try:
        raw.entry(idx=idx, then="ON CONFLICT (idx) DO UPDATE SET body = excluded.body")
    except IntegrityError:
        raw.connection.rollback()
    assert raw.connection.scalars(text("SELECT body FROM entry WHERE idx < 2 ORDER BY idx")).all() == before


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entry SET actor = 'system' WHERE idx = 0",
        "UPDATE entry SET idx = 7 WHERE idx = 1",
        "UPDATE entry SET command = NULL",
        "DELETE FROM entry WHERE idx = 1",
        "DELETE FROM entry",
        'DELETE FROM "case"',
        'DELETE FROM "case" WHERE id = :case',
        "UPDATE edition SET body = '{}'",
        "UPDATE edition SET name = '2026-2'",
        "DELETE FROM edition",
    ],
)
def test_what_was_recorded_stands(raw, sql):
    refused(raw, lambda raw: raw.run(sql))


@pytest.mark.parametrize("sql", ["UPDATE checkpoint SET note = 'y'", "DELETE FROM checkpoint"])
def test_a_checkpoint_stands(raw, sql):
    raw.run("INSERT INTO checkpoint (size, root, range, signed_at, note) VALUES (1, '', '', '2026-01-01', 'x')")
    refused(raw, lambda raw: raw.run(sql))


@only_postgresql
@pytest.mark.parametrize(
    "sql",
    [
        "TRUNCATE entry",
        "TRUNCATE entry CASCADE",
        'TRUNCATE "case" CASCADE',
        "TRUNCATE edition CASCADE",
        "TRUNCATE account CASCADE",
        "TRUNCATE checkpoint CASCADE",
        "MERGE INTO entry USING (VALUES (0)) AS v (idx) ON entry.idx = v.idx WHEN MATCHED THEN UPDATE SET actor = 'x'",
        "MERGE INTO entry USING (VALUES (0)) AS v (idx) ON entry.idx = v.idx WHEN MATCHED THEN DELETE",
    ],
)
def test_nothing_is_emptied_or_merged_away(raw, sql):
    refused(raw, lambda raw: raw.run(sql), NotSupportedError)


ALONE = {
    "entry_is_not_emptied": ("entry", "TRUNCATE entry CASCADE"),
    "entry_stands": ("entry", "DELETE FROM entry"),
    "case_is_not_emptied": ("case", 'TRUNCATE "case" CASCADE'),
    "case_stays": ("case", 'DELETE FROM "case" WHERE id = :case'),
    "case_begins_at_nought": ("case", f"INSERT {CASE}"),
}


@only_postgresql
@pytest.mark.parametrize("name", ALONE)
def test_each_guard_holds_by_itself_where_a_foreign_key_or_another_guard_would_hold_too(raw, name):
    """Whoever takes the others away one day must not find that they were all that held."""
    table, sql = ALONE[name]
    keys = text("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f'")
    for owner, key in raw.connection.execute(keys).all():
        raw.connection.exec_driver_sql(f'ALTER TABLE {owner} DROP CONSTRAINT "{key}"')
    for other in ("entry", "case"):
        raw.connection.exec_driver_sql(f'ALTER TABLE "{other}" DISABLE TRIGGER USER')
    raw.connection.exec_driver_sql(f'ALTER TABLE "{table}" ENABLE TRIGGER {name}')
    with pytest.raises(IntegrityError, match=f"on {table} is refused"):
        raw.run(sql, id=raw.id(uuid4()), state="draft", revision=5)


@only_sqlite
@pytest.mark.parametrize(
    "says",
    [
        {"idx": 0, "revision": 0, "to": "draft", "type": "draft.opened"},
        {"idx": 1, "revision": 1, "to": "received", "type": "step.submit"},
        {"idx": 1},
        {"idx": 2, "revision": 0, "to": "draft", "type": "draft.opened"},
        {"idx": 2, "revision": 1, "to": "received", "type": "step.submit"},
    ],
)
def test_an_entry_replaces_none(raw, says):
    refused(raw, lambda raw: raw.entry("INSERT OR REPLACE", **says))


@only_sqlite
def test_an_entry_replaces_none_by_its_command(raw):
    known = UUID(raw.connection.scalar(text("SELECT command FROM entry WHERE idx = 1")))
    refused(raw, lambda raw: raw.entry("INSERT OR REPLACE", command=known))


@only_sqlite
def test_nothing_else_that_stands_is_replaced(raw):
    refused(raw, lambda raw: raw.run(f"INSERT OR REPLACE {CASE}", id=raw.id(raw.case), state="draft", revision=0))
    raw.connection.rollback()
    fresh = uuid4()
    raw.entry(case=fresh, revision=0, to="draft", type="draft.opened")
    raw.run(f"INSERT {CASE}", id=raw.id(fresh), state="draft", revision=0)
    refused(raw, lambda raw: raw.run('UPDATE OR REPLACE "case" SET id = :case WHERE id = :id', id=raw.id(fresh)))
    raw.connection.rollback()
    refused(raw, lambda raw: raw.run("REPLACE INTO edition SELECT digest, name, '{}', loaded_at FROM edition"))
    raw.connection.rollback()
    refused(raw, lambda raw: raw.run("REPLACE INTO edition SELECT 'ab', name, body, loaded_at FROM edition"))
    raw.connection.rollback()
    raw.run("INSERT INTO checkpoint (size, root, range, signed_at, note) VALUES (1, '', '', '2026-01-01', 'x')")
    refused(
        raw, lambda raw: raw.run("REPLACE INTO checkpoint SELECT size, 'y', range, signed_at, note FROM checkpoint")
    )


# --- what the database does not stop is named by the verifier ---


def named(raw):
    return [(fault.where, fault.what) for fault in verify(Session(raw.connection)).faults]


def test_an_entry_whose_case_was_left_behind_is_named(raw):
    raw.entry()
    raw.settle()
    assert named(raw) == [(f"case {raw.case}", "stands at received (1), the log at completeness (2)")]


@pytest.mark.parametrize("raw", ["sqlite without foreign keys"], indirect=True)
def test_a_birth_without_a_case_is_named(raw):
    lost = uuid4()
    raw.entry(case=lost, revision=0, to="draft", type="draft.opened")
    raw.settle()
    assert named(raw) == [(f"case {lost}", "has entries but no row")]


def test_what_an_owner_changes_with_the_guards_off_is_named(raw):
    if raw.connection.dialect.name == "postgresql":
        raw.run("ALTER TABLE entry DISABLE TRIGGER USER")
        raw.run('ALTER TABLE "case" DISABLE TRIGGER USER')
    else:
        for name in ("entry_stands", "case_moves_by_one", "case_has_its_entry"):
            raw.run(f"DROP TRIGGER {name}")
    raw.run("UPDATE entry SET command = NULL, body = replace(body, :now, :then) WHERE idx = 0", now="{", then="{ ")
    raw.run("UPDATE \"case\" SET revision = 0, state = 'draft' WHERE id = :case")
    assert named(raw) == [
        ("entry 0", "is not in canonical form"),
        (f"case {raw.case}", "stands at draft (0), the log at received (1)"),
    ]
