"""The one visibility gate: every output of a post asks it, and it asks nobody."""

from newsfeed.items import Access, Card, PostState, Viewer, Visibility

_THERE = (PostState.PUBLISHED, PostState.DELETED)


def access_of(card: Card | None, viewer: Viewer) -> Access:
    """What of a post this viewer may have. What is not known is not shown: no card, no access.

    Between two people of whom one blocked the other there is nothing. Who bought a post reads it
    whatever became of its visibility, and goes on reading one that its author deleted.
    """
    if card is None or card.state not in _THERE:
        return Access.NONE
    if viewer.user_sub is None:
        return _of_a_stranger(card)
    if viewer.user_sub == card.user_id:
        return Access.FULL if card.is_published else Access.NONE
    if viewer.blocked:
        return Access.NONE
    if viewer.unlocked:
        return Access.FULL
    if card.is_published and card.visibility is Visibility.FOLLOWERS and viewer.follows:
        return Access.FULL
    return _of_a_stranger(card)


def _of_a_stranger(card: Card) -> Access:
    if not card.is_published:
        return Access.NONE
    match card.visibility:
        case Visibility.PUBLIC:
            return Access.FULL
        case Visibility.PAID:
            return Access.TEASER
        case _:
            return Access.NONE
