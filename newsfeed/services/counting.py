"""After an upgrade: what was written before there were numbers and lists beside it."""

from collections.abc import Sequence
from dataclasses import replace

from billing import services as billing
from billing.errors import BillingNotConfigured, PurchaseNotFound
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from newsfeed.items import Unlock
from newsfeed.repository import (
    FOLLOW_LABEL,
    UNLOCK_LABEL,
    EarlierRepository,
    MarkRepository,
    PeopleRepository,
    PostRepository,
    SalesRepository,
)
from newsfeed.services import heads

_earlier = EarlierRepository()
_marks = MarkRepository()
_people = PeopleRepository()
_posts = PostRepository()
_sales = SalesRepository()


def count_follows() -> int:
    """How many came into the numbers; each once, whatever runs twice or ends meanwhile."""
    return sum(
        _counted(_people.counting_earlier(*follow), FOLLOW_LABEL)
        for follow in _earlier.list_follows()
    )


def count_sales() -> int:
    """Without them, a post would count as never bought, and go with what its buyers paid for."""
    return sum(_counted(_sale(unlock), UNLOCK_LABEL) for unlock in _earlier.list_unlocks())


def list_newest() -> int:
    """For those who follow from now on, who look up what an author published before."""
    authors = _earlier.list_authors()
    for author in authors:
        heads.rebuild(author)
    return len(authors)


def _sale(unlock: Unlock) -> list[Write]:
    """Nothing where its post was removed."""
    card = _posts.find_card(unlock.post_id)
    if card is None:
        return []
    paid = replace(card, currency=unlock.currency)
    return [
        _marks.counting_earlier(replace(unlock, author_id=card.user_id)),
        _sales.selling(paid, unlock.user_id, earned=_share(unlock)),
    ]


def _share(unlock: Unlock) -> int:
    try:
        return billing.purchase_receipt(unlock.user_id, f"post:{unlock.post_id}").share
    except (BillingNotConfigured, PurchaseNotFound):
        return 0


def _counted(writes: Sequence[Write], label: str) -> bool:
    if not writes:
        return False
    try:
        transact(writes)
    except TransactionCancelled as error:
        if not error.failed(label):
            raise
        return False
    return True
