"""Every trigger, check and grant by which the database itself keeps the log, the cases and their deadlines together.

A test compares this list with the live database. The reasons and the attacks that each one stops stand in
`docs/adr/0004-the-database-keeps-the-log.md`. Order matters: an entry is written first, the case row second, so that
all of it holds on SQLite even with foreign keys off.

Batch migrations on SQLite rebuild a table and lose its triggers without a word: drop all guards, migrate, create all.
"""

from sqlalchemy import Connection

# The case's row says when the next of its deadlines is due, so that no list looks at all of them; 31 December 9999 says
# that none runs. Written with <>, because SQLite would take IN for a reason to look through all cases' deadlines.
_NEXT_DUE = (
    "coalesce((SELECT min(due_on) FROM {schema}deadline WHERE case_id = NEW.case_id "
    "AND state <> 'paused' AND state <> 'ended'), '9999-12-31')"
)
# The register's part of an edition may hold provisionally; its procedures need a resolution.
_IS_INTERIM = (
    "EXISTS (SELECT 1 FROM {schema}publication WHERE edition = NEW.edition AND kind = 'interim') "
    "AND NOT EXISTS (SELECT 1 FROM {schema}publication WHERE edition = NEW.edition AND kind = 'resolved' "
    "AND confirmed_at IS NOT NULL)"
)
POSTGRESQL = {
    "entry_takes_its_place": (
        """
CREATE FUNCTION entry_takes_its_place() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$BEGIN
  PERFORM pg_advisory_xact_lock(6962);
  NEW.idx := (SELECT coalesce(max(idx), -1) + 1 FROM public.entry);
  IF NEW.revision > 0 AND NOT EXISTS (
    SELECT 1 FROM public."case" WHERE id = NEW.case_id AND revision = NEW.revision - 1
  ) THEN
    RAISE EXCEPTION 'an entry follows its case' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END$$""",
        "CREATE TRIGGER entry_takes_its_place BEFORE INSERT ON entry "
        "FOR EACH ROW EXECUTE FUNCTION entry_takes_its_place()",
        "entry",
    ),
    "entry_stands": (
        "",
        "CREATE TRIGGER entry_stands BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION it_stands()",
        "entry",
    ),
    "entry_is_not_emptied": (
        "",
        "CREATE TRIGGER entry_is_not_emptied BEFORE TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION it_stands()",
        "entry",
    ),
    "checkpoint_stands": (
        "",
        "CREATE TRIGGER checkpoint_stands BEFORE UPDATE OR DELETE ON checkpoint "
        "FOR EACH ROW EXECUTE FUNCTION it_stands()",
        "checkpoint",
    ),
    "checkpoint_is_not_emptied": (
        "",
        "CREATE TRIGGER checkpoint_is_not_emptied BEFORE TRUNCATE ON checkpoint "
        "FOR EACH STATEMENT EXECUTE FUNCTION it_stands()",
        "checkpoint",
    ),
    "edition_stands": (
        "",
        "CREATE TRIGGER edition_stands BEFORE UPDATE OR DELETE ON edition FOR EACH ROW EXECUTE FUNCTION it_stands()",
        "edition",
    ),
    "case_moves_by_one": (
        """
CREATE FUNCTION case_moves_by_one() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$BEGIN
  IF NEW.revision <> OLD.revision + 1 OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind THEN
    RAISE EXCEPTION 'a case moves by one revision' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END$$""",
        """
CREATE TRIGGER case_moves_by_one BEFORE UPDATE ON "case" FOR EACH ROW
WHEN ((NEW.state, NEW.revision, NEW.edition, NEW.kind, NEW.id)
  IS DISTINCT FROM (OLD.state, OLD.revision, OLD.edition, OLD.kind, OLD.id))
EXECUTE FUNCTION case_moves_by_one()""",
        "case",
    ),
    "case_begins_at_nought": (
        "",
        'CREATE TRIGGER case_begins_at_nought BEFORE INSERT ON "case" FOR EACH ROW WHEN (NEW.revision <> 0) '
        "EXECUTE FUNCTION it_stands()",
        "case",
    ),
    "case_stands_on_a_resolution": (
        f"""
CREATE FUNCTION case_stands_on_a_resolution() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$BEGIN
  IF {_IS_INTERIM.format(schema="public.")} THEN
    RAISE EXCEPTION 'an interim edition begins no case' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END$$""",
        'CREATE TRIGGER case_stands_on_a_resolution BEFORE INSERT OR UPDATE OF edition ON "case" '
        "FOR EACH ROW EXECUTE FUNCTION case_stands_on_a_resolution()",
        "case",
    ),
    "case_stays": (
        "",
        'CREATE TRIGGER case_stays BEFORE DELETE ON "case" FOR EACH ROW EXECUTE FUNCTION it_stands()',
        "case",
    ),
    "case_is_not_emptied": (
        "",
        'CREATE TRIGGER case_is_not_emptied BEFORE TRUNCATE ON "case" FOR EACH STATEMENT EXECUTE FUNCTION it_stands()',
        "case",
    ),
    "deadline_tells_its_case": (
        f"""
CREATE FUNCTION deadline_tells_its_case() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$DECLARE
  next date := {_NEXT_DUE.format(schema="public.")};
BEGIN
  UPDATE public."case" SET due_on = next WHERE id = NEW.case_id AND due_on <> next;
  RETURN NULL;
END$$""",
        "CREATE TRIGGER deadline_tells_its_case AFTER INSERT OR UPDATE OF state, due_on ON deadline "
        "FOR EACH ROW EXECUTE FUNCTION deadline_tells_its_case()",
        "deadline",
    ),
}
POSTGRESQL_FUNCTIONS = {
    "it_stands": """
CREATE FUNCTION it_stands() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$BEGIN
  RAISE EXCEPTION '% on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';
END$$""",
}
ROW_IS_BYTES = "entry_row_is_its_bytes"
POSTGRESQL_ROW_IS_BYTES = f"""
ALTER TABLE entry ADD CONSTRAINT {ROW_IS_BYTES} CHECK (
  (body::json ->> 'case') IS NOT DISTINCT FROM case_id::text
  AND (body::json ->> 'revision') IS NOT DISTINCT FROM revision::text
  AND (body::json ->> 'to') IS NOT DISTINCT FROM state
  AND (body::json ->> 'type') IS NOT DISTINCT FROM type
  AND (body::json ->> 'actor') IS NOT DISTINCT FROM actor
)"""

