"""The person's partition and the rows that keep their names. The account's own row goes last:
while it stands, an erasure that broke off can be repeated."""

from collections.abc import Mapping
from typing import Any

from core.personal_data import Section, visible
from users.deletion_repository import DeletionRepository

_SECTIONS = {  # by what their sk begins with
    "SIGNIN": "sign_ins",
    "DEVICE": "known_browsers",
    "MFARESET": "mfa_reset",
    "APPROVAL": "approvals",
}
_ELSEWHERE = "EXPORT"  # accounts hands these out


def export(user_sub: str) -> Mapping[str, Section]:
    rows = DeletionRepository()
    sections: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows.rows_of(user_sub):
        kind = row["sk"].partition("#")[0]
        if kind != _ELSEWHERE:
            sections.setdefault(_SECTIONS.get(kind, kind.lower()), []).append(visible(row))
        if kind == "ACCOUNT":
            sections["names"] = [
                {"name": name["pk"], **visible(name)} for name in rows.names_of(row)
            ]
    return sections


def erase(user_sub: str) -> None:
    """Raises TransactionCancelled when the account is renamed at this moment."""
    rows = DeletionRepository()
    account = rows.account_of(user_sub)
    rows.remove_around(user_sub)
    if account is not None:
        rows.remove_account(account)


def holds(user_sub: str) -> list[str]:
    return []
