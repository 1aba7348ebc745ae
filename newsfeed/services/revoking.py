"""Taking an unlock back, when the money that paid for it is gone."""

from collections.abc import Sequence

from billing import services as billing
from billing.items import Purchase
from core import ids
from dynamo.table import Write
from newsfeed.repository import MarkRepository

REFERENCE = "post"  # "post:<id>" is how billing knows what was bought

_marks = MarkRepository()


@billing.reverser(REFERENCE)
def revoke_unlock(purchase: Purchase) -> Sequence[Write]:
    """Joins the transaction that reverses the purchase: from then on the post is a teaser, until
    it is bought again.

    Nothing where there is no unlock any more: it went with its person's account, and their books
    stayed. Whether the post is there makes no difference to the money.
    """
    post_id = purchase.reference.partition(":")[2]
    if not ids.is_id(post_id) or not _marks.has_unlock(purchase.buyer_sub, post_id):
        return []
    return [_marks.revoking(purchase.buyer_sub, post_id, reason=purchase.reversed_for)]
