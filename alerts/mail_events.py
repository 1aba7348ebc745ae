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
    if event.event_type == EventType.BOUNCED:
        return None if _is_temporary(event) else SuspensionReason.BOUNCED
    if event.event_type in (EventType.COMPLAINED, EventType.UNSUBSCRIBED):
        return SuspensionReason.COMPLAINED
    if event.event_type == EventType.REJECTED:
        return _REJECTED.get(event.reject_reason)
    return None


def _is_temporary(event: AnymailTrackingEvent) -> bool:
    if str(event.description or "").startswith(_TEMPORARY):
        return True
    said = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    return said.get("Type") == "SoftBounce"  # Postmark's
