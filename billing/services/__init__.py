"""Money: wallets, payments, purchases, the ledger. The facade that other apps import."""

from billing.services.adjusting import adjust, write_off
from billing.services.auditing import Finding, audit_all, audit_person
from billing.services.buying import buy, earnings_of, share_of
from billing.services.caps import left_today
from billing.services.charging import charge_method
from billing.services.checking import check_write
from billing.services.clawing import claw_back, claw_back_refund, reverser
from billing.services.disputing import (
    apply_dispute_report,
    get_dispute,
    list_disputes,
    open_disputes,
)
from billing.services.events import handle_webhook
from billing.services.expiring import notice_of_expiry
from billing.services.exporting import export_ledger
from billing.services.fees import ask_fee, fee_write, note_fee
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
from billing.services.receipts import purchase_receipt, seller, top_up_receipt
from billing.services.reconciling import Difference, Reconciliation, reconcile, repair
from billing.services.refund_reports import apply_refund_report
from billing.services.refunding import (
    get_refund,
    list_refunds,
    refund_call_write,
    request_refund,
    run_refund,
)
from billing.services.replaying import (
    failed_webhooks,
    get_webhook,
    missed_webhooks,
    refused_webhooks,
    replay_webhook,
    replay_webhooks,
    retry_webhooks,
)
from billing.services.reversing import reverse_purchase
from billing.services.saving import (
    forget_method,
    refresh_saved_method,
    start_saving_method,
    visit_of,
)
from billing.services.searching import dashboard_of, search_payment
from billing.services.settling import fail_payment, settle_payment
from billing.services.staff import alone_left, ask_adjustment, ask_refund, needs_second
from billing.services.statements import get_statement, list_statements, statement_lines
from billing.services.sweeping import check_payment, is_overdue, open_payments
from billing.services.timeline import get_history
from billing.services.top_ups import (
    can_be_paid,
    cancel_top_up,
    continue_payment,
    payment_of_return,
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
    shown_limits,
    top_up_limits,
)

__all__ = [
    "Difference",
    "Finding",
    "Reconciliation",
    "adjust",
    "alone_left",
    "apply_dispute_report",
    "apply_refund_report",
    "ask_adjustment",
    "ask_fee",
    "ask_refund",
    "attach_references",
    "audit_all",
    "audit_person",
    "buy",
    "can_be_paid",
    "cancel_top_up",
    "charge_method",
    "check_payment",
    "check_top_up_amount",
    "check_write",
    "claw_back",
    "claw_back_refund",
    "continue_payment",
    "create_payment",
    "dashboard_of",
    "earnings_of",
    "export_ledger",
    "fail_payment",
    "failed_webhooks",
    "fee_write",
    "find_customer",
    "find_payment_by_reference",
    "forget_method",
    "get_dispute",
    "get_history",
    "get_owned_method",
    "get_owned_payment",
    "get_refund",
    "get_settings",
    "get_statement",
    "get_wallet",
    "get_webhook",
    "handle_webhook",
    "is_configured",
    "is_overdue",
    "left_today",
    "list_disputes",
    "list_ledger",
    "list_methods",
    "list_payments",
    "list_refunds",
    "list_statements",
    "mark_payment",
    "missed_webhooks",
    "needs_second",
    "note_fee",
    "notice_of_expiry",
    "open_disputes",
    "open_payments",
    "payment_of_return",
    "purchase_receipt",
    "reconcile",
    "refresh_payment",
    "refresh_saved_method",
    "refund_call_write",
    "refused_webhooks",
    "remember_customer",
    "remove_method",
    "repair",
    "replay_webhook",
    "replay_webhooks",
    "request_refund",
    "require_configured",
    "retry_webhooks",
    "reverse_purchase",
    "reverser",
    "run_refund",
    "sandbox_dashboard",
    "sandbox_on",
    "save_method",
    "search_payment",
    "seller",
    "set_default_method",
    "settle_payment",
    "share_of",
    "shown_limits",
    "start_saving_method",
    "start_top_up",
    "statement_lines",
    "top_up_limits",
    "top_up_receipt",
    "visit_of",
    "write_off",
]
