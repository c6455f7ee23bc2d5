"""Two organisations on their way, one person of each role: every kind of object that an address can name, twice."""

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

from PIL import Image
from sqlalchemy import select

from admission.cases import actions as cases
from admission.cases.models import Case
from admission.casework.list_work import work_on_lists
from admission.confirmation import actions as confirmation
from admission.confirmation import queries as rounds
from admission.confirmation import rules as confirmation_rules
from admission.confirmation.rules import Reach
from admission.correspondence import actions as inviting_actions
from admission.correspondence.actions import Addressed, Words, Written
from admission.correspondence.models import Message
from admission.correspondence.rules import COUNCIL
from admission.decisions.models import Notice
from admission.ground import clock, files
from admission.ground.db import db, writing
from admission.lists import actions as lists
from admission.lists.models import ListRow
from admission.onboarding.models import Task
from admission.organisations import actions as organisations
from admission.organisations.models import Organisation
from admission.people import factors
from admission.people.actions import invite
from admission.people.models import Account, RoleGrant, UserSession
from admission.people.roles import ALWAYS_ENDS, Role
from admission.register import entry, events, merging, releases
from admission.register.models import Event, Information
from admission.rulebook.models import Publication
from admission.web.access import ACCOUNTS
from tests import factories
from tests.inquiries.way import Way
from tests.office import Office


@dataclass
class Side:
    """One organisation: who acts for it, and what is its own, by the argument that names it in addresses."""

    applicant: UUID
    own: dict[str, object] = field(default_factory=dict)


@dataclass
class City:
    """`kinds`: kind of object -> an example that everybody of the route's roles reaches."""

    office: Office
    one: Side
    other: Side
    people: dict[Role, UUID]
    kinds: dict[str, object]


def city_of_two() -> City:
    """Played through the real engine, apart from accounts."""
    office = Office()
    people = {role: _holder(role) for role in ACCOUNTS - {Role.APPLICANT}}
    people |= {Role.CASEWORKER: office.clerk, Role.APPROVER: office.head}
    one = _side(office, "Kulturverein Sieben Laternen e. V.", "VR 99417")
    other = _side(office, "Frauenrunde Nordhafen e. V.", "VR 99418")
    return City(office, one, other, people, _kinds(office, people[Role.ADMIN]))


def _side(office: Office, name: str, register_number: str) -> Side:
    office.applicant = factories.account(None, "applicant")
    case_id = office.receives(organisation_name=name, register_number=register_number)
    office.finds_complete(case_id)
    office.assesses(case_id)
    office.proposes(case_id, "admit")
    office.signs(case_id)
    draft = factories.draft(office.book, office.applicant, organisation_name=name, register_number=register_number)
    case = db.session.get_one(Case, case_id)
    kept = _document(office, case_id)
    notice = db.session.scalars(select(Notice.id).where(Notice.case_id == case_id)).first()
    task = db.session.scalars(select(Task.id).where(Task.case_id == case_id)).first()
    own: dict[str, object] = {
        "case": case.number, "draft": draft, "organisation": case.organisation_id,
        "document": kept, "document_id": kept, "notice": notice, "notice_id": notice, "task_id": task,
        "session_id": _session(office.applicant), "record": case.organisation_id,
        "event": _event(case.organisation_id), "release": _release(office),
        "take_over": uuid4(), "asked_id": _asked(office, case.organisation_id),
    }  # fmt: skip
    own |= _list(office, name) | _invited(office, case.organisation_id) | _written_to(case.organisation_id)
    own["check"] = _check(office.applicant, case.organisation_id)
    own["merge"] = _merge(office, name)
    return Side(office.applicant, own)


def _list(office: Office, name: str) -> dict[str, object]:
    """A list that names the organisation once more, in a file of its own; its clear rows are taken over."""
    other = "Radwerkstatt Speiche" if name.startswith("K") else "Filmklub Lichtspalt"
    data = (
        f"Verein;Vorsitz;E-Mail\n{name};;\n{other};Nuno Alves;nuno@{other[:4].lower()}.example\n;;ohne@name.example\n"
    )
    writing()
    kept = lists.receive(db.session(), "liste.csv", data.encode(), clock.today(), by=office.clerk)
    db.session.commit()
    work_on_lists(db.session())
    writing()
    held = lists.lock(db.session(), kept.id)
    lists.map_columns(db.session(), held, {}, {}, office.clerk)
    lists.ask_to_take(db.session(), held, by=office.clerk, role="caseworker")
    db.session.commit()
    work_on_lists(db.session())
    row = db.session.scalars(select(ListRow.id).where(ListRow.list_id == kept.id, ListRow.number == 3)).one()
    told = db.session.scalars(select(Information.id).where(Information.source == kept.id)).one()
    return {"office_list": kept.id, "row_id": row, "information_id": told}


