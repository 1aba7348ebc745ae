"""What ends by itself when its time has come: pending captures, refunds, accounts to be saved."""

from billing.sandbox.paypal import captures, refunds, vault
from billing.sandbox.paypal.objects import CAPTURE, REFUND, TOKEN
from billing.sandbox.state import State


def tick(state: State) -> None:
    """Everything that is due by the sandbox's clock."""
    for capture in state.due(CAPTURE):
        captures.finish(state, capture)
    for made in state.due(REFUND):
        refunds.finish(state, made)
    for token in state.due(TOKEN):
        vault.finish(state, token)
