"""What a provider says of a saved method that was changed or removed there."""

from dataclasses import replace

from billing.errors import PaymentMethodNotFound
from billing.items import MethodFacts, MethodStatus, PaymentMethod, ProviderName
from billing.repository import METHOD_LABEL, MethodRepository, is_key_part
from billing.services import methods
from billing.services.expiring import expiry_writes
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact

_methods = MethodRepository()


def apply_method_report(
    *, provider: ProviderName, provider_ref: str, facts: MethodFacts | None, actor: Actor
) -> str:
    """Keep what is new about a method, or forget one that is gone there (`facts` is None); whose
    it is, "" for one that is not saved here. A removed one stays removed."""
    known = is_key_part(provider_ref)
    method = _methods.find_by_reference(provider, provider_ref) if known else None
    if method is None:
        return ""
    if method.status is not MethodStatus.ACTIVE:
        return method.user_sub
    try:
        if facts is None:
            methods.remove_method(
                user_sub=method.user_sub, payment_method_id=method.payment_method_id, actor=actor
            )
        else:
            transact([_methods.describing(method, facts), *_notices(method, facts)])
    except PaymentMethodNotFound:
        pass  # removed meanwhile
    except TransactionCancelled as error:
        if not error.failed(METHOD_LABEL):
            raise
    return method.user_sub


def _notices(method: PaymentMethod, facts: MethodFacts) -> list[Write]:
    """Of another end than before."""
    told = replace(method, exp_month=facts.exp_month, exp_year=facts.exp_year)
    return [] if told == method else expiry_writes(told)
