"""The billing table: balances, payments, ledger, references and the webhook inbox."""

from billing.repository.adjustments import ADJUSTMENT_LABEL, AdjustmentRepository
from billing.repository.caps import CAP_LABEL, CapRepository
from billing.repository.disputes import DISPUTE_LABEL, DisputeRepository, to_dispute
from billing.repository.inbox import InboxRepository
from billing.repository.ledger import LEDGER_LABEL, LedgerRepository
from billing.repository.methods import (
    METHOD_LABEL,
    METHOD_REFERENCE_LABEL,
    SETTINGS_LABEL,
    MethodRepository,
)
from billing.repository.payments import (
    PAYMENT_LABEL,
    REFERENCE_LABEL,
    PaymentRepository,
    to_payment,
)
from billing.repository.people import PersonRepository
from billing.repository.purchases import PURCHASE_LABEL, PurchaseRepository
from billing.repository.refunds import REFUND_LABEL, RefundRepository, to_refund
from billing.repository.requests import KEPT_FOR as REQUESTS_KEPT_FOR
from billing.repository.requests import RequestRepository
from billing.repository.schema import BILLING, is_key_part
from billing.repository.statements import StatementRepository
from billing.repository.wallets import BALANCE_LABEL, WalletRepository

__all__ = [
    "ADJUSTMENT_LABEL",
    "BALANCE_LABEL",
    "BILLING",
    "CAP_LABEL",
    "DISPUTE_LABEL",
    "LEDGER_LABEL",
    "METHOD_LABEL",
    "METHOD_REFERENCE_LABEL",
    "PAYMENT_LABEL",
    "PURCHASE_LABEL",
    "REFERENCE_LABEL",
    "REFUND_LABEL",
    "REQUESTS_KEPT_FOR",
    "SETTINGS_LABEL",
    "AdjustmentRepository",
    "CapRepository",
    "DisputeRepository",
    "InboxRepository",
    "LedgerRepository",
    "MethodRepository",
    "PaymentRepository",
    "PersonRepository",
    "PurchaseRepository",
    "RefundRepository",
    "RequestRepository",
    "StatementRepository",
    "WalletRepository",
    "is_key_part",
    "to_dispute",
    "to_payment",
    "to_refund",
]
