"""What a person does about their webhooks: add one, see them, replace a secret, turn one off."""

import logging
from collections.abc import Collection
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from alerts.errors import WebhookChanged, WebhookExists, WebhookLimitReached, WebhookNotFound
from alerts.items import AlertKind, Category, Channel, Severity
from alerts.repository import (
    ENDPOINT_LABEL,
    HEAD_LABEL,
    PreferenceRepository,
    WebhookRepository,
)
from alerts.services.raising import alert_writes, new_alert, writes_of
from alerts.services.resolving import mandatory_reach
from alerts.services.webhooks import signing
from alerts.services.webhooks.last_calls import hears_of, last_call_writes
from alerts.webhook_items import EndpointState, IssuedEndpoint, WebhookEndpoint
from core import clock, ids
from core.actor import Actor
from core.errors import Invalid
from core.ratelimit import Limit, hit
from core.targets import UrlRefused, target_of
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from users.texts import clean_display_name

MAX_ENDPOINTS = 5
OVERLAP = timedelta(hours=24)  # in which the old secret signs as well
CREATIONS = Limit("webhook-create", times=20, seconds=86_400)
ROTATIONS = Limit("webhook-rotate", times=20, seconds=86_400)
TURNED_ON = Limit("webhook-enable", times=20, seconds=86_400)  # each is mailed, as is each end
SEVERITIES = tuple(Severity)

logger = logging.getLogger(__name__)

_webhooks = WebhookRepository()
_preferences = PreferenceRepository()


def add_endpoint(
    *,
    user_sub: str,
    name: str,
    url: str,
    categories: Collection[str],
    min_severity: int,
    actor: Actor,
    endpoint_id: str | None = None,
) -> IssuedEndpoint:
    """The only moment at which the secret is shown. The door has asked for a step-up.

    `endpoint_id`, minted with the form, makes a form that is sent twice add one: the second time
    raises WebhookExists. Raises Invalid, WebhookLimitReached, RateLimited.
    """
    endpoint_id = endpoint_id or ids.new_id()
    clean_name = _checked(name, url, categories, min_severity, endpoint_id)
    hit(CREATIONS, user_sub)
    secret = signing.new_secret()
    endpoint = WebhookEndpoint(
        endpoint_id=endpoint_id,
        user_sub=user_sub,
        name=clean_name,
        url=url.strip(),
        secret=signing.sealed(secret, user_sub=user_sub, endpoint_id=endpoint_id),
        categories=frozenset(map(Category, categories)),
        min_severity=min_severity,
        created_at=clock.now(),
    )
    told = told_of(endpoint, AlertKind.WEBHOOK_ADDED, actor)
    try:
        transact([*_webhooks.adding(endpoint, most=MAX_ENDPOINTS), *told])
    except TransactionCancelled as error:
        if error.failed(ENDPOINT_LABEL):
            raise WebhookExists from error
        if error.failed(HEAD_LABEL):
            raise WebhookLimitReached from error
        raise
    _log("webhook added", endpoint, actor)
    return IssuedEndpoint(endpoint=endpoint, secret=secret)


def list_endpoints(user_sub: str) -> list[WebhookEndpoint]:
    """Oldest first; there are five at most."""
    return _webhooks.all_of(user_sub)


def get_owned_endpoint(user_sub: str, endpoint_id: str) -> WebhookEndpoint:
    """Raises WebhookNotFound, also for somebody else's."""
    found = _webhooks.find(user_sub, endpoint_id) if ids.is_id(endpoint_id) else None
    if found is None:
        raise WebhookNotFound
    return found


def rotate_secret(*, user_sub: str, endpoint_id: str, actor: Actor) -> IssuedEndpoint:
    """A new secret, shown this once; the old one signs beside it for 24 h more.

    One that was still in its last 24 h ends at once. The door has asked for a step-up. Raises
    WebhookNotFound, WebhookChanged, RateLimited.
    """
    old = get_owned_endpoint(user_sub, endpoint_id)
    hit(ROTATIONS, user_sub)
    secret = signing.new_secret()
    blob = signing.sealed(secret, user_sub=user_sub, endpoint_id=endpoint_id)
    rotating = _webhooks.rotating(old, secret=blob, old_until=clock.now() + OVERLAP)
    _change([rotating, *told_of(old, AlertKind.WEBHOOK_SECRET_ROTATED, actor)])
    _log("webhook secret rotated", old, actor)
    endpoint = get_owned_endpoint(user_sub, endpoint_id)
    return IssuedEndpoint(endpoint=endpoint, secret=secret)


