"""The council's inquiries at the office's desk: split, drafted with live figures, signed by two, released."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admission.ground import clock
from admission.ground.db import db
from admission.inquiries import actions, queries, rules
from admission.inquiries.actions import Text
from admission.inquiries.models import Inquiry, Version
from admission.inquiries.queries import Said
from admission.people.queries import names_of
from admission.people.roles import Role
from admission.reports import answers
from admission.rulebook.edition import Rulebook
from admission.web import inquiries as shared
from admission.web.access import access
from admission.web.entries import keeps_entries
from admission.web.fields import Choices, CommandForm, Lines, Tick
from admission.web.office import bp
from admission.web.office.surroundings import STAFF
from admission.web.page import current_page, sentences

HAND = "mitzeichnung"
MOST_EARLIER = 3


class BeginForm(CommandForm):
    """The parts of the question, word for word, with an empty line between two of them."""

    parts = Lines(lazy_gettext("The parts of the question"), required=lazy_gettext("Please give at least one part."))


class ReturnForm(CommandForm):
    """Back to whoever drafted, with the reason."""

    reason = Lines(
        lazy_gettext("What should be different?"), required=lazy_gettext("Please say what should be different."),
        limit=2000,
    )  # fmt: skip


@dataclass(frozen=True)
class Live:
    """One part at the desk: what the version says, its figures now, and what changed since the version before."""

    said: Said
    state: tuple[str, str]
    figures: list[tuple[str, str, str | None]]
    changed: list[tuple[str, str]]
    numbers: tuple[tuple[str, ...], tuple[str, ...]]
    """Numbers that stood only in the version before, and those that stand only in this one."""


@bp.get("/anfragen")
@access(*STAFF)
def inquiries() -> str:
    """Everything that was filed, what is due first."""
    return render_template("office/anfragen.html", rows=queries.filed(db.session()), words=shared)


def inquiry_page(inquiry: Inquiry, **_: Any) -> dict[str, Any]:
    """One inquiry with its parts, its way, what differs, and what is possible."""
    session = db.session()
    book = shared.book_in_force()
    versions = queries.versions(session, inquiry.id)
    current = versions[-1] if versions else None
    said = queries.said(session, current.id) if current else []
    return {
        "inquiry": inquiry,
        "words": shared,
        "proposed": "\n\n".join(rules.split(inquiry.question)),
        "version": current,
        "authors": names_of([one.author for one in versions]),
        "before": versions[-2] if len(versions) > 1 else None,
        "parts": _live(book, versions, said),
        "told": shared.told(queries.way(session, inquiry.id)),
        "frozen": queries.released(session, inquiry.id),
        "against": _against(inquiry, [one.text for one in said] + [one.limits for one in said]),
        "earlier": _earlier(inquiry, book, [key for one in said for key in one.figures]),
        "forms": _forms(inquiry),
    }


def text_form(inquiry: Inquiry) -> CommandForm:
    """A form with text, limits and figures for each part of the newest version."""
    session = db.session()
    versions = queries.versions(session, inquiry.id)
    fields: dict[str, Any] = {}
    if versions:
        titles = list(answers.titles(shared.book_in_force()).items())
        for one in queries.said(session, versions[-1].id):
            at = one.position
            fields[f"text-{at}"] = Lines(gettext("Answer to part %(part)s", part=at), default=one.text)
            fields[f"limits-{at}"] = Lines(gettext("What part %(part)s cannot say", part=at), default=one.limits)
            fields[f"figures-{at}"] = Choices(
                gettext("Figures of part %(part)s", part=at), titles, default=list(one.figures)
            )
        if queries.released(session, inquiry.id):
            fields["corrects"] = Lines(
                lazy_gettext("What does this version change in the released answer, and why?"),
                default=versions[-1].corrects, limit=2000,
            )  # fmt: skip
        fields["from_house"] = Tick(
            lazy_gettext("This text came back from the city's own sign-off"), default=versions[-1].origin == rules.HOUSE
        )
    made: CommandForm = type("TextForm", (CommandForm,), fields)(seen=inquiry.revision)
    return made


def seen_form(kind: type[CommandForm]) -> Callable[..., CommandForm]:
    """Makes a form that carries the revision that the page showed."""
    return lambda inquiry: kind(seen=inquiry.revision)


@bp.get("/anfragen/<uuid:inquiry>")
@access(*STAFF, inquiry="inquiry")
def one_inquiry(inquiry: Inquiry) -> str:
    """One inquiry at the desk."""
    return render_template("office/anfrage.html", form=text_form(inquiry), **inquiry_page(inquiry))


@bp.post("/anfragen/<uuid:inquiry>/beginnen")
@access(*STAFF, inquiry="inquiry")
@keeps_entries("office/anfrage.html", seen_form(BeginForm), inquiry_page)
def begin_answer(inquiry: Inquiry, form: BeginForm) -> ResponseReturnValue:
    """Split the question and begin a draft; the templates of known questions fill themselves."""
    actions.check_seen(inquiry, form.command.seen)
    questions = [part.strip() for part in (form.parts.data or "").split("\n\n") if part.strip()]
    drafts = {question: _from_template(question) for question in questions}
    actions.begin(db.session(), inquiry, questions, drafts, by=g.person.id)
    return _done(inquiry)


@bp.post("/anfragen/<uuid:inquiry>/schreiben")
@access(*STAFF, inquiry="inquiry")
@keeps_entries("office/anfrage.html", text_form, inquiry_page)
def write_answer(inquiry: Inquiry, form: CommandForm) -> ResponseReturnValue:
    """Save the answer, and hand it to the second signature if that was the button."""
    actions.check_seen(inquiry, form.command.seen)
    parts = queries.parts(db.session(), inquiry.id)
    texts = [_text(form, part.id, part.position) for part in parts if f"text-{part.position}" in form]
    house = "from_house" in form and form["from_house"].data
    actions.write(
        db.session(), inquiry, texts, by=g.person.id, origin=rules.HOUSE if house else rules.OFFICE,
        corrects=(form["corrects"].data or "") if "corrects" in form else "",
    )  # fmt: skip
    if request.form.get("danach") == HAND:
        said = [words for one in texts for words in (one.text, one.limits)]
        actions.hand_over(db.session(), inquiry, by=g.person.id, names=_names(said))
    return _done(inquiry)


@bp.post("/anfragen/<uuid:inquiry>/zeichnen")
@access(*STAFF, inquiry="inquiry")
@keeps_entries("office/anfrage.html", seen_form(CommandForm), inquiry_page)
def sign_answer(inquiry: Inquiry, form: CommandForm) -> ResponseReturnValue:
    """Sign as the second person."""
    actions.check_seen(inquiry, form.command.seen)
    actions.sign(db.session(), inquiry, by=g.person.id)
    return _done(inquiry)


@bp.post("/anfragen/<uuid:inquiry>/zurueck")
@access(*STAFF, inquiry="inquiry")
@keeps_entries("office/anfrage.html", seen_form(ReturnForm), inquiry_page)
def return_answer(inquiry: Inquiry, form: ReturnForm) -> ResponseReturnValue:
    """Return it with a reason."""
    actions.check_seen(inquiry, form.command.seen)
    actions.send_back(db.session(), inquiry, form.reason.data or "", by=g.person.id)
    return _done(inquiry)


@bp.post("/anfragen/<uuid:inquiry>/freigeben")
@access(Role.APPROVER, inquiry="inquiry")
@keeps_entries("office/anfrage.html", seen_form(CommandForm), inquiry_page)
def release_answer(inquiry: Inquiry, form: CommandForm) -> ResponseReturnValue:
    """Release and freeze it, with the figures of this day."""
    actions.check_seen(inquiry, form.command.seen)
    versions = queries.versions(db.session(), inquiry.id)
    document = shared.draft_of(inquiry, versions[-1], shared.book_in_force()) if versions else {}
    said = [part.get(name, "") for part in document.get("parts", ()) for name in ("text", "limits")]
    actions.release(
        db.session(), inquiry, document, by=g.person.id, role=Role.APPROVER, approver=True, names=_names(said)
    )
    return _done(inquiry)


@bp.post("/anfragen/<uuid:inquiry>/berichtigen")
@access(*STAFF, inquiry="inquiry")
@keeps_entries("office/anfrage.html", seen_form(CommandForm), inquiry_page)
def correct_answer(inquiry: Inquiry, form: CommandForm) -> ResponseReturnValue:
    """Begin a correction: the frozen answer stays, the next version says what it changes."""
    actions.check_seen(inquiry, form.command.seen)
    actions.reopen(db.session(), inquiry, by=g.person.id)
    return _done(inquiry)


@bp.get("/anfragen/<uuid:inquiry>/antwort")
@access(*STAFF, inquiry="inquiry")
def answer_as_printed(inquiry: Inquiry) -> ResponseReturnValue:
    """The newest version as it is printed: frozen, or as a release would freeze it now."""
    versions = queries.versions(db.session(), inquiry.id)
    if not versions:
        return redirect(url_for(".one_inquiry", inquiry=inquiry.id), 303)
    frozen = queries.released(db.session(), inquiry.id)
    if frozen and frozen[0].version == versions[-1].number:
        return render_template("office/antwort.html", **shared.frozen_page(inquiry, frozen[0]))
    paper = shared.as_shown(shared.draft_of(inquiry, versions[-1], shared.book_in_force()))
    return render_template(
        "office/antwort.html", inquiry=inquiry, answer=None, paper=paper, german_day=shared.german_day,
        signed=shared.signers(inquiry, versions[-1].number),
    )  # fmt: skip


@bp.get("/anfragen/<uuid:inquiry>/uebergabe/<kind>")
@access(*STAFF, inquiry="inquiry")
def hand_over(inquiry: Inquiry, kind: str) -> ResponseReturnValue:
    """One file of the frozen answer: pdf, docx, csv, json, oparl."""
    frozen = queries.frozen(db.session(), inquiry.id, shared.version_asked())
    return shared.handed_over(
        inquiry, frozen, kind,
        lambda name: url_for(".hand_over", inquiry=inquiry.id, kind=name, fassung=frozen.version),
    )  # fmt: skip


def _done(inquiry: Inquiry) -> ResponseReturnValue:
    address = url_for(".one_inquiry", inquiry=inquiry.id)
    db.session.commit()
    return redirect(address, 303)


def _from_template(question: str) -> Text | None:
    current = current_page().in_force
    assert current is not None  # `inquiry_page` was shown
    made = answers.drafted(rules.template_for(question), current.rulebook, current.publication.resolution or "")
    return Text(g.person.id, made.text, made.limits, made.figures) if made else None


def _text(form: CommandForm, part: Any, at: int) -> Text:
    chosen = form[f"figures-{at}"].data or []
    return Text(part, form[f"text-{at}"].data or "", form[f"limits-{at}"].data or "", tuple(chosen))


def _names(texts: Sequence[str]) -> list[str]:
    return answers.names_without_consent(db.session(), texts)


def _live(book: Rulebook, versions: Sequence[Version], said: Sequence[Said]) -> list[Live]:
    found = answers.figures(db.session(), book, [key for one in said for key in one.figures], clock.today())
    older = queries.said(db.session(), versions[-2].id) if len(versions) > 1 else []
    before = {one.part: one for one in older}
    sets = set(book.register.get("sets", ()))
    figures = {
        key: (one.shown, one.title, url_for("public.numbers", _anchor=key) if key in sets else None)
        for key, one in found.items()
    }
    return [_part(one, before.get(one.part), [figures[key] for key in one.figures if key in figures]) for one in said]


def _part(said: Said, before: Said | None, figures: list[tuple[str, str, str | None]]) -> Live:
    state = ("done", gettext("written")) if said.text.strip() else ("us", gettext("still empty"))
    pair = _pair(before, said)
    if pair is None:
        return Live(said, state, figures, [], ((), ()))
    return Live(said, state, figures, rules.changes(*pair), rules.changed_numbers(*pair))


def _pair(before: Said | None, now: Said) -> tuple[str, str] | None:
    """What both versions say to a part; None if they say the same, or there was none before."""
    if before is None:
        return None
    was, is_ = (f"{one.text}\n\n{one.limits}".strip() for one in (before, now))
    return (was, is_) if was != is_ else None


def _against(inquiry: Inquiry, texts: Sequence[str]) -> dict[str, list[str]]:
    """Act -> every reason why this person cannot do it now."""
    stand = queries.stand(db.session(), inquiry, _names(texts))
    approver = Role.APPROVER in g.person.roles
    return {
        act: sentences(rules.why_not(act, stand, g.person.id, approver=approver), None)
        for act in ("sign", "return", "release", "reopen", "write", "begin")
    }


def _earlier(inquiry: Inquiry, book: Rulebook, wanted: Sequence[str]) -> list[tuple[Inquiry, str, list[Any]]]:
    """Earlier answers that hold some of these figures: (inquiry, reference date, differences)."""
    found = []
    for asked, answer in queries.earlier(db.session(), inquiry.id):
        paper = queries.document(answer)
        if differences := answers.differences(db.session(), book, paper, wanted):
            found.append((asked, paper["on"], differences))
        if len(found) == MOST_EARLIER:
            break
    return found


def _forms(inquiry: Inquiry) -> dict[str, CommandForm]:
    """Fresh forms of this page, each with the revision that it shows."""
    made = {"begin": BeginForm(formdata=None), "back": ReturnForm(formdata=None), "plain": CommandForm(formdata=None)}
    for form in made.values():
        form.seen_revision.data = str(inquiry.revision)
    return made
