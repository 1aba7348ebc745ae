"""Giving a message to a provider: at most twice, and a second time only when it is not known
whether the first one arrived.

A worker that dies between the provider's yes and the end of its job leaves a job that runs again.
So each try is counted before it is made, and uncounted when the provider says no. What is left
counted had no answer; two of those end it, so the second try waits until the provider may be well
again. The alert itself is in the inbox either way.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from alerts.items import Channel
from core import clock, ratelimit, sms
from core.errors import RateLimited
from core.mail_failures import MailFailure, failure_of
from jobs.handlers import Retry

MOST = 2
SECOND_TRY = timedelta(minutes=5)
REMEMBERED = timedelta(days=2)  # longer than a job is tried

logger = logging.getLogger("alerts")


class AddressRefused(Exception):
    """Nothing arrives there, however often it is tried."""


def hand_over(channel: Channel, message_id: str, send: Callable[[], None]) -> None:
    """Raises AddressRefused, and Retry when no answer came; what else `send` raises is worth
    another try of the job."""
    name = f"alerts.{channel}"
    try:
        ratelimit.spend(name, message_id, times=MOST, ends=clock.now() + REMEMBERED)
    except RateLimited:
        alert_id = message_id.partition(":")[0]
        logger.error("delivery unknown", extra={"channel": str(channel), "alert_id": alert_id})
        return
    try:
        send()
    except Exception as error:
        meaning = sms.failure_of(error) if channel is Channel.SMS else failure_of(error)
        if meaning is MailFailure.UNKNOWN:
            logger.warning("no answer", exc_info=error, extra={"channel": str(channel)})
            raise Retry(after=SECOND_TRY) from error
        ratelimit.unspend(name, message_id)
        if meaning is MailFailure.REFUSED:
            raise AddressRefused from error
        raise
