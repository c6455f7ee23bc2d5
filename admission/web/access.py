"""Who may open which route: declared at the view, joined to one table, refused by default.

    @bp.post("/vorgaenge/<number>/vollstaendigkeit")
    @access(Role.CASEWORKER, case="number")

`case="number"` turns the address's `number` into a `case` by the loader of that kind, which raises `NotFound` for what
is not this person's. Everything else happens before the view is reached: origin, person, role, CSRF token. An
application with a route that declares nothing does not start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, current_app, g, request, session
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import Headers
from werkzeug.exceptions import Unauthorized

from admission.cases.models import Case
from admission.cases.queries import case_numbered, may_act_for
from admission.casework.facts import Actor, lock
from admission.casework.people import actor
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import NotAllowed, NotFound
from admission.people import sessions
from admission.people.queries import Person, person_of_session
from admission.people.roles import Role

SAFE = {"GET", "HEAD", "OPTIONS"}
TOKEN = "token"  # noqa: S105  the session's key for the token of `people.sessions`
ACCOUNTS = frozenset(Role) - {Role.SYSTEM}
csrf = CSRFProtect()
View = TypeVar("View", bound=Callable[..., Any])


class Loader(Protocol):
    """Finds one object of a kind for a person; with `locked`, its row is locked first. Raises `NotFound`."""

    def __call__(self, value: Any, person: Person, role: Role, *, locked: bool) -> Any:
        """`value` as the address names it; `role`: the one in which the person came through this route."""


LOADERS: dict[str, Loader] = {}


@dataclass(frozen=True)
class Rule:
    """One line of the table: for everybody, or for these roles; which arguments become which objects."""

    roles: frozenset[Role]
    public: bool
    objects: tuple[tuple[str, str], ...]
    uploads: bool

    @property
    def own_only(self) -> bool:
        """Whether people of this route reach their own objects alone."""
        return bool(self.objects) and self.roles == {Role.APPLICANT}


def access(*roles: Role, public: bool = False, uploads: bool = False, **objects: str) -> Callable[[View], View]:
    """Declare who may open a view: `public=True`, or the roles of which one is enough.

    `objects`: kind of object -> the argument of the address that names it. `uploads`: larger requests are taken.
    Stands directly below the route and above everything else.
    """
    if public == bool(roles):
        raise TypeError("a route is public or names its roles, one of the two")
    rule = Rule(frozenset(roles), public, tuple(objects.items()), uploads)

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            g.named = dict(arguments)
            return view(**_with_objects(rule, arguments, locked=False))

        guarded.access = rule  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def signed_in(view: View) -> View:
    """Declare a view for everybody who has an account, whatever their role."""
    return access(*ACCOUNTS)(view)


def loads(kind: str) -> Callable[[Loader], Loader]:
    """Register the loader of a kind of object."""

    def register(loader: Loader) -> Loader:
        LOADERS[kind] = loader
        return loader

    return register


@loads("case")
def load_case(value: str, person: Person, role: Role, *, locked: bool) -> Case:
    """The submitted case of this file number: the applicant's own, for the office and the council each of them."""
    found = case_numbered(db.session(), value)
    if role == Role.APPLICANT and not may_act_for(db.session(), person.id, found):
        raise NotFound
    return _locked(found) if locked else found


@loads("draft")
def load_draft(value: UUID, person: Person, role: Role, *, locked: bool) -> Case:
    """The applicant's own application by its id, also once it was submitted (the view leads on to its number)."""
    found = db.session.get(Case, value)
    if found is None or found.kind != "admission" or not may_act_for(db.session(), person.id, found):
        raise NotFound
    return _locked(found) if locked else found


def ask_again() -> dict[str, Any]:
    """Inside the write transaction: person, role and objects once more, each object locked. For `keeps_entries`."""
    rule = rule_of(request.endpoint)
    assert rule is not None
    if not rule.public:
        _admit_person(rule)
    return _with_objects(rule, dict(g.named), locked=True)


def acting(case: Any, allowed: frozenset[str] | tuple[str, ...] | list[str] = ()) -> Actor:
    """The signed-in person as an actor of this case, inside the write transaction, after the case was locked.

    `allowed`: the roles of the step or act; a person with several roles acts in the first of them that she holds.
    """
    role = next((role for role in allowed if role in g.person.roles), g.role)
    return actor(db.session(), g.person.id, str(role), case)


