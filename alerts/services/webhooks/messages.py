"""What a job of a webhook says, and how it is read back."""

from collections.abc import Mapping

from alerts.webhook_items import Message


def job_ids(message: Message, attempt: int) -> dict[str, str]:
    return {
        "user_sub": message.user_sub,
        "endpoint_id": message.endpoint_id,
        "delivery_id": message.delivery_id,
        "alert_id": message.alert_id,
        "kind": message.kind,
        "occurrence": str(message.occurrence),
        "attempt": str(attempt),
    }


def message_of(named: Mapping[str, str]) -> tuple[Message, int]:
    """The same read back: what the job is about, and the number of the attempt."""
    message = Message(
        user_sub=named["user_sub"],
        endpoint_id=named["endpoint_id"],
        delivery_id=named["delivery_id"],
        kind=named["kind"],
        alert_id=named["alert_id"],
        occurrence=int(named["occurrence"]),
    )
    return message, int(named["attempt"])
