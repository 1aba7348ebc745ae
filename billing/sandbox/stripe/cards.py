"""The test cards, as choices: by the names that Stripe's API gives them, never by a number."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCard:
    """`declines` is a decline code; `later` means that it can be saved and only then declines.

    `refunds`: "later" for one that is pending first, "failed" for one that fails after it had
    succeeded. `disputed`: "chargeback" or "inquiry", as soon as it has paid.
    """

    name: str
    label: str
    last4: str
    brand: str = "visa"
    declines: str = ""
    later: bool = False
    authenticates: bool = False
    refunds: str = ""
    disputed: str = ""


CARDS = {
    card.name: card
    for card in (
        TestCard(name="pm_card_visa", label="Pays", last4="4242"),
        TestCard(name="pm_card_mastercard", label="Pays", last4="4444", brand="mastercard"),
        TestCard(
            name="pm_card_authenticationRequired",
            label="Needs authentication, then pays",
            last4="3184",
            authenticates=True,
        ),
        TestCard(
            name="pm_card_visa_chargeDeclined",
            label="Is declined",
            last4="0002",
            declines="generic_decline",
        ),
        TestCard(
            name="pm_card_visa_chargeDeclinedInsufficientFunds",
            label="Has not enough money",
            last4="9995",
            declines="insufficient_funds",
        ),
        TestCard(
            name="pm_card_chargeCustomerFail",
            label="Can be saved, but declines when it is charged",
            last4="0341",
            declines="generic_decline",
            later=True,
        ),
        TestCard(
            name="pm_card_pendingRefund",
            label="Pays; a refund takes a while",
            last4="7726",
            refunds="later",
        ),
        TestCard(
            name="pm_card_refundFail",
            label="Pays; a refund fails afterwards",
            last4="5126",
            refunds="failed",
        ),
        TestCard(
            name="pm_card_createDispute",
            label="Pays, and is charged back",
            last4="0259",
            disputed="chargeback",
        ),
        TestCard(
            name="pm_card_createDisputeInquiry",
            label="Pays, and its bank asks about it",
            last4="1976",
            disputed="inquiry",
        ),
    )
}
