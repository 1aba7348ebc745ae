"""What ends by itself when its time has come: refunds, slow payments, checkout sessions."""

from billing.sandbox import checkout, refunds
from billing.sandbox.state import State
from billing.sandbox.wire import Wire


def tick(state: State) -> None:
    """Everything that is due by the sandbox's clock."""
    known = len(state.objects)
    for session in state.all(checkout.SESSION):
        checkout.expire_if_due(state, session)
    for intent in _due(state, "payment_intent"):
        checkout.finish(state, intent, paid=intent["_ends"] == "succeeded")
    for made in _due(state, refunds.REFUND):
        refunds.finish(state, made)
    if len(state.objects) > known:  # each end is an event
        state.save()


def next_moment(state: State) -> float | None:
    """When something that takes its time ends next."""
    kinds = ("payment_intent", refunds.REFUND)
    moments = [thing["_due"] for kind in kinds for thing in state.all(kind) if thing.get("_due")]
    return min(moments, default=None)


def _due(state: State, kind: str) -> list[Wire]:
    """Oldest first."""
    found = reversed(state.all(kind))
    return [thing for thing in found if thing.get("_due") and thing["_due"] <= state.now()]