_REFUSE = "BEGIN SELECT RAISE(ABORT, '{}'); END"
_TELL = f'BEGIN UPDATE "case" SET due_on = {_NEXT_DUE.format(schema="")} WHERE id = NEW.case_id; END'
SQLITE = {
    "entry_place": (
        "entry",
        "BEFORE INSERT ON entry WHEN NEW.idx IS NOT (SELECT coalesce(max(idx), -1) + 1 FROM entry) "
        + _REFUSE.format("an entry stands at the end"),
    ),
    "entry_displaces_none": (
        "entry",
        "BEFORE INSERT ON entry WHEN EXISTS (SELECT 1 FROM entry WHERE case_id = NEW.case_id "
        "AND revision = NEW.revision) OR EXISTS (SELECT 1 FROM entry WHERE command = NEW.command) "
        + _REFUSE.format("an entry displaces none"),
    ),
    "entry_follows_its_case": (
        "entry",
        'BEFORE INSERT ON entry WHEN NEW.revision > 0 AND NOT EXISTS (SELECT 1 FROM "case" WHERE id = NEW.case_id '
        "AND revision = NEW.revision - 1) " + _REFUSE.format("an entry follows its case"),
    ),
    "entry_row_is_its_bytes": (
        "entry",
        "BEFORE INSERT ON entry WHEN replace(NEW.body ->> '$.case', '-', '') IS NOT NEW.case_id "
        "OR (NEW.body ->> '$.revision') IS NOT NEW.revision OR (NEW.body ->> '$.to') IS NOT NEW.state "
        "OR (NEW.body ->> '$.type') IS NOT NEW.type OR (NEW.body ->> '$.actor') IS NOT NEW.actor "
        + _REFUSE.format("an entry says what its row says"),
    ),
    "entry_stands": ("entry", "BEFORE UPDATE ON entry " + _REFUSE.format("entry is append-only")),
    "entry_stays": ("entry", "BEFORE DELETE ON entry " + _REFUSE.format("entry is append-only")),
    "checkpoint_displaces_none": (
        "checkpoint",
        "BEFORE INSERT ON checkpoint WHEN EXISTS (SELECT 1 FROM checkpoint WHERE size = NEW.size) "
        + _REFUSE.format("a checkpoint displaces none"),
    ),
    "checkpoint_stands": ("checkpoint", "BEFORE UPDATE ON checkpoint " + _REFUSE.format("checkpoint is append-only")),
    "checkpoint_stays": ("checkpoint", "BEFORE DELETE ON checkpoint " + _REFUSE.format("checkpoint is append-only")),
    "edition_displaces_none": (
        "edition",
        "BEFORE INSERT ON edition WHEN EXISTS (SELECT 1 FROM edition WHERE digest = NEW.digest OR name = NEW.name) "
        + _REFUSE.format("an edition displaces none"),
    ),
    "edition_stands": ("edition", "BEFORE UPDATE ON edition " + _REFUSE.format("an edition never changes")),
    "edition_stays": ("edition", "BEFORE DELETE ON edition " + _REFUSE.format("an edition never changes")),
    "case_moves_by_one": (
        "case",
        'BEFORE UPDATE ON "case" WHEN (NEW.state IS NOT OLD.state OR NEW.revision IS NOT OLD.revision '
        "OR NEW.edition IS NOT OLD.edition OR NEW.kind IS NOT OLD.kind OR NEW.id IS NOT OLD.id) "
        "AND (NEW.revision IS NOT OLD.revision + 1 OR NEW.id IS NOT OLD.id OR NEW.kind IS NOT OLD.kind) "
        + _REFUSE.format("a case moves by one revision"),
    ),
    "case_has_its_entry": (
        "case",
        'BEFORE UPDATE OF state, revision ON "case" WHEN NOT EXISTS (SELECT 1 FROM entry WHERE case_id = NEW.id '
        "AND revision = NEW.revision AND state = NEW.state) " + _REFUSE.format("a state has its entry"),
    ),
    "case_begins": (
        "case",
        'BEFORE INSERT ON "case" WHEN NEW.revision <> 0 OR EXISTS (SELECT 1 FROM "case" WHERE id = NEW.id) '
        "OR NOT EXISTS (SELECT 1 FROM entry WHERE case_id = NEW.id AND revision = 0 AND state = NEW.state) "
        + _REFUSE.format("a case begins with its entry"),
    ),
    "case_stands_on_a_resolution": (
        "case",
        f'BEFORE INSERT ON "case" WHEN {_IS_INTERIM.format(schema="")} '
        + _REFUSE.format("an interim edition begins no case"),
    ),
    "case_goes_on_by_a_resolution": (
        "case",
        f'BEFORE UPDATE OF edition ON "case" WHEN {_IS_INTERIM.format(schema="")} '
        + _REFUSE.format("an interim edition begins no case"),
    ),
    "case_stays": ("case", 'BEFORE DELETE ON "case" ' + _REFUSE.format("a case stays")),
    "deadline_tells_its_case": ("deadline", "AFTER INSERT ON deadline " + _TELL),
    "deadline_tells_its_case_again": ("deadline", "AFTER UPDATE OF state, due_on ON deadline " + _TELL),
}

