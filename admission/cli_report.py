"""Commands that write reports as files: `flask --app manage report …`."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from admission.ground.db import db
from admission.inquiries import queries
from admission.inquiries.models import Inquiry
from admission.reports import handover, papers

report = AppGroup("report", help="Reports as files: a released answer to the council.")


@report.command("answer")
@click.argument("paper")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--version", type=int, help="Die Fassung; sonst die neueste.")
def report_answer(paper: str, folder: Path, version: int | None) -> None:
    """Write the released answer to the inquiry with the number PAPER into FOLDER, as it is handed over."""
    session = db.session()
    row = session.scalar(select(Inquiry).where(Inquiry.paper_number == paper))
    answers = queries.released(session, row.id) if row else []
    answer = next((one for one in answers if version in (None, one.version)), None)
    if row is None or answer is None:
        raise click.ClickException(f"Zu {paper} ist keine Antwort freigegeben.")
    said = queries.document(answer)
    printed = queries.files(session, answer.id) or papers.files(said, answer.digest, answer.place)
    base = f"{current_app.config['BASE_URL']}/rat/anfragen/{row.id}/uebergabe"
    files = handover.package(
        said, answer.body, printed, lambda kind: f"{base}/{kind}?fassung={answer.version}", answer.released_at
    )
    folder.mkdir(parents=True, exist_ok=True)
    for file in files.values():
        (folder / file.name).write_bytes(file.data)
        click.echo(f"{file.name}: {len(file.data)} Bytes")