def disable_endpoint(*, user_sub: str, endpoint_id: str, actor: Actor) -> WebhookEndpoint:
    """Nothing but a last call is sent there until it is enabled. Twice is once.

    The door has asked for a step-up. Raises WebhookNotFound, WebhookChanged.
    """
    endpoint = get_owned_endpoint(user_sub, endpoint_id)
    if not endpoint.is_active:
        return endpoint
    told = _left(endpoint, AlertKind.WEBHOOK_TURNED_OFF, actor)
    return _turn(endpoint, EndpointState.DISABLED, told, actor)


def enable_endpoint(*, user_sub: str, endpoint_id: str, actor: Actor) -> WebhookEndpoint:
    """What happened meanwhile is not sent. Twice is once.

    The door has asked for a step-up. Raises WebhookNotFound, WebhookChanged, RateLimited.
    """
    endpoint = get_owned_endpoint(user_sub, endpoint_id)
    if endpoint.is_active:
        return endpoint
    hit(TURNED_ON, user_sub)
    told = told_of(endpoint, AlertKind.WEBHOOK_TURNED_ON, actor)
    return _turn(endpoint, EndpointState.ACTIVE, told, actor)


def remove_endpoint(*, user_sub: str, endpoint_id: str, actor: Actor) -> WebhookEndpoint:
    """What waits to be sent there is dropped, but for a last call.

    The door has asked for a step-up. Raises WebhookNotFound.
    """
    endpoint = get_owned_endpoint(user_sub, endpoint_id)
    told = _left(endpoint, AlertKind.WEBHOOK_REMOVED, actor)
    try:
        transact([*_webhooks.removing(endpoint), *told])
    except TransactionCancelled as error:
        if error.failed(ENDPOINT_LABEL):
            raise WebhookNotFound from error
        raise
    _log("webhook removed", endpoint, actor)
    return endpoint


def told_of(endpoint: WebhookEndpoint, kind: AlertKind, actor: Actor | None) -> list[Write]:
    return alert_writes(user_sub=endpoint.user_sub, kind=kind, context=_context(endpoint, actor))


def _left(endpoint: WebhookEndpoint, kind: AlertKind, actor: Actor) -> list[Write]:
    """The alert of a webhook that gets no more, and a last call to it if it got those about
    security: whoever took an account over would turn it off first."""
    user_sub = endpoint.user_sub
    alert = new_alert(user_sub=user_sub, kind=kind, context=_context(endpoint, actor))
    reach = mandatory_reach(_preferences.find(user_sub), Channel.WEBHOOK, clock.now())
    leaving = [endpoint] if hears_of(endpoint, reach) else []
    return [*writes_of(alert), *last_call_writes(alert, leaving)]


def _context(endpoint: WebhookEndpoint, actor: Actor | None) -> dict[str, str]:
    """Only the host of the address is told: the rest may hold a token."""
    told = {"webhook": endpoint.name, "host": endpoint.host}
    return told if actor is None else {**told, "ip": actor.ip}


def _turn(
    endpoint: WebhookEndpoint, state: EndpointState, told: list[Write], actor: Actor
) -> WebhookEndpoint:
    _change([_webhooks.turning(endpoint, state), *told])
    _log(f"webhook {state}", endpoint, actor)
    return get_owned_endpoint(endpoint.user_sub, endpoint.endpoint_id)


def _change(writes: list[Write]) -> None:
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(ENDPOINT_LABEL):
            raise WebhookChanged from error
        raise


def _checked(
    name: str, url: str, categories: Collection[str], min_severity: int, endpoint_id: str
) -> str:
    errors: dict[str, list[str]] = {}
    clean = ""
    try:
        clean = clean_display_name(name)
        if not clean:
            errors["name"] = [_("Give the webhook a name.")]
    except ValidationError as error:
        errors["name"] = list(error.messages)
    try:
        target_of(url.strip())
    except UrlRefused as error:
        errors["url"] = [str(error.reason)]
    if not categories:
        errors["categories"] = [_("Choose at least one. Otherwise nothing would be sent.")]
    elif not set(categories) <= set(Category):
        errors["categories"] = [_("There is no such choice.")]
    if min_severity not in SEVERITIES:
        choices = ", ".join(str(int(each)) for each in SEVERITIES)
        errors["min_severity"] = [_("Choose one of %(all)s.") % {"all": choices}]
    if not ids.is_id(endpoint_id):
        errors["endpoint_id"] = [_("Reload the page, then send the form again.")]
    if errors:
        raise Invalid(errors=errors)
    return clean


def _log(event: str, endpoint: WebhookEndpoint, actor: Actor) -> None:
    extra = {"user_sub": endpoint.user_sub, "endpoint_id": endpoint.endpoint_id}
    logger.info(event, extra={**extra, "actor": actor.user_sub or "system"})
