"""What ends by itself when its time has come: refunds, slow payments, checkout sessions."""

from billing.sandbox.state import State
from billing.sandbox.stripe import checkout, refunds


def tick(state: State) -> None:
    """Everything that is due by the sandbox's clock."""
    for session in state.all(checkout.SESSION):
        checkout.expire_if_due(state, session)
    for intent in state.due("payment_intent"):
        checkout.finish(state, intent, paid=intent["_ends"] == "succeeded")
    for made in state.due(refunds.REFUND):
        refunds.finish(state, made)