def _invited(office: Office, organisation: UUID) -> dict[str, object]:
    """An invitation of the council to this organisation alone, approved and sent; its kind is reached by both desks."""
    writing()
    words = {"de": Words("Sommerfest", "Feiern Sie mit uns.")}
    row = inviting_actions.write(db.session(), COUNCIL, Written(words, event_on=clock.today()), by=office.clerk)
    to = Addressed(uuid4(), organisation, "mail")
    inviting_actions.send(db.session(), row, [to], by=office.clerk, role="secretariat", approved_by="Vorsitz")
    row.approved_on = clock.today()
    db.session.commit()
    return {"organisation_invitation": row.id, "invitation_id": row.id, "recipient_id": to.id}


def _merge(office: Office, name: str) -> UUID:
    """Two records that turned out to be one organisation."""
    writing()
    gone, stays = (organisations.found(db.session(), f"{name} {number}") for number in (1, 2))
    row = merging.merge(db.session(), gone, stays, "dieselbe Satzung", by=office.clerk, role="caseworker")
    db.session.commit()
    return row.id


def _check(account: UUID, organisation: UUID) -> UUID:
    """A new name that the office has not looked at yet."""
    writing()
    row = db.session.get_one(Organisation, organisation)
    entry.change(db.session(), row, "name", f"{row.name} und Freunde", by=account, role="applicant", checks={"name"})
    db.session.commit()
    return entry.waiting(db.session())[-1].id


def _asked(office: Office, organisation: UUID) -> UUID:
    """This organisation is asked in the round of the year."""
    writing()
    weeks = office.book.register["confirmation"]
    day = confirmation_rules.reference_day(weeks, clock.today())
    round_ = rounds.round_of(db.session(), day) or confirmation.begin(db.session(), day, by=office.clerk)
    (made,) = confirmation.ask(db.session(), round_, {organisation: Reach("phone")}, weeks, trial=True)
    db.session.commit()
    return made


def _written_to(organisation: UUID) -> dict[str, object]:
    """A message to this organisation that its writer has confirmed."""
    writing()
    row = Message(
        organisation_id=organisation, state="waiting", name="Ida Kron", address="ida@kron.example",
        text="Guten Tag", language="de", token_digest=uuid4().hex, written_at=clock.now(), confirmed_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return {"message": row.id}


def _event(organisation: UUID) -> UUID:
    writing()
    row = db.session.get_one(Organisation, organisation)
    events.note(db.session(), row, "contact", clock.today(), "visit", by=None, role="system")
    db.session.commit()
    return db.session.scalars(
        select(Event.id).where(Event.organisation_id == organisation, Event.kind == "contact")
    ).one()


def _release(office: Office) -> UUID:
    writing()
    row = releases.propose(db.session(), by=office.clerk)
    db.session.commit()
    return row.id


def _document(office: Office, case_id: UUID) -> UUID:
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    case = factories.locked(case_id)
    sealed = cases.seal(db.session, case_id, files.take("satzung.png", picture.getvalue()))
    row = cases.add_document(db.session, case, office.book, "satzung", sealed, office.applicant)
    db.session.commit()
    return row.id


def _session(account: UUID) -> UUID:
    row = UserSession(
        token_hash=uuid4().hex, account_id=account, device="Test", idle_minutes=30, made_at=clock.now(),
        seen_at=clock.now(), proven_at=clock.now(), ends_at=clock.now() + timedelta(hours=1),
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row.id


def _holder(role: Role) -> UUID:
    made, now = factories.account(), clock.now()
    until = now + timedelta(days=30) if role in ALWAYS_ENDS else None
    db.session.add(RoleGrant(account_id=made, role=role, from_at=now, until_at=until))
    db.session.commit()
    return made


def _kinds(office: Office, admin: UUID) -> dict[str, object]:
    writing()
    invitation = invite("dora@example.org", "Dora Süd", [Role.CASEWORKER], by=admin).id
    db.session.get_one(Account, office.head).password_hash = "-"
    reset = factors.ask_for_reset(office.head, by=admin)
    db.session.commit()
    return {
        "staff": office.clerk,
        "invitation": invitation,
        "reset": reset,
        "edition": office.book.name,
        "publication": db.session.scalars(select(Publication.id)).one(),
        "setting": "phone",
        "inquiry": Way().answers(office.book).id,
    }
