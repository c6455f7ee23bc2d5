"""The people of a list: who was told what the city holds of them, how and when, and what they answered."""

from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from admission.casework.telling import AT_ONCE, tell_by_mail
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.lists.models import OfficeList
from admission.register import informing
from admission.register.contacts import MAIL, PHONE
from admission.register.informing import LETTER, NOBODY, ToTell
from admission.web.access import access
from admission.web.entries import keeps_entries
from admission.web.fields import PublicForm
from admission.web.office import bp
from admission.web.office.surroundings import STAFF

SHOWN = 200
REACHES = {
    MAIL: lazy_gettext("by e-mail"),
    LETTER: lazy_gettext("by letter"),
    PHONE: lazy_gettext("by phone"),
    NOBODY: lazy_gettext("no way is known"),
}
ANSWERS = {
    informing.AGREED: lazy_gettext("agreed"),
    informing.OBJECTED: lazy_gettext("objected"),
}


@bp.get("/verzeichnis/listen/<uuid:list_id>/mitteilungen")
@access(*STAFF, office_list="list_id")
def list_told(office_list: OfficeList) -> str:
    """Everybody of the list who must be told, and who was."""
    return render_template("office/mitteilungen.html", form=None, **told_page(office_list))


def told_page(office_list: OfficeList, **_: Any) -> dict[str, Any]:
    """What the page shows: those to be told first."""
    people = informing.people(db.session(), office_list.id)
    waiting = [one for one in people if _waits(one)]
    done = [one for one in people if not _waits(one)]
    by_reach = {reach: sum(one.reach == reach for one in waiting) for reach in REACHES}
    return {
        "list": office_list,
        "people": [*waiting, *done][:SHOWN],
        "total": len(people),
        "waiting": by_reach,
        "objected": sum(one.information.answer == informing.OBJECTED for one in people),
        "at_once": AT_ONCE,
        "reaches": REACHES,
        "answers": ANSWERS,
    }


@bp.post("/verzeichnis/listen/<uuid:list_id>/mitteilungen")
@access(*STAFF, office_list="list_id")
@keeps_entries("office/mitteilungen.html", lambda office_list: PublicForm(), told_page)
def tell_list(office_list: OfficeList, form: PublicForm) -> ResponseReturnValue:
    """Send the mails that wait, or record that the printed letters are in the post."""
    waiting = [one for one in informing.people(db.session(), office_list.id) if _waits(one)]
    if request.form.get("wahl") == "mail":
        tell_by_mail(db.session(), waiting, by=g.person.id, role=str(g.role))
    elif request.form.get("wahl") == "brief":
        letters = [one for one in waiting if one.reach == LETTER]
        informing.tell(db.session(), letters, LETTER, by=g.person.id, role=str(g.role))
    db.session.commit()
    return redirect(url_for(".list_told", list_id=office_list.id), 303)


@bp.post("/verzeichnis/listen/<uuid:list_id>/mitteilungen/<uuid:information_id>")
@access(*STAFF, office_list="list_id")
@keeps_entries(
    "office/mitteilungen.html",
    lambda office_list, information_id: PublicForm(),
    lambda office_list, information_id: told_page(office_list),
)
def record_told(office_list: OfficeList, information_id: UUID, form: PublicForm) -> ResponseReturnValue:
    """Record what was said on the phone or written back: told, agreed, objected."""
    people = informing.people(db.session(), office_list.id)
    one = next((one for one in people if one.information.id == information_id), None)
    if one is None:
        raise NotFound
    wish, open_ = request.form.get("wahl"), one.information.closed_at is None
    if wish == "telefon" and _waits(one):
        informing.tell(db.session(), [one], PHONE, by=g.person.id, role=str(g.role))
    elif wish in ("zustimmen", "widersprechen") and open_:
        answer = informing.agree if wish == "zustimmen" else informing.object_
        answer(db.session(), one, PHONE, by=g.person.id, role=str(g.role))
    db.session.commit()
    return redirect(url_for(".list_told", list_id=office_list.id), 303)


@bp.get("/verzeichnis/listen/<uuid:list_id>/mitteilungen/briefe")
@access(*STAFF, office_list="list_id")
def letters_of_list(office_list: OfficeList) -> str:
    """One letter a page for everybody who can be told by post alone."""
    people = informing.people(db.session(), office_list.id)
    letters = [one for one in people if _waits(one) and one.reach == LETTER]
    return render_template("office/mitteilungen-briefe.html", list=office_list, letters=letters)


def _waits(one: ToTell) -> bool:
    return one.information.told_on is None and one.information.closed_at is None
