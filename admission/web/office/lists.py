"""Lists of the office: uploaded, columns confirmed, duplicates settled by a person, taken over, taken back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms.validators import ValidationError

from admission.casework.beside import vocabulary
from admission.ground import clock, files
from admission.ground.db import db
from admission.ground.errors import Invalid, NotFound
from admission.ground.files import UnfitFile
from admission.ground.spreadsheets import csv_bytes
from admission.lists import actions, queries
from admission.lists.cells import Entry
from admission.lists.columns import FIELDS
from admission.lists.models import ListHint, ListRow, OfficeList
from admission.organisations.models import Organisation
from admission.people.queries import Person
from admission.people.roles import Role
from admission.register.contacts import MAIL, PHONE, POST, contacts_of
from admission.register.known import sources
from admission.web import list_words as words
from admission.web.access import access, loads
from admission.web.entries import keeps_entries
from admission.web.fields import Day, Files, Pick, PublicForm, Text
from admission.web.office import bp
from admission.web.office.surroundings import STAFF

ACCEPT = ".csv,.txt,.xlsx,.xlsm,.ods,.xls"
CHOICES = {"gleich": "same", "zwei": "different", "umbenannt": "renamed", "spaeter": "", "uebernehmen": "take",
           "auslassen": "leave", "doch": ""}  # fmt: skip
"""What the buttons send -> what is decided."""
KINDS = {"waits": "us", "rejected": "no", "changes": "done", "new": "done", "same": "rest"}
SHOWN_PAIRS = 20


class UploadForm(PublicForm):
    """A file, and the day for which it speaks."""

    file = Files(lazy_gettext("File"), required=lazy_gettext("Please choose a file."), most=1)
    as_of = Day(
        lazy_gettext("As of"), required=lazy_gettext("Please give the day of the list; today, if none is known.")
    )

    def validate_as_of(self, field: Any) -> None:
        """A list speaks of what was."""
        if field.data and field.data > clock.today():
            raise ValidationError(gettext("This day has not come yet. Please give a day up to today."))


class DecisionForm(PublicForm):
    """What a person says of one row."""

    name = Text(lazy_gettext("Name of the organisation"), limit=200)


@dataclass(frozen=True)
class Shown:
    """One row as the page shows it."""

    row: ListRow
    name: str
    says: str
    kind: str
    fate: str
    why: str
    pairs: bool
    open: bool
    """It waits, without anybody it may be: taken or left."""


@dataclass(frozen=True)
class Pair:
    """A row beside whom it may mean."""

    hint: ListHint
    row: ListRow
    lines: list[tuple[str, str, str, bool]]
    evidence: str


@loads("office_list")
def load_list(value: UUID, person: Person, role: Role, *, locked: bool) -> OfficeList:
    """A list of the office; everybody of it works on each."""
    return actions.lock(db.session(), value) if locked else queries.one(db.session(), value)


@bp.get("/verzeichnis/listen", endpoint="lists")
@access(*STAFF)
def all_lists() -> str:
    """Upload a list, and see those that were."""
    return render_template("office/listen.html", form=UploadForm(data={"as_of": clock.today()}), **lists_page())


def lists_page() -> dict[str, Any]:
    """Every list with how many of its rows wait and were taken over."""
    rows = [(one, queries.counts(db.session(), one.id)) for one in queries.lists(db.session())]
    return {"rows": rows, "accept": ACCEPT, "words": words}


@bp.post("/verzeichnis/listen")
@access(*STAFF, uploads=True)
@keeps_entries("office/listen.html", UploadForm, lists_page)
def upload_list(form: UploadForm) -> ResponseReturnValue:
    """Keep the file sealed; the worker reads it. The same file again leads to the list that it already is."""
    chosen = form.file.data[0]
    data = chosen.stream.read(files.LARGEST + 1)
    try:
        row = actions.receive(db.session(), chosen.filename or "", data, form.as_of.data, by=g.person.id)
    except UnfitFile as unfit:
        raise Invalid({"file": [words.said(actions.said(unfit.reason))]}) from None
    db.session.commit()
    return redirect(url_for(".list_page", list_id=row.id), 303)


@bp.get("/verzeichnis/listen/<uuid:list_id>", endpoint="list_page")
@access(*STAFF, office_list="list_id")
def one_list(office_list: OfficeList) -> str:
    """Columns, rows, duplicates, and what is possible now."""
    return render_template("office/liste.html", form=None, **list_page(office_list))


def list_page(office_list: OfficeList, **_: Any) -> dict[str, Any]:
    """Everything that the page of one list shows."""
    session = db.session()
    fate = request.args.get("zeilen", "")
    fate = fate if fate in KINDS else ""
    after = request.args.get("nach", "")
    rows = queries.rows(
        session, office_list.id, fate or None, int(after) if after.isdecimal() and len(after) < 9 else -1
    )
    waiting = [row for row in queries.waiting(session, office_list.id) if row.cells is not None]
    hinted = queries.hints(session, [row.id for row in (*rows, *waiting)])
    entries = _entries(office_list, [*rows, *waiting])
    with_pairs = [row for row in waiting if hinted[row.id]][:SHOWN_PAIRS]
    columns = queries.columns(session, office_list.id)
    return {
        "list": office_list,
        "counts": queries.counts(session, office_list.id),
        "fate": fate,
        "rows": [_shown(row, entries, hinted) for row in rows],
        "following": rows[-1].place if fate and len(rows) == queries.PAGE else None,
        "pairs": [pair for row in with_pairs for pair in _pairs(row, hinted[row.id], entries)],
        "more_pairs": len([row for row in waiting if hinted[row.id]]) > SHOWN_PAIRS or len(waiting) == queries.PAGE,
        "columns_form": columns_form(office_list) if office_list.state == "open" else None,
        "never": [column.heading for rows_ in columns.values() for column in rows_ if column.never],
        "remarks": [words.said(remark) for remark in office_list.remarks or ()],
        "stayed": _stayed(office_list),
        "words": words,
        "choices": CHOICES,
    }


def columns_form(office_list: OfficeList) -> Any:
    """A choice for each column and each colour, as it is taken for now."""

    class ColumnsForm(PublicForm):
        pass

    nothing = ("", words.NOT_TAKEN)
    fields = [nothing, *((name, words.FIELDS[name]) for name in FIELDS)]
    places: dict[str, UUID] = {}
    for sheet, columns in queries.columns(db.session(), office_list.id).items():
        for at, column in enumerate(columns):
            name = f"s{len(places)}"
            heading = column.heading or gettext("Column %(letter)s", letter=letter(column.position))
            label = f"{sheet}: {heading}" if at == 0 and sheet else heading
            allowed = [nothing] if column.never else fields
            setattr(ColumnsForm, name, Pick(label, allowed, default=column.field or ""))
            places[name] = column.id
    for at, colour in enumerate(queries.colours(db.session(), office_list.id)):
        picked = Pick(words.COLOURS[colour.colour], words.STANDINGS.items(), default=colour.meaning or "")
        setattr(ColumnsForm, f"f{at}", picked)
        places[f"f{at}"] = colour.id
    form = ColumnsForm()
    form.places = places
    return form


@bp.post("/verzeichnis/listen/<uuid:list_id>/spalten")
@access(*STAFF, office_list="list_id")
@keeps_entries("office/liste.html", columns_form, list_page)
def confirm_columns(office_list: OfficeList, form: Any) -> ResponseReturnValue:
    """Say what the columns mean; the rows are judged anew where anything is different."""
    chosen = {form.places[field.name]: field.data for field in form if field.name in form.places}
    actions.map_columns(db.session(), office_list, chosen, chosen, g.person.id)
    db.session.commit()
    return redirect(url_for(".list_page", list_id=office_list.id), 303)


@bp.post("/verzeichnis/listen/<uuid:list_id>/zeilen/<uuid:row_id>")
@access(*STAFF, office_list="list_id")
@keeps_entries(
    "office/liste.html", lambda office_list, row_id: DecisionForm(), lambda office_list, row_id: list_page(office_list)
)
def decide_row(office_list: OfficeList, row_id: UUID, form: DecisionForm) -> ResponseReturnValue:
    """Settle a duplicate, leave a row out, take one that waits, or give one the name that it lacks."""
    row = queries.row(db.session(), office_list.id, row_id)
    wish = request.form.get("wahl", "")
    if wish == "name":
        if not form.name.data:
            raise Invalid({"name": [gettext("Please give the name of the organisation.")]})
        actions.name_row(office_list, row, form.name.data)
    elif wish in CHOICES:
        actions.decide(db.session(), office_list, row, CHOICES[wish], by=g.person.id, hint=_hint_asked())
    db.session.commit()
    anchor = "dubletten" if wish in ("gleich", "zwei", "umbenannt", "spaeter") else "zeilen"
    return redirect(url_for(".list_page", list_id=office_list.id, zeilen=_fate_asked(), _anchor=anchor), 303)


@bp.post("/verzeichnis/listen/<uuid:list_id>/uebernehmen")
@access(*STAFF, office_list="list_id")
@keeps_entries("office/liste.html", lambda office_list: PublicForm(), list_page)
def take_list(office_list: OfficeList, form: PublicForm) -> ResponseReturnValue:
    """Take over every row that is clear or decided, or throw the list away."""
    if request.form.get("wahl") == "verwerfen":
        actions.discard(db.session(), office_list, by=g.person.id)
    else:
        actions.ask_to_take(db.session(), office_list, by=g.person.id, role=str(g.role))
    db.session.commit()
    return redirect(url_for(".list_page", list_id=office_list.id), 303)


@bp.post("/verzeichnis/listen/<uuid:list_id>/zuruecknehmen")
@access(*STAFF, office_list="list_id")
@keeps_entries("office/liste.html", lambda office_list: PublicForm(), list_page)
def take_list_back(office_list: OfficeList, form: PublicForm) -> ResponseReturnValue:
    """Take back everything that the list brought; what others changed since stays and is named."""
    actions.ask_to_take_back(office_list, by=g.person.id, role=str(g.role))
    db.session.commit()
    return redirect(url_for(".list_page", list_id=office_list.id), 303)


@bp.get("/verzeichnis/listen/<uuid:list_id>/zurueckgewiesen.csv")
@access(*STAFF, office_list="list_id")
def rejected_rows(office_list: OfficeList) -> Response:
    """The rejected rows with their reasons, to be mended and uploaded again."""
    rows = [row for row in queries.rejected(db.session(), office_list.id) if row.cells is not None]
    if not rows:
        raise NotFound
    answer = Response(rejected_file(office_list, rows), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename="zurueckgewiesen.csv")
    return answer


def rejected_file(office_list: OfficeList, rows: list[ListRow]) -> bytes:
    """The rejected rows with their reasons, a head for each sheet."""
    table: list[list[object]] = []
    columns = queries.columns(db.session(), office_list.id)
    for sheet in dict.fromkeys(row.sheet for row in rows):
        told = [column for column in columns[sheet] if not column.never]
        table.append([gettext("Reason"), gettext("Sheet"), gettext("Row"), *(column.heading for column in told)])
        for row in rows:
            if row.sheet == sheet:
                cells = [_cell(row, column.position) for column in told]
                table.append([words.sentence(row.reasons), sheet, row.number, *cells])
    return csv_bytes(table)


def letter(position: int) -> str:
    """The name of a column as spreadsheets print it: 0 -> A, 27 -> AB."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name


