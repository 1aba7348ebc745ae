"""Taking an unlock back, when the money that paid for it is gone."""

from collections.abc import Sequence

from billing import services as billing
from billing.items import Purchase
from core import ids
from dynamo.errors import TransactionCancelled
from dynamo.gather import gather
from dynamo.table import Write, transact
from newsfeed.repository import SALE_LABEL, UNLOCK_LABEL, MarkRepository, SalesRepository

REFERENCE = "post"  # "post:<id>" is how billing knows what was bought

_marks = MarkRepository()
_sales = SalesRepository()


@billing.reverser(REFERENCE)
def revoke_unlock(purchase: Purchase) -> Sequence[Write]:
    """Joins the transaction that reverses the purchase: from then on the post is a teaser, until
    it is bought again.

    There is no unlock any more where it went with its person's account, whose books stayed; no
    count of sales where it went with its post. Neither makes a difference to the money.
    """
    buyer_sub, post_id = purchase.buyer_sub, purchase.reference.partition(":")[2]
    if not ids.is_id(post_id):
        return []
    unlocked, sale, row = gather(
        lambda: _marks.has_unlock(buyer_sub, post_id),
        lambda: _marks.is_sale(buyer_sub, post_id),
        lambda: _sales.has_sold(post_id, buyer_sub),
    )
    counted = sale and row
    writes = []
    if unlocked:
        writes.append(_marks.revoking(buyer_sub, post_id, reason=purchase.reversed_for))
    if counted:
        taken = _sales.taking_back(
            post_id,
            buyer_sub,
            earned=purchase.share,
            currency=purchase.currency,
            living=unlocked,
        )
        writes.append(taken)
    return writes


def forget_unlocks(user_sub: str) -> None:
    """Of an account that is erased: nobody reads the posts any more, and they stay sold."""
    for post_id in _marks.living_unlocks(user_sub):
        unlock = _marks.forgetting(user_sub, post_id)
        try:
            transact([unlock, _sales.forgetting(post_id, user_sub)])
        except TransactionCancelled as error:
            if not error.failed(SALE_LABEL) and not error.failed(UNLOCK_LABEL):
                raise
