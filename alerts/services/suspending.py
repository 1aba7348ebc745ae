"""Channels to which nothing more goes, because what went there came back."""

from alerts.items import (
    AlertKind,
    Channel,
    Suspension,
    SuspensionReason,
    digest_of_address,
)
from alerts.repository import PreferenceRepository
from alerts.services.raising import alert_writes
from core import clock
from dynamo.table import Write, transact
from users import services as users

_KINDS = {
    (Channel.EMAIL, SuspensionReason.BOUNCED): AlertKind.EMAIL_BOUNCED,
    (Channel.EMAIL, SuspensionReason.COMPLAINED): AlertKind.EMAIL_COMPLAINED,
    (Channel.SMS, SuspensionReason.BOUNCED): AlertKind.SMS_REFUSED,
}

_preferences = PreferenceRepository()


def suspension_writes(
    *, user_sub: str, channel: Channel, address: str, reason: SuspensionReason
) -> list[Write]:
    """Suspend it and say so in the app: both or neither. Nothing when it is suspended for that
    already: a provider says things twice.

    Its owner lifts it on the page of their choices, or has another address from then on.
    """
    found = _preferences.find(user_sub).suspended.get(channel)
    if found and found.is_about(address) and found.reason in (reason, SuspensionReason.BOUNCED):
        return []
    digest = digest_of_address(address)
    suspension = Suspension(reason=reason, at=clock.now(), address_digest=digest)
    return [
        _preferences.suspending(user_sub, channel, suspension),
        *alert_writes(user_sub=user_sub, kind=_KINDS[channel, reason], context={}),
    ]


def suspend_address(email: str, reason: SuspensionReason) -> bool:
    """A mail came back from there, or was marked as spam. False when it is no account's, or was
    known. Raises StorageError: say it again."""
    user = users.find_by_login(email)
    if user is None or user.email.casefold() != email.strip().casefold():
        return False
    writes = suspension_writes(
        user_sub=user.user_sub, channel=Channel.EMAIL, address=user.email, reason=reason
    )
    if writes:
        transact(writes)
    return bool(writes)
