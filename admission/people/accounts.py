"""What every write to accounts shares: lock the rows, record the change."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.log.append import append_house
from admission.log.pseudonyms import pseudonym
from admission.people.models import Account
from admission.people.roles import Role


def locked(account_id: UUID, *others: UUID | None) -> Account:
    """The account, locked and freshly read, and with it all others that this change touches, in the order of their ids.

    Whoever acts is locked too: his pseudonym may be made by this very change, and only once.
    """
    ids = sorted({account_id, *(other for other in others if other is not None)})
    rows = db.session.scalars(
        select(Account)
        .where(Account.id.in_(ids))
        .order_by(Account.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    found = {row.id: row for row in rows}
    if account_id not in found:
        raise NotFound
    return found[account_id]


def record(
    change: str, *, by: UUID | None, role: str, account: UUID | None = None, roles: Collection[Role] = ()
) -> None:
    """Append `account.changed`: what changed and for whom, by pseudonyms; never a name, never an address.

    An applicant's account gives no power over others and leaves no entry.
    """
    data: dict[str, object] = {"change": change}
    if account is not None:
        data["account"] = pseudonym(db.session(), account)
    if roles:
        data["roles"] = sorted(role.value for role in roles)
    append_house(db.session(), "account.changed", actor=by, role=role, data=data)
