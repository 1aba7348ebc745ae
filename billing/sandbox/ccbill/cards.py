"""The test cards, as choices: they have no numbers. CCBill itself publishes none that pay."""

from dataclasses import dataclass

BIN = "411111"
DENIED, EXPIRED, NO_FUNDS, UNAUTHENTICATED = 24, 31, 34, 45
# By CCBill's decline code: what it says, and what a webhook calls it, of which CCBill's guide shows
# BE-140 alone.
DECLINES = {
    DENIED: ("Transaction Denied by Bank", "BE-110"),
    EXPIRED: ("Credit Card Expired, or Invalid Date", "BE-120"),
    NO_FUNDS: ("Insufficient funds", "BE-140"),
    UNAUTHENTICATED: ("Strong Customer Authentication required", "BE-145"),
}
_PLANNED = {"insufficient_funds": NO_FUNDS, "expired_card": EXPIRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCard:
    """`declines` is a decline code; `later` means that it pays on the form and declines only when
    it is charged again. `refunds` says whether a refund of it goes through."""

    name: str
    label: str
    last4: str
    brand: str = "VISA"
    declines: int = 0
    later: bool = False
    authenticates: bool = False
    refunds: bool = True
    disputed: bool = False


CARDS = {
    card.name: card
    for card in (
        TestCard(name="pays", label="Pays", last4="4242"),
        TestCard(name="pays_mastercard", label="Pays", last4="4444", brand="MASTERCARD"),
        TestCard(
            name="needs_3ds",
            label="Needs 3D Secure, then pays",
            last4="3184",
            authenticates=True,
        ),
        TestCard(name="declined", label="Is declined", last4="0002", declines=DENIED),
        TestCard(
            name="insufficient_funds",
            label="Has not enough money",
            last4="9995",
            declines=NO_FUNDS,
        ),
        TestCard(
            name="declined_later",
            label="Pays, but declines when it is charged again",
            last4="0341",
            declines=DENIED,
            later=True,
        ),
        TestCard(
            name="refund_refused",
            label="Pays; a refund is refused",
            last4="5126",
            refunds=False,
        ),
        TestCard(
            name="charged_back",
            label="Pays, and is charged back",
            last4="0259",
            disputed=True,
        ),
    )
}


def decline_of(code: str) -> int:
    """CCBill's code for a planned outcome: by its own number, or as Stripe names it."""
    if code.isdigit() and int(code) in DECLINES:
        return int(code)
    return _PLANNED.get(code, DENIED)
