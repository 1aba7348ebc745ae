"""Money: wallets, payments, purchases, the ledger. The facade that other apps import."""

from billing.services.buying import buy, earnings_of
from billing.services.events import handle_webhook
from billing.services.ledger import list_ledger
from billing.services.methods import (
    find_customer,
    get_owned_method,
    get_settings,
    list_methods,
    remember_customer,
    remove_method,
    save_method,
    set_default_method,
)
from billing.services.payments import (
    attach_references,
    create_payment,
    find_payment_by_reference,
    get_owned_payment,
    list_payments,
    mark_payment,
)
from billing.services.saving import forget_method, refresh_saved_method, start_saving_method
from billing.services.settling import fail_payment, settle_payment
from billing.services.top_ups import (
    cancel_top_up,
    refresh_payment,
    sandbox_dashboard,
    sandbox_on,
    start_top_up,
)
from billing.services.wallet import (
    check_top_up_amount,
    get_wallet,
    is_configured,
    require_configured,
)

__all__ = [
    "attach_references",
    "buy",
    "cancel_top_up",
    "check_top_up_amount",
    "create_payment",
    "earnings_of",
    "fail_payment",
    "find_customer",
    "find_payment_by_reference",
    "forget_method",
    "get_owned_method",
    "get_owned_payment",
    "get_settings",
    "get_wallet",
    "handle_webhook",
    "is_configured",
    "list_ledger",
    "list_methods",
    "list_payments",
    "mark_payment",
    "refresh_payment",
    "refresh_saved_method",
    "remember_customer",
    "remove_method",
    "require_configured",
    "sandbox_dashboard",
    "sandbox_on",
    "save_method",
    "set_default_method",
    "settle_payment",
    "start_saving_method",
    "start_top_up",
]
