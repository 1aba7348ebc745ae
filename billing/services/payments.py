"""Payments before and after the provider: made first, found again by its references."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings

from billing.errors import PaymentDiffers, PaymentNotFound, ReferenceTaken
from billing.items import Payment, PaymentKind, PaymentPage, PaymentStatus, ProviderName
from billing.providers.interface import Provider
from billing.providers.messages import PaymentReport
from billing.repository import (
    PAYMENT_LABEL,
    REFERENCE_LABEL,
    PaymentRepository,
    RequestRepository,
    is_key_part,
    to_payment,
)
from billing.services.caps import add_within_cap
from billing.services.wallet import check_top_up_amount, require_configured
from core import clock, ids
from core.actor import Actor
from core.links import safe_next
from dynamo import cursor as cursors
from dynamo.errors import ConditionFailed, TransactionCancelled
from dynamo.table import transact

PAGE = 20
SESSION, INTENT = "session", "intent"  # kinds of provider_ids: a visit to it, and what it pays
AFTER_THE_CALL = 4.0  # seconds to note what a provider said, however long it took
# Whoever waits for a charge may send it again for so long. Each provider knows its name for longer
# (PayPal, six hours), and only after that can its word that nothing is there be believed.
REPEATED_FOR = timedelta(minutes=10)
TAKEN_WITHIN = timedelta(minutes=15)  # a call may be under way for so long
_MARKS = (PaymentStatus.PROCESSING, PaymentStatus.UNKNOWN, PaymentStatus.CANCELED)

_payments = PaymentRepository()
_requests = RequestRepository()


def create_payment(
    *,
    user_sub: str,
    provider: ProviderName,
    kind: PaymentKind,
    amount: int,
    livemode: bool,
    actor: Actor,
    idempotency_key: str = "",
    payment_intent_id: str = "",
    save_method: bool = False,
    payment_method_id: str = "",
    return_path: str = "",
) -> Payment:
    """The PAY row, before the provider is asked; in BILLING_CURRENCY.

    With the same `idempotency_key` of a person, or a `payment_intent_id` of the caller's (a ULID),
    a repeat gives the payment that is there. Raises InvalidAmount, DailyCapReached, WalletBusy,
    BillingNotConfigured, and PaymentDiffers for a repeat that asks for something else.
    """
    require_configured()
    check_top_up_amount(amount)
    if idempotency_key:
        payment_intent_id = _requests.id_of(user_sub, idempotency_key)
    now = clock.now()
    wanted = Payment(
        payment_intent_id=_own_id(payment_intent_id),
        user_sub=user_sub,
        provider=ProviderName(provider),
        kind=kind,
        amount=amount,
        currency=settings.BILLING_CURRENCY,
        status=PaymentStatus.CREATED,
        livemode=livemode,
        created_at=now,
        updated_at=now,
        save_method=save_method,
        payment_method_id=payment_method_id,
        return_path=safe_next(return_path),
    )
    stored = add_within_cap(wanted)
    if _asked(stored) != _asked(wanted):
        raise PaymentDiffers
    return stored


def attach_references(
    *, payment: Payment, provider_ids: Mapping[str, str], actor: Actor
) -> Payment:
    """Note the provider's ids on the payment, each with the row that finds it again.

    `provider_ids` by kind: {"session": "cs_…", "intent": "pi_…"}. Repeating it changes nothing.
    Raises ReferenceTaken when one belongs to another payment.
    """
    require_configured()
    new = new_references(payment, provider_ids)
    if not new:
        return payment
    try:
        transact([_payments.noting_ids(payment, new), *_payments.referring(payment, new.values())])
    except TransactionCancelled as error:
        if error.failed(REFERENCE_LABEL):
            raise ReferenceTaken from error
        if error.failed(PAYMENT_LABEL):
            raise PaymentNotFound from error
        raise
    return replace(payment, provider_ids={**payment.provider_ids, **new}, updated_at=clock.now())


def note_first(*, payment: Payment, provider_ids: Mapping[str, str]) -> Mapping[str, str]:
    """The same unless the payment has one of these kinds: the first one stays, whoever comes at the
    same moment. The ids that it has then. Raises ReferenceTaken, PaymentNotFound."""
    require_configured()
    noting = _payments.noting_first_ids(payment, provider_ids)
    try:
        transact([noting, *_payments.referring(payment, provider_ids.values())])
    except TransactionCancelled as error:
        if error.failed(REFERENCE_LABEL):
            raise ReferenceTaken from error
        if not error.failed(PAYMENT_LABEL):
            raise
        return get_owned_payment(payment.user_sub, payment.payment_intent_id).provider_ids
    return {**payment.provider_ids, **provider_ids}


def new_references(payment: Payment, provider_ids: Mapping[str, str]) -> dict[str, str]:
    """Those that the payment does not know yet."""
    known = payment.provider_ids
    return {kind: value for kind, value in provider_ids.items() if known.get(kind) != value}


def asking_refs(provider_ids: Mapping[str, str]) -> list[str]:
    """What the provider is asked about the payment by, one after the other: the visit to it, and
    what was paid where that is all that it still knows."""
    return [provider_ids[kind] for kind in (SESSION, INTENT) if provider_ids.get(kind)]


def told_of(provider: Provider, payment: Payment) -> PaymentReport | None:
    """What its provider says of it; None for what it knows nothing of. Raises ProviderRefused,
    NoAnswer."""
    for ref in asking_refs(payment.provider_ids):
        if report := provider.fetch_payment(ref):
            return report
    return None


def last_call_of(payment: Payment) -> datetime:
    """After it, no call is made that could move its money without its owner."""
    is_charge = payment.kind is PaymentKind.CHARGE
    return payment.created_at + (REPEATED_FOR if is_charge else timedelta())


def find_payment_by_reference(provider: ProviderName, reference: str) -> Payment | None:
    """Consistent; for webhooks, which know only the provider's id."""
    require_configured()
    if not is_key_part(reference):
        return None
    return _payments.find_by_reference(provider, reference)