def _cell(row: ListRow, position: int) -> str:
    cells = row.cells or []
    return str(cells[position]) if position < len(cells) else ""


def _entries(office_list: OfficeList, rows: list[ListRow]) -> dict[UUID, Entry]:
    """Row -> what it says, for rows whose cells are still kept."""
    kept = [row for row in rows if row.cells is not None]
    read = queries.read_rows(db.session(), office_list, kept, vocabulary(db.session()), clock.today())
    return {row.id: numbered.entry for row, numbered in zip(kept, read, strict=True)}


def _shown(row: ListRow, entries: dict[UUID, Entry], hinted: dict[UUID, list[ListHint]]) -> Shown:
    entry = entries.get(row.id)
    kind, fate, why = (
        KINDS.get(row.fate or "", "none"),
        str(words.FATES.get(row.fate or "", "")),
        words.sentence(row.reasons),
    )
    decided = {
        "leave": gettext("is left out"),
        "same": gettext("the same organisation, as you said"),
        "renamed": gettext("renamed, as you said"),
        "different": gettext("another organisation, as you said"),
        "take": gettext("is taken over, as you said"),
    }
    if row.taken_at is not None:
        kind, fate = "done", gettext("taken over")
    elif row.decision:
        kind, fate = ("none" if row.decision == "leave" else "done"), decided[row.decision]
    if hints := hinted[row.id]:
        why = gettext("%(why)s: %(evidence)s", why=why, evidence=words.evidence(hints[0].evidence))
    waits = row.fate == "waits" and row.decision is None and row.taken_at is None
    name = row.name or gettext("(empty)")
    return Shown(row, name, _says(entry), kind, fate, why, waits and bool(hints), waits and not hints)


