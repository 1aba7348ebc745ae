"""The providers that the sandbox plays."""

from collections.abc import Callable, Sequence

from billing.sandbox.ccbill.play import CCBillPlay
from billing.sandbox.paypal.play import PayPalPlay
from billing.sandbox.play import Play
from billing.sandbox.state import State
from billing.sandbox.stripe.play import StripePlay

PLAYS: Sequence[Callable[[State], Play]] = (StripePlay, PayPalPlay, CCBillPlay)
