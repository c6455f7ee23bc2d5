"""How migrations run: on both databases, each run in one transaction, on SQLite without foreign keys until the end.

`flask db …` brings the application, whose engine has its hooks; a test hands over a connection instead.
"""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from admission.assessment import models as _assessment
from admission.cases import models as _cases
from admission.city import models as _city
from admission.completeness import models as _completeness
from admission.confirmation import models as _confirmation
from admission.correspondence import models as _correspondence
from admission.decisions import models as _decisions
from admission.ground import jobs as _jobs
from admission.ground import mail as _mail
from admission.ground.db import Base, UTCDateTime, db
from admission.hearing import models as _hearing
from admission.inquiries import models as _inquiries
from admission.lists import models as _lists
from admission.log import checks as _log_checks
from admission.log import models as _log
from admission.onboarding import models as _onboarding
from admission.organisations import models as _organisations
from admission.people import models as _people
from admission.register import card_models as _register_cards
from admission.register import models as _register
from admission.rulebook import models as _rulebook
from migrations import safeguards

TABLES_OF = (
    _assessment, _cases, _city, _completeness, _confirmation, _correspondence, _decisions, _hearing, _inquiries, _jobs,
    _lists, _log, _log_checks, _mail, _onboarding, _organisations, _people, _register, _register_cards, _rulebook,
)  # fmt: skip


def as_in_the_model(kind: str, value: object, _context: object) -> str | bool:
    """Write our own column type as what it is in the database; a migration never imports the application."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, UTCDateTime) else False


def migrate(connection: Connection, app_role: str = "") -> None:
    """Run what was asked for in one transaction that writes from its first statement on.

    `app_role`: the role of the running application on PostgreSQL, which gets its rights on every table anew.
    """
    connection = connection.execution_options(writes=True)
    sqlite = connection.dialect.name == "sqlite"
    driver = connection.connection.dbapi_connection
    if sqlite:  # a table that is rebuilt is dropped first; the pragma does nothing inside a transaction
        driver.execute("PRAGMA foreign_keys = OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=context.config.attributes.get("batch", True),
        render_item=as_in_the_model,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if app_role and not sqlite:
            safeguards.grant(connection, app_role)
        if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"foreign keys that lead nowhere: {broken}")
    if sqlite:
        driver.execute("PRAGMA foreign_keys = ON")


if context.is_offline_mode():
    raise SystemExit("Without a database nothing is migrated: the guards are made in it, not in a script.")
if given := context.config.attributes.get("connection"):
    migrate(given)
else:
    with current_app.app_context(), db.engine.connect() as own:
        migrate(own, current_app.config.get("APP_ROLE", ""))
