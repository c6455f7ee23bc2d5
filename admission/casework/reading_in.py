"""A file becomes rows. Done by the worker or by the command; the web process imports no reader of spreadsheets."""

from uuid import UUID

from sqlalchemy.orm import Session

from admission.casework.beside import vocabulary
from admission.ground import files
from admission.ground.db import writing
from admission.ground.errors import Reason
from admission.ground.files import UnfitFile
from admission.lists import actions, queries
from admission.lists.columns import layout
from admission.lists.legend import meanings
from admission.lists.reading import read


def read_in(session: Session, list_id: UUID) -> None:
    """Read the file, keep its rows, let the file go. Commits."""
    row = queries.one(session, list_id)
    try:
        reading = read(actions.contents(row))
    except (UnfitFile, FileNotFoundError) as error:
        reason = error.reason if isinstance(error, UnfitFile) else Reason("file.broken")
        writing()
        actions.unreadable(actions.lock(session, list_id), reason)
    else:
        districts = vocabulary(session).districts
        layouts = {table.sheet: layout(table, districts) for table in reading.tables}
        writing()
        held = actions.lock(session, list_id)
        if held.task == actions.READ:
            actions.keep_reading(session, held, reading, layouts, meanings(reading))
    session.commit()
    files.remove(list_id)
