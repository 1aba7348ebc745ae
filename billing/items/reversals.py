"""Money that goes back: refunds by us, disputes by the payer's bank, adjustments by staff."""

from dataclasses import dataclass
from datetime import datetime

from billing.items.names import AdjustmentStatus, DisputeStatus, ProviderName, RefundStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """`refund_id` is ours, minted before the provider is asked; for one made in the provider's
    dashboard it is made from the provider's id, so that the same one is the same row.

    `actor_sub` is the staff member who asked, "" for a dashboard; `provider_ref` is the
    provider's id, "" until it is known. `deficit` is what was spent and became debt. `version`
    counts its steps and names their transactions. `moved_at` as a payment's.
    """

    refund_id: str
    payment_intent_id: str
    user_sub: str
    provider: ProviderName
    amount: int
    currency: str
    status: RefundStatus
    reason: str
    actor_sub: str
    created_at: datetime
    updated_at: datetime
    provider_ref: str = ""
    failure_code: str = ""
    deficit: int = 0
    version: int = 1
    moved_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Its money is held, and its end is not known yet."""
        return self.status in (RefundStatus.PENDING, RefundStatus.UNKNOWN)

    @property
    def is_taken_on(self) -> bool:
        """Its provider said that it makes it, and names it only when it has ended."""
        has_answered = self.status is RefundStatus.PENDING and self.version > 1
        return has_answered and not self.provider_ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """`held` is the part of `amount` that was still in the wallet and is held; the rest became
    debt when it was lost: `deficit`. `fee` is the provider's. `due_at`: until when evidence can be
    sent. `version` counts its steps and names their transactions. `moved_at` as a payment's.
    """

    dispute_id: str
    payment_intent_id: str
    user_sub: str
    provider: ProviderName
    provider_ref: str
    amount: int
    currency: str
    status: DisputeStatus
    reason: str
    held: int
    fee: int
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None = None
    deficit: int = 0
    version: int = 1
    moved_at: datetime | None = None

    @property
    def is_pending(self) -> bool:
        """Somebody may still have to answer it."""
        return self.status in (DisputeStatus.INQUIRY, DisputeStatus.OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputePage:
    """The one that must be answered first comes first; `next_cursor` is "" at the end."""

    items: list[Dispute]
    next_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A correction by staff: `amount` is signed, for the person's wallet. `approver_sub` is "" for
    one that nobody else had to approve."""

    adjustment_id: str
    user_sub: str
    amount: int
    currency: str
    status: AdjustmentStatus
    reason: str
    requester_sub: str
    approver_sub: str
    created_at: datetime
