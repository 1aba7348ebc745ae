"""The one visibility gate: every output of a post asks it, and it asks nobody."""

from newsfeed.items import Access, Card, Viewer, Visibility


def access_of(card: Card | None, viewer: Viewer) -> Access:
    """What of a post this viewer may have. What is not known is not shown: no card, no access."""
    if card is None or not card.is_published:
        return Access.NONE
    if viewer.user_sub is not None and viewer.user_sub == card.user_id:
        return Access.FULL
    match card.visibility:
        case Visibility.PUBLIC:
            return Access.FULL
        case Visibility.FOLLOWERS if viewer.user_sub and viewer.follows:
            return Access.FULL
        case Visibility.PAID:
            return Access.FULL if viewer.user_sub and viewer.unlocked else Access.TEASER
        case _:
            return Access.NONE
