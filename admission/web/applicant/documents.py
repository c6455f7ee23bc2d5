"""Documents: uploaded beside the criterion that asks for them, announced for later, taken back, downloaded again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.datastructures import FileStorage
from wtforms import RadioField

from admission.cases import actions, queries, rules
from admission.cases.models import Case, Document
from admission.ground import files
from admission.ground.db import db
from admission.ground.errors import Invalid, NotFound, Refused
from admission.ground.files import UnfitFile
from admission.people.roles import Role
from admission.rulebook.edition import Rulebook
from admission.web.access import access
from admission.web.applicant import bp
from admission.web.applicant.drafts import submitted
from admission.web.applicant.surroundings import book_of, contact, say, shown, title_of, unchanged
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, Files, options
from admission.web.page import sentence

ACCEPT = ".pdf,.jpg,.jpeg,.png"


def upload_form(book: Rulebook, kinds: Sequence[str], seen: int, prefix: str) -> Any:
    """Files of one kind; where several kinds may serve, the first is proposed."""

    class Upload(CommandForm):
        kind = RadioField(
            lazy_gettext("What is it?"),
            choices=options((kind, title_of(book, "document", kind)) for kind in kinds),
            default=kinds[0] if kinds else None,
            validate_choice=False,
        )
        files = Files(lazy_gettext("Files"))

    form = Upload(seen=seen)
    form.kind.id, form.files.id = f"{prefix}-kind", f"{prefix}-files"
    return form


def keep(case: Case, book: Rulebook, kind: str, chosen: Sequence[FileStorage]) -> list[str]:
    """Keep every file that can be taken; returns a sentence for each that cannot. The caller commits in any case."""
    problems = []
    for file in chosen:
        name = files.clean_name(file.filename or "", "x")[:-2]
        try:
            taken = files.take(file.filename or "", file.stream.read(files.LARGEST + 1))
            actions.add_document(db.session(), case, book, kind, taken, g.person.id)
        except UnfitFile as problem:
            problems.append(f"{name}: {sentence(problem.reason, book)}")
        except Refused as refused:
            problems += [f"{name}: {sentence(reason, book)}" for reason in refused.reasons]
    return problems


def line_of(book: Rulebook, row: Document) -> dict[str, Any]:
    """One uploaded file as the list shows it."""
    return {
        "id": row.id,
        "name": queries.document_name(row),
        "kind": title_of(book, "document", row.kind),
        "format": files.KINDS.get(row.media_type, "").upper(),
        "size": row.size,
        "at": row.uploaded_at,
    }


def documents_page(draft: Case, group: str | None = None) -> dict[str, Any]:
    """Every criterion that asks for evidence, with what stands for it and a form of its own."""
    book = book_of(draft)
    answers = queries.answers(db.session(), draft.id)
    rows = queries.documents(db.session(), draft.id)
    items = []
    for found in rules.evidence(book, answers, [row.kind for row in rows]):
        kinds = [kind for kind in found.documents if kind not in found.replaced]
        items.append(
            {
                "code": found.code,
                "title": title_of(book, "criterion", found.code),
                "says": say(book, f"criterion.{found.code}.evidence_says"),
                "files": [line_of(book, row) for row in rows if row.kind in found.documents],
                "replaced": [_replacing(book, kind, answers) for kind in found.replaced],
                "later": found.later,
                "settled": found.settled,
                "helps": {kind: say(book, f"document.{kind}.help") for kind in kinds},
                "form": upload_form(book, kinds, draft.revision, found.code) if found.code != group else None,
                "kinds": kinds,
            }
        )
    return {"draft": draft, "items": items, "group": group, "accept": ACCEPT, "contact": contact(draft)}


def group_form(draft: Case, group: str) -> Any:
    """The upload form of one criterion; raises `NotFound` for one that asks for nothing."""
    book = book_of(draft)
    answers = queries.answers(db.session(), draft.id)
    found = next((row for row in rules.evidence(book, answers, ()) if row.code == group), None)
    if found is None:
        raise NotFound
    return upload_form(book, [kind for kind in found.documents if kind not in found.replaced], draft.revision, group)


@bp.get("/antrag/entwurf/<uuid:draft>/unterlagen")
@access(Role.APPLICANT, draft="draft")
def documents(draft: Case) -> ResponseReturnValue:
    """Show which documents may serve, and what is there."""
    if draft.state != "draft":
        return submitted(draft)
    return render_template("applicant/unterlagen.html", form=None, **documents_page(draft))


@bp.post("/antrag/entwurf/<uuid:draft>/unterlagen/<group>")
@access(Role.APPLICANT, draft="draft", uploads=True)
@keeps_entries("applicant/unterlagen.html", group_form, documents_page)
def upload(draft: Case, group: str, form: Any) -> ResponseReturnValue:
    """Keep files for one criterion, or note that they come later; good files stay even if another cannot be taken."""
    unchanged(draft, form)
    book = book_of(draft)
    wish = request.form.get("danach")
    if wish in ("spaeter", "doch"):
        actions.save_answers(db.session(), draft, book, {rules.LATER + group: True if wish == "spaeter" else None})
    problems = keep(draft, book, form.kind.data or "", form.files.data or [])
    if form.files.data and len(problems) < len(form.files.data):
        actions.save_answers(db.session(), draft, book, {rules.LATER + group: None})
    db.session.commit()
    if problems:
        raise Invalid({"files": problems})
    if wish not in ("spaeter", "doch") and not form.files.data:
        raise Invalid({"files": [str(lazy_gettext("Please choose a file, or choose “comes later”."))]})
    return redirect(url_for(".documents", draft=draft.id, _anchor=group), 303)


@bp.post("/antrag/entwurf/<uuid:draft>/unterlagen/<uuid:document>/entfernen")
@access(Role.APPLICANT, draft="draft")
@keeps_entries(
    "applicant/unterlagen.html", lambda draft, document: CommandForm(), lambda draft, document: documents_page(draft)
)
def remove(draft: Case, document: UUID, form: CommandForm) -> ResponseReturnValue:
    """Take a document back; its bytes go with it."""
    unchanged(draft, form)
    row = queries.document(db.session(), draft.id, document)
    actions.remove_document(db.session(), draft, book_of(draft), row)
    db.session.commit()
    files.remove(document)
    return redirect(url_for(".documents", draft=draft.id), 303)


@bp.get("/antrag/entwurf/<uuid:draft>/unterlagen/<uuid:document>")
@access(Role.APPLICANT, draft="draft")
def download_from_draft(draft: Case, document: UUID) -> Response:
    """A document of a draft as it is kept."""
    return as_attachment(draft, document)


@bp.get("/antrag/<number>/unterlagen/<uuid:document>")
@access(Role.APPLICANT, case="number")
def download(case: Case, document: UUID) -> Response:
    """A document of a submitted application as it is kept."""
    return as_attachment(case, document)


def as_attachment(case: Case, document: UUID) -> Response:
    """The bytes of a document of this case, never shown in the browser; raises `NotFound`."""
    row = queries.document(db.session(), case.id, document)
    try:
        data = files.load(queries.case_key(db.session(), case.id), row.id)
    except FileNotFoundError:
        raise NotFound from None
    answer = Response(data, mimetype=row.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=queries.document_name(row))
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _replacing(book: Rulebook, kind: str, answers: dict[str, Any]) -> dict[str, Any]:
    """Which answer makes a document unnecessary."""
    fact = book.documents[kind]["replaced_by"]
    row = next(row for row in book.questions if row["fact"] == fact)
    return {
        "document": title_of(book, "document", kind),
        "says": say(book, f"fact.{fact}.says"),
        "answer": shown(book, row, answers.get(row["code"])) if book.facts[fact]["type"] in ("code", "day") else [],
    }