def get_owned_payment(user_sub: str, payment_id: str) -> Payment:
    """Consistent. Raises PaymentNotFound, also for another person's."""
    require_configured()
    payment = _payments.find(user_sub, payment_id) if ids.is_id(payment_id) else None
    if payment is None:
        raise PaymentNotFound
    return payment


def list_payments(user_sub: str, cursor: str = "") -> PaymentPage:
    """Newest first. Raises CursorForged, CursorExpired, BillingNotConfigured."""
    require_configured()
    scope = f"{user_sub}:payments"
    start = cursors.decode(cursor, scope=scope) if cursor else None
    payments, following = _payments.page(user_sub, limit=PAGE, start=start)
    next_cursor = cursors.encode(following, scope=scope) if following else ""
    return PaymentPage(items=payments, next_cursor=next_cursor)


def has_open_payment(user_sub: str) -> bool:
    """Whether money may still come for a payment of theirs. Reads all of them."""
    require_configured()
    return any(payment.is_open for payment in _payments.since(user_sub, clock.from_epoch(0)))


def mark_payment(
    *, payment: Payment, status: PaymentStatus, actor: Actor, failure_code: str = ""
) -> Payment:
    """Move an open payment forward to processing, unknown or canceled; never back, and not to
    canceled while its money is being taken.

    The payment as it is stored afterwards: unchanged when that is no step forward. Raises
    PaymentNotFound, and ValueError for an end that has a service of its own (services.settling).
    """
    require_configured()
    if status not in _MARKS:
        raise ValueError(f"{status} is not a mark")
    try:
        _payments.mark(payment, status, failure_code=failure_code)
    except ConditionFailed as error:
        if error.item is None:
            raise PaymentNotFound from error
        return to_payment(error.item)
    return get_owned_payment(payment.user_sub, payment.payment_intent_id)


def claim(payment: Payment) -> str:
    """Before what its owner agreed to is taken: nobody gives it up until let_go() of what this
    gives, or until no call can be under way any more. "" for one that has ended."""
    made = ids.new_id()
    try:
        _payments.claim(payment, made, until=clock.now() + TAKEN_WITHIN)
    except ConditionFailed:
        return ""
    return made


def let_go(payment: Payment, made: str) -> None:
    """Nothing was taken under this claim, and nothing will be."""
    _payments.let_go(payment, made)


def _own_id(given: str) -> str:
    if given and not ids.is_id(given):
        raise ValueError("payment_intent_id must be an id of ours")
    return given or ids.new_id()


def _asked(payment: Payment) -> tuple[object, ...]:
    asked = payment.provider, payment.kind, payment.amount, payment.currency, payment.livemode
    return *asked, payment.payment_method_id
