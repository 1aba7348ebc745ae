"""What a difference can be repaired by: the handlers and services that missed it, once more."""

import logging
from collections.abc import Callable
from functools import partial

from billing.items import Dispute, Payment, Refund
from billing.providers.interface import Provider
from billing.services.disputing import apply_dispute_report
from billing.services.events import handle_event
from billing.services.fees import ask_fee
from billing.services.payments import AFTER_THE_CALL, get_owned_payment
from billing.services.reconciling.books import Difference, What
from billing.services.reconciling.rows import Row
from billing.services.refunding import run_refund
from billing.services.sweeping import check_payment
from core.errors import ApplicationError
from dynamo.deadlines import new_deadline

_REPAIRABLE = (What.MISSING_HERE, What.STATUS, What.FEE)

logger = logging.getLogger("billing")


def replay(provider: Provider, found: Difference) -> bool:
    """Whether there was something to do again. One that fails holds up no other: it is compared
    again, and still found."""
    again = _again(provider, found)
    if again is None:
        return False
    try:
        again()
    except ApplicationError as error:
        logger.warning("difference not repaired", extra={"ref": found.ref, "error": error.code})
    except Exception:
        logger.exception("difference not repaired", extra={"ref": found.ref})
    return True


def _again(provider: Provider, found: Difference) -> Callable[[], object] | None:
    if found.what not in _REPAIRABLE or _is_known_otherwise(found):
        return None
    if found.entry and found.entry.event:
        return partial(handle_event, provider, found.entry.event, again=True)
    return _asking(provider, found.row)


def _is_known_otherwise(found: Difference) -> bool:
    """A payment's fee is booked once."""
    row = found.row
    return found.what is What.FEE and isinstance(row, Payment) and row.fee is not None


def _asking(provider: Provider, row: Row | None) -> Callable[[], object] | None:
    match row:
        case Payment():
            ask = ask_fee if row.is_settled else check_payment
            return partial(ask, user_sub=row.user_sub, payment_id=row.payment_intent_id)
        case Refund():
            return partial(run_refund, refund=row)
        case Dispute():
            return partial(_ask_dispute, provider, row)
        case None:
            return None


def _ask_dispute(provider: Provider, dispute: Dispute) -> None:
    """What its webhook would do: no job asks about disputes."""
    if report := provider.fetch_dispute(dispute.provider_ref):
        with new_deadline(AFTER_THE_CALL):
            payment = get_owned_payment(dispute.user_sub, dispute.payment_intent_id)
            apply_dispute_report(payment=payment, report=report)
