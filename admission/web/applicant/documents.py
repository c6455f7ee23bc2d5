"""Documents: uploaded beside the criterion that asks for them, announced for later, taken back, downloaded again."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.datastructures import FileStorage
from wtforms import Field, RadioField

from admission.cases import actions, queries, rules
from admission.cases.actions import Sealed
from admission.cases.models import Case, Document
from admission.ground import files
from admission.ground.db import db
from admission.ground.errors import Invalid, NotFound, Reason, Refused, Stale
from admission.ground.files import UnfitFile
from admission.people.roles import Role
from admission.rulebook.edition import Rulebook
from admission.web.access import access
from admission.web.applicant import bp
from admission.web.applicant.drafts import submitted
from admission.web.applicant.surroundings import book_of, contact, say, shown, title_of, unchanged
from admission.web.downloads import as_attachment
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, Files, options
from admission.web.page import sentence

ACCEPT = ".pdf,.jpg,.jpeg,.png"
MOST_PARTS = 1000
"""Files of one field that are looked at; how many a case may hold is said file by file."""


class Papers(Files):
    """Documents for a case: judged and sealed while the form is validated, so that no lock waits for them.

    `sealed`: what can be taken; `unfit`: (name, reason) of what cannot.
    """

    def __init__(self, label: Any = None, *, case_id: UUID, **rest: Any) -> None:
        super().__init__(label, most=MOST_PARTS, **rest)
        self.case_id = case_id
        self.sealed: list[Sealed] = []
        self.unfit: list[tuple[str, Reason]] = []

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Look at each file; a bad one is no error of the form, because the good ones stay."""
        for file in self.data or ():
            name = named(file)
            if len(self.sealed) >= actions.MOST_DOCUMENTS:
                self.unfit.append((name, Reason("document.too_many", {"most": actions.MOST_DOCUMENTS})))
                continue
            try:
                taken = files.take(file.filename or "", file.stream.read(files.LARGEST + 1))
            except UnfitFile as problem:
                self.unfit.append((name, problem.reason))
            else:
                self.sealed.append(actions.seal(db.session(), self.case_id, taken))


def named(file: FileStorage) -> str:
    """The name of a file as its sentence begins: cleaned, without its ending."""
    return files.clean_name(file.filename or "", "x")[:-2]


def upload_form(case: Case, book: Rulebook, kinds: Sequence[str], prefix: str) -> Any:
    """Files of one kind; where several kinds may serve, the first is proposed."""

    class Upload(CommandForm):
        kind = kind_field(book, kinds)
        files = Papers(lazy_gettext("Files"), case_id=case.id)

    form = Upload(seen=case.revision)
    form.kind.id, form.files.id = f"{prefix}-kind", f"{prefix}-files"
    return form


def kind_field(book: Rulebook, kinds: Sequence[str]) -> Any:
    """What a file is; the first of the kinds is proposed."""
    return RadioField(
        lazy_gettext("What is it?"),
        choices=options((kind, title_of(book, "document", kind)) for kind in kinds),
        default=kinds[0] if kinds else None,
        validate_choice=False,
    )


def offered(kind: RadioField) -> list[str]:
    """The kinds that a field of `kind_field` offers."""
    return [value for value, *_ in kind.iter_choices()]


def keep(
    case: Case, book: Rulebook, kind: str, field: Papers, allowed: Sequence[str]
) -> tuple[list[Document], list[str]]:
    """Make documents of the files that could be taken; gives them, and a sentence for each file that could not.

    The caller commits in any case. `allowed`: the kinds that were offered.
    """
    kept: list[Document] = []
    problems = [f"{name}: {sentence(reason, book)}" for name, reason in field.unfit]
    for sealed in field.sealed:
        try:
            if kind not in allowed:
                raise Refused((Reason("document.kind"),))
            kept.append(actions.add_document(db.session(), case, book, kind, sealed, g.person.id))
        except Refused as refused:
            files.remove(sealed.id)
            name = sealed.taken.name.rpartition(".")[0]
            problems += [f"{name}: {sentence(reason, book)}" for reason in refused.reasons]
    return kept, problems


def take_back(case: Case, document: UUID) -> None:
    """Take a file back that was uploaded and not handed in yet; raises `NotFound`. Its bytes go after the commit."""
    row = queries.document(db.session(), case.id, document)
    if row not in queries.handed_in_later(db.session(), case):
        raise NotFound
    actions.remove_document(db.session(), case, book_of(case), row)


def discard(form: Iterable[Field]) -> None:
    """Take the files of a form out of the store again: its step is not possible any more."""
    for field in form:
        if isinstance(field, Papers):
            for sealed in field.sealed:
                files.remove(sealed.id)


def still(case: Case, form: CommandForm, state: str) -> None:
    """Raise `Stale` if the case has left the state in which these files could be handed in."""
    if case.state != state:
        discard(form)
        raise Stale(form.command.seen, case.revision)


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
                "form": upload_form(draft, book, kinds, found.code) if found.code != group else None,
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
    return upload_form(draft, book, [kind for kind in found.documents if kind not in found.replaced], group)


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
    still(draft, form, "draft")
    book = book_of(draft)
    wish = request.form.get("danach")
    if wish in ("spaeter", "doch"):
        actions.save_answers(db.session(), draft, book, {rules.LATER + group: True if wish == "spaeter" else None})
    kept, problems = keep(draft, book, form.kind.data or "", form.files, offered(form.kind))
    if kept:
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


def _replacing(book: Rulebook, kind: str, answers: dict[str, Any]) -> dict[str, Any]:
    """Which answer makes a document unnecessary."""
    fact = book.documents[kind]["replaced_by"]
    row = next(row for row in book.questions if row["fact"] == fact)
    return {
        "document": title_of(book, "document", kind),
        "says": say(book, f"fact.{fact}.says"),
        "answer": shown(book, row, answers.get(row["code"])) if book.facts[fact]["type"] in ("code", "day") else [],
    }
