"""What ends by itself when its time has come: what is pending, and what nobody captured."""

from billing.sandbox.paypal import captures, orders, refunds, vault
from billing.sandbox.paypal.objects import CAPTURE, ORDER, REFUND, TOKEN
from billing.sandbox.state import State


def tick(state: State) -> None:
    """Everything that is due by the sandbox's clock."""
    for order in state.due(ORDER):
        orders.reverse(state, order)
    for capture in state.due(CAPTURE):
        captures.finish(state, capture)
    for made in state.due(REFUND):
        refunds.finish(state, made)
    for token in state.due(TOKEN):
        vault.finish(state, token)