def _says(entry: Entry | None) -> str:
    """What a row says beside its name, short."""
    if entry is None:
        return ""
    people = ", ".join(person.name for person in entry.people if person.name)
    parts = [people, *entry.phones[:1], *entry.mails[:1], entry.street, entry.district]
    return ", ".join(part for part in parts if part) or gettext("only a name")


def _pairs(row: ListRow, hints: list[ListHint], entries: dict[UUID, Entry]) -> list[Pair]:
    return [Pair(hint, row, _lines(row, hint, entries), words.evidence(hint.evidence)) for hint in hints]


def _lines(row: ListRow, hint: ListHint, entries: dict[UUID, Entry]) -> list[tuple[str, str, str, bool]]:
    """(what, in the list, in the register, differs) for the macro `pair`."""
    ours = _of_entry(row, entries[row.id])
    if hint.organisation_id is not None:
        theirs = _of_organisation(hint.organisation_id)
    else:
        other = db.session.get_one(ListRow, hint.other_row_id)
        found = _entries(queries.one(db.session(), row.list_id), [other])
        theirs = _of_entry(other, found.get(other.id) or Entry(other.name or ""))
    titles = (
        gettext("Name"), gettext("Register number"), gettext("Address"), gettext("Phone"), gettext("E-mail"),
        gettext("Contact person"), gettext("Source"),
    )  # fmt: skip
    return [
        (title, left or "–", right or "–", left != right)
        for title, left, right in zip(titles, ours, theirs, strict=True)
    ]