def install(app: Flask) -> None:
    """Guard every request; call after all blueprints are registered. Raises if a route declares nothing."""
    silent = sorted(
        {rule.endpoint for rule in app.url_map.iter_rules() if _declared(app, rule.endpoint) is None} - {"static"}
    )
    if silent:
        raise RuntimeError("routes without @access: " + ", ".join(silent))
    csrf.init_app(app)
    app.before_request(admit)


def table(app: Flask) -> list[tuple[str, str, Rule]]:
    """(address, method, rule) of every route: what the matrix test walks and `/verwaltung` can show."""
    return [
        (address.rule, method, found)
        for address in app.url_map.iter_rules()
        for method in sorted((address.methods or set()) - {"HEAD", "OPTIONS"})
        if (found := _declared(app, address.endpoint)) is not None
    ]


def rule_of(endpoint: str | None) -> Rule | None:
    """The rule of a route of the running application; None for static files and for what does not exist."""
    return _declared(current_app, endpoint) if endpoint else None


def admit() -> None:
    """Before each request: origin, person, role, token; the body is read only after the person is known."""
    g.person, g.role = None, None
    if request.method not in SAFE:
        _check_origin()
    rule = rule_of(request.endpoint)
    if rule is None:
        return
    if rule.uploads:
        request.max_content_length = current_app.config["UPLOAD_LENGTH"]
    if rule.public:
        return
    _admit_person(rule)
    _note_seen()
    if request.method not in SAFE:
        csrf.protect()


def safe_next(target: str | None, otherwise: str = "/") -> str:
    """A path of our own to go on to; everything that could lead elsewhere becomes `otherwise`.

    A single slash, then printable ASCII without a backslash: browsers read `//`, `/\\` and stray tabs as another host.
    """
    if not target or len(target) > 2000 or not target.startswith("/") or target.startswith("//"):
        return otherwise
    if any(not "!" <= char <= "~" or char in '\\"<>' for char in target):
        return otherwise
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or "//" in parts.path or any(p in (".", "..") for p in parts.path.split("/")):
        return otherwise
    return otherwise if _hides_a_slash(parts.path) else target


def _hides_a_slash(path: str) -> bool:
    return any(code in path.lower() for code in ("%2f", "%5c", "%00", "%0a", "%0d", "%09", "%2e%2e"))


def _declared(app: Flask, endpoint: str) -> Rule | None:
    return getattr(app.view_functions.get(endpoint), "access", None)


def _admit_person(rule: Rule) -> None:
    token = session.get(TOKEN)
    g.person = person_of_session(token) if token else None
    if g.person is None:
        raise Unauthorized
    held = [role for role in Role if role in rule.roles and role in g.person.roles]
    if not held:
        raise NotAllowed
    g.role = held[0]


def _note_seen() -> None:
    if clock.now() - g.person.seen_at >= sessions.SEEN_EVERY:
        writing()
        sessions.note_seen(g.person.session)
        db.session.commit()


def _with_objects(rule: Rule, arguments: dict[str, Any], *, locked: bool) -> dict[str, Any]:
    for kind, argument in rule.objects:
        arguments[kind] = LOADERS[kind](arguments.pop(argument), g.person, g.role, locked=locked)
    return arguments


def _locked(found: Case) -> Case:
    lock(db.session(), found.id)  # a statement of its own; what is decided on is read after it
    db.session.refresh(found)
    return found


def _check_origin() -> None:
    """A request that changes something comes from a page of ours, signed in or not; every current browser says so."""
    if not _same_origin(request.headers):
        raise NotAllowed


def _same_origin(headers: Headers) -> bool:
    origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    if origin is not None:
        return origin in {current_app.config["BASE_URL"], *_own_hosts()}
    return site == "same-origin"


def _own_hosts() -> set[str]:
    """While developing, the address may be localhost or 127.0.0.1, on whatever port was free."""
    return set() if current_app.config["MODE"] == "production" else {request.host_url.rstrip("/")}