# What the running app may not do on PostgreSQL; the owner migrates, `app` works.
APP_MAY = ("SELECT", "INSERT", "UPDATE", "DELETE")
APP_MAY_NOT = {
    "entry": ("UPDATE", "DELETE"),
    "checkpoint": ("UPDATE", "DELETE"),
    "edition": ("UPDATE", "DELETE"),
    "case": ("DELETE",),
}


def create(connection: Connection) -> None:
    """Create every guard; the tables exist."""
    if connection.dialect.name == "postgresql":
        for function in POSTGRESQL_FUNCTIONS.values():
            connection.exec_driver_sql(function.replace("%", "%%"))
        for function, trigger, _table in POSTGRESQL.values():
            if function:
                connection.exec_driver_sql(function)
            connection.exec_driver_sql(trigger)
        connection.exec_driver_sql(POSTGRESQL_ROW_IS_BYTES)
    else:
        for name, (_table, rule) in SQLITE.items():
            connection.exec_driver_sql(f"CREATE TRIGGER {name} {rule}")


def drop(connection: Connection) -> None:
    """Drop every guard, before tables are rebuilt or dropped; one that an older database does not have yet is none."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ALTER TABLE entry DROP CONSTRAINT {ROW_IS_BYTES}")
        for name, (function, _trigger, table) in POSTGRESQL.items():
            connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS {name} ON "{table}"')
            if function:
                connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}()")
        for name in POSTGRESQL_FUNCTIONS:
            connection.exec_driver_sql(f"DROP FUNCTION {name}()")
    else:
        for name in SQLITE:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")


def grant(connection: Connection, role: str) -> None:
    """Give the running app's role what it needs and no more: no change, deletion or truncation of what stands."""
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {quoted}")
    connection.exec_driver_sql(f"GRANT {', '.join(APP_MAY)} ON ALL TABLES IN SCHEMA public TO {quoted}")
    connection.exec_driver_sql(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
    for table, verbs in APP_MAY_NOT.items():
        connection.exec_driver_sql(f'REVOKE {", ".join(verbs)} ON "{table}" FROM {quoted}')