def _of_entry(row: ListRow, entry: Entry) -> tuple[str, ...]:
    return (
        entry.name,
        entry.register_number,
        entry.address,
        ", ".join(entry.phones),
        ", ".join(entry.mails),
        ", ".join(person.name for person in entry.people if person.name),
        gettext("this list, row %(number)s", number=row.number),
    )


def _of_organisation(organisation_id: UUID) -> tuple[str, ...]:
    row = db.session.get_one(Organisation, organisation_id)
    ways = contacts_of(db.session(), [organisation_id]).get(organisation_id, [])
    by_kind = {
        kind: ", ".join(way.value for way in ways if way.kind == kind and way.value) for kind in (POST, PHONE, MAIL)
    }
    people = ", ".join(dict.fromkeys(way.person for way in ways if way.person))
    told = [source.says for source in sources(db.session(), organisation_id)]
    return (
        row.name, row.register_number or "", by_kind[POST], by_kind[PHONE], by_kind[MAIL], people,
        told[0] if told else gettext("application"),
    )  # fmt: skip


def _stayed(office_list: OfficeList) -> list[tuple[str, UUID, str]]:
    """(name of the organisation, its id, what stayed) of what a taking back left."""
    left = office_list.stayed or []
    ids = {UUID(one["organisation"]) for one in left}
    names = {id_: db.session.get_one(Organisation, id_).name for id_ in ids}
    return [
        (names[UUID(one["organisation"])], UUID(one["organisation"]),
         str(words.STAYED.get(one["what"]) or words.FIELDS.get(one["what"], one["what"])))
        for one in left
    ]  # fmt: skip


def _hint_asked() -> UUID | None:
    try:
        return UUID(request.args.get("hinweis", ""))
    except ValueError:
        return None


def _fate_asked() -> str | None:
    fate = request.args.get("zeilen", "")
    return fate if fate in KINDS else None
