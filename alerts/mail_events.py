"""The door of the mail provider: mails that came back, or were marked as spam.

Anymail checks the provider's signature or password and reads its format. Off until
MAIL_EVENTS_PROVIDER and MAIL_EVENTS_SECRET are set.
"""

import logging
from collections.abc import Mapping
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from alerts import services
from alerts.items import SuspensionReason
from core.mail_failures import says_no_address
from dynamo.errors import StorageError

PROVIDERS: Mapping[str, type[Any]] = {
    "amazon_ses": AmazonSESTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
}
MAX_BYTES = 256 * 1024
# On the provider's own list because of what happened before.
_REJECTED = {
    RejectReason.INVALID: SuspensionReason.BOUNCED,
    RejectReason.BOUNCED: SuspensionReason.BOUNCED,
    RejectReason.SPAM: SuspensionReason.COMPLAINED,
    RejectReason.UNSUBSCRIBED: SuspensionReason.COMPLAINED,
}
_TEMPORARY = ("Transient:", "Undetermined:")  # how SES describes what may work tomorrow
# Mailgun's reasons of what never left it: addresses on its lists, and what says nothing of one.
_NOT_LEFT: Mapping[str, SuspensionReason | None] = {
    "suppress-bounce": SuspensionReason.BOUNCED,
    "suppress-complaint": SuspensionReason.COMPLAINED,
    "suppress-unsubscribe": SuspensionReason.COMPLAINED,
    "espblock": None,  # their provider blocks us
    "old": None,  # nobody answered for hours
}
_NO_COMPLAINT = "SpamNotification"  # Postmark's: a filter's word, not its owner's

logger = logging.getLogger("alerts")


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest, provider: str) -> HttpResponseBase:
    """200 = never send it again; 400 = it will not do; 503 = send it again."""
    if not settings.MAIL_EVENTS_SECRET or provider != settings.MAIL_EVENTS_PROVIDER:
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        raise RequestDataTooBig
    try:
        answer: HttpResponseBase = PROVIDERS[provider].as_view()(request)
    except (StorageError, BadRequest):
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        logger.warning("mail event unreadable", extra={"error_code": type(error).__name__})
        raise BadRequest("not an event") from error
    return answer


@receiver(tracking, dispatch_uid="alerts.mail_events")
def note(event: AnymailTrackingEvent, **_: Any) -> None:
    """Raises StorageError; the provider then says it again."""
    reason = _reason(event)
    if reason is not None and event.recipient:
        services.suspend_address(event.recipient, reason)


def _reason(event: AnymailTrackingEvent) -> SuspensionReason | None:
    told = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    if event.event_type == EventType.BOUNCED:
        return _reason_of_bounce(event, told)
    if event.event_type in (EventType.COMPLAINED, EventType.UNSUBSCRIBED):
        return None if told.get("Type") == _NO_COMPLAINT else SuspensionReason.COMPLAINED
    if event.event_type == EventType.REJECTED:
        return _REJECTED.get(event.reject_reason)
    return None


def _reason_of_bounce(
    event: AnymailTrackingEvent, told: Mapping[str, Any]
) -> SuspensionReason | None:
    """Only what says that nothing arrives there. The provider's own word counts where it brings no
    answer of the other server; a policy of theirs (5.7) is about us, and harms nobody's mail."""
    if str(event.description or "").startswith(_TEMPORARY) or told.get("Type") == "SoftBounce":
        return None
    mailgun = told.get("event-data", {})
    if mailgun.get("reason") in _NOT_LEFT:
        return _NOT_LEFT[mailgun["reason"]]
    answer, code = _answer(event, mailgun.get("delivery-status") or {}, told.get("bounce", {}))
    return None if says_no_address(answer, code) is False else SuspensionReason.BOUNCED


def _answer(
    event: AnymailTrackingEvent, mailgun: Mapping[str, Any], ses: Mapping[str, Any]
) -> tuple[str, int]:
    """What the other server said, and its three digits where they stand apart."""
    answer = str(event.mta_response or "")
    for recipient in ses.get("bouncedRecipients", ()):
        if not answer and recipient["emailAddress"] == event.recipient:
            return str(recipient.get("status") or ""), 0
    code = mailgun.get("code")
    answer = f"{mailgun.get('enhanced-code') or ''} {answer}"
    return answer, code if isinstance(code, int) else 0
