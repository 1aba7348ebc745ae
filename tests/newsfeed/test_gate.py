"""Who may have what of a post: the whole table, and nothing for what is not known."""

import pytest

from core import clock
from newsfeed.gate import access_of
from newsfeed.items import Access, Card, PostState, Viewer, Visibility

AUTHOR, READER = "0" * 25 + "1", "0" * 25 + "2"
ANONYMOUS, STRANGER = Viewer(), Viewer(user_sub=READER)
FOLLOWER, BUYER = Viewer(user_sub=READER, follows=True), Viewer(user_sub=READER, unlocked=True)
OWNER = Viewer(user_sub=AUTHOR)
NONE, TEASER, FULL = Access.NONE, Access.TEASER, Access.FULL
BLOCKED = Viewer(user_sub=READER, follows=True, unlocked=True, blocked=True)
# A buyer reads what was paid, whoever else may read it now.
TABLE = {
    Visibility.PUBLIC: (FULL, FULL, FULL, FULL, FULL, NONE),
    Visibility.FOLLOWERS: (NONE, NONE, FULL, FULL, FULL, NONE),
    Visibility.PAID: (TEASER, TEASER, TEASER, FULL, FULL, NONE),
    Visibility.PRIVATE: (NONE, NONE, NONE, FULL, FULL, NONE),
}


def card(visibility=Visibility.PUBLIC, state=PostState.PUBLISHED):
    return Card(
        post_id="0" * 26,
        user_id=AUTHOR,
        state=state,
        visibility=visibility,
        text="",
        has_more=False,
        unlock_price=0,
        currency="",
        version=1,
        updated_at=clock.now(),
    )


def accesses(card):
    viewers = (ANONYMOUS, STRANGER, FOLLOWER, BUYER, OWNER, BLOCKED)
    return tuple(access_of(card, viewer) for viewer in viewers)


@pytest.mark.parametrize("visibility", Visibility)
def test_each_visibility_opens_for_whom_it_names(visibility):
    assert accesses(card(visibility)) == TABLE[visibility]


@pytest.mark.parametrize("visibility", Visibility)
def test_a_deleted_post_is_there_for_those_who_bought_it_only(visibility):
    assert accesses(card(visibility, PostState.DELETED)) == (NONE, NONE, NONE, FULL, NONE, NONE)


@pytest.mark.parametrize("visibility", Visibility)
def test_of_a_removed_post_nothing_is_left_for_anybody(visibility):
    assert set(accesses(card(visibility, PostState.REMOVED))) == {NONE}


def test_without_a_card_nobody_gets_anything():
    assert set(accesses(None)) == {NONE}


def test_a_visibility_of_a_newer_version_opens_to_no_reader_but_buyers():
    assert accesses(card("invited")) == (NONE, NONE, NONE, FULL, FULL, NONE)


def test_marks_without_a_person_open_nothing():
    everything = Viewer(follows=True, unlocked=True)
    assert access_of(card(Visibility.FOLLOWERS), everything) is NONE
    assert access_of(card(Visibility.PAID), everything) is TEASER
