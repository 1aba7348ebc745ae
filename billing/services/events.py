"""Webhooks: signed, written down, then done. What an event says is asked again at its provider."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeVar

from billing import providers
from billing.errors import EventTooEarly, PaymentMismatch, PaymentNotFound, ReferenceTaken
from billing.items import InboxStatus, Payment
from billing.providers.errors import NotThere
from billing.providers.interface import Provider
from billing.providers.messages import NOTHING_TOLD, Event, EventKind, PaymentReport, Webhook
from billing.repository import InboxRepository
from billing.services import methods, payments, wallet
from billing.services.capturing import finished
from billing.services.disputing import apply_dispute_report
from billing.services.method_reports import apply_method_report
from billing.services.outcomes import apply_report
from billing.services.payments import AFTER_THE_CALL
from billing.services.refund_reports import apply_refund_report
from core import ids
from core.actor import Actor
from dynamo.deadlines import new_deadline
from dynamo.errors import StorageError

T = TypeVar("T")

_DONE = (InboxStatus.PROCESSED, InboxStatus.REFUSED, InboxStatus.IGNORED)
_NOBODY = Actor(None)
PENDING = "pending"  # at its provider, which may not tell of its end

logger = logging.getLogger("billing.webhooks")
_inbox = InboxRepository()


class _Pending(Exception):
    """Nothing can be done of it yet. Sent again it would say the same, so it is asked about from
    here, as what failed."""


def handle_webhook(provider: str, webhook: Webhook) -> None:
    """Returns once nothing is left to do: done now or before, not ours, or genuine but wrong.

    A delivery that broke off is done again by the next one. Raises ProviderNotEnabled,
    BadSignature, MalformedEvent, EventTooEarly, NoAnswer, and whatever broke.
    """
    wallet.require_configured()
    sender = providers.get_provider(provider)
    handle_event(sender, sender.parse_event(webhook))


def handle_event(sender: Provider, event: Event, *, again: bool = False) -> None:
    """The same for what the provider told in another way; `again`: also what was done before.

    Raises EventTooEarly, NoAnswer, and whatever broke.
    """
    if _inbox.receive(sender.name, event) in _DONE and not again:
        return
    try:
        status, user_sub, error = _handle(sender, event)
    except Exception as broken:
        with new_deadline(AFTER_THE_CALL), suppress(StorageError):
            name = type(broken).__name__
            _inbox.mark(sender.name, event, InboxStatus.FAILED, error=name)
        raise
    with new_deadline(AFTER_THE_CALL):
        _inbox.mark(sender.name, event, status, user_sub=user_sub, error=error)


def _handle(sender: Provider, event: Event) -> tuple[InboxStatus, str, str]:
    """What became of it, whose it was and why not."""
    if event.kind is EventKind.OTHER:
        return InboxStatus.IGNORED, "", ""
    try:
        if event.livemode != sender.livemode:
            raise PaymentMismatch({"livemode": event.livemode})
        user_sub = _HANDLERS[event.kind](sender, event)
    except _Pending:
        return InboxStatus.FAILED, "", PENDING
    except (PaymentMismatch, ReferenceTaken) as error:
        wrong = ", ".join(error.facts) if isinstance(error, PaymentMismatch) else error.code
        logger.error("genuine webhook refused", extra={"webhook_id": event.id, "wrong": wrong})
        return InboxStatus.REFUSED, "", wrong
    return (InboxStatus.PROCESSED if user_sub else InboxStatus.IGNORED), user_sub, ""


def _handle_payment(sender: Provider, event: Event) -> str:
    """Whose payment it is, "" for one that was not started here."""
    payment = _asked(sender, event.ref, event.told)
    return payment.user_sub if payment else ""


def _asked(sender: Provider, ref: str, told: Mapping[str, str] = NOTHING_TOLD) -> Payment | None:
    """The payment, after asking its provider; None for one that was not started here."""
    report = _fetched(sender.fetch_payment, ref, told)
    if report is None:
        return None
    with new_deadline(AFTER_THE_CALL):
        payment = _payment_of(report)
    report = finished(sender, payment, report)
    with new_deadline(AFTER_THE_CALL):
        apply_report(payment=payment, report=report, actor=_NOBODY)
    return payment


def _fetched(fetch: Callable[[str, Mapping[str, str]], T], ref: str, told: Mapping[str, str]) -> T:
    try:
        return fetch(ref, told)
    except NotThere as error:  # the event is of another account than our keys
        raise PaymentMismatch({"account": ref}) from error


def _handle_refund(sender: Provider, event: Event) -> str:
    report = _fetched(sender.fetch_refund, event.ref, event.told)
    payment = _settled(sender, report.payment_ref) if report else None
    if report is None or payment is None:
        return ""
    with new_deadline(AFTER_THE_CALL):
        if apply_refund_report(payment=payment, report=report) is None:
            raise _Pending
    return payment.user_sub


def _handle_dispute(sender: Provider, event: Event) -> str:
    report = _fetched(sender.fetch_dispute, event.ref, event.told)
    payment = _settled(sender, report.payment_ref) if report else None
    if report is None or payment is None:
        return ""
    with new_deadline(AFTER_THE_CALL):
        apply_dispute_report(payment=payment, report=report)
    return payment.user_sub


def _settled(sender: Provider, ref: str) -> Payment | None:
    """The payment that something came back of. Its own event may be late or lost: then it is
    asked for and settled first. None for one that was not started here."""
    with new_deadline(AFTER_THE_CALL):
        payment = payments.find_payment_by_reference(sender.name, ref)
    return payment if payment and payment.is_settled else _asked(sender, ref)


def _handle_method(sender: Provider, event: Event) -> str:
    facts = sender.fetch_method(event.ref)
    with new_deadline(AFTER_THE_CALL):
        return apply_method_report(
            provider=sender.name, provider_ref=event.ref, facts=facts, actor=_NOBODY
        )


def _payment_of(report: PaymentReport) -> Payment:
    """By our own names, which the provider keeps. Raises EventTooEarly while there is none."""
    if not (ids.is_id(report.user_sub) and ids.is_id(report.payment_id)):
        raise PaymentMismatch({"payment_id": report.payment_id})
    try:
        return payments.get_owned_payment(report.user_sub, report.payment_id)
    except PaymentNotFound as error:
        if report.doubt:
            raise PaymentMismatch({report.doubt: ""}) from error
        raise EventTooEarly from error


def _handle_saved_method(sender: Provider, event: Event) -> str:
    saved = sender.fetch_saved_method(event.ref)
    if saved is None or not ids.is_id(saved.user_sub):
        return ""
    with new_deadline(AFTER_THE_CALL):
        if not methods.is_customer(saved.user_sub, sender.name, saved.customer):
            raise PaymentMismatch({"customer": saved.customer})
        methods.save_method(
            user_sub=saved.user_sub, provider=sender.name, facts=saved.method, actor=_NOBODY
        )
    return saved.user_sub


_HANDLERS: Mapping[EventKind, Callable[[Provider, Event], str]] = {
    EventKind.PAYMENT: _handle_payment,
    EventKind.SAVED_METHOD: _handle_saved_method,
    EventKind.REFUND: _handle_refund,
    EventKind.DISPUTE: _handle_dispute,
    EventKind.METHOD: _handle_method,
}
