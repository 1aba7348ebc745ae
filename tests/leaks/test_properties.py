"""Whoever looks, however they stand to the author, whatever became of the post: each output gives
what the rule says, and no output gives more."""

from dataclasses import dataclass, replace

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynamo.table import transact
from newsfeed import services as newsfeed
from newsfeed.errors import PostNotFound
from newsfeed.items import Access, Visibility
from newsfeed.repository import MarkRepository
from tests import engines
from tests.factories import make_user
from tests.leaks.canaries import found, word
from tests.leaks.outputs import addresses, answers
from tests.newsfeed import feeds, people

NONE, TEASER, FULL = Access.NONE, Access.TEASER, Access.FULL
FREE, REST = word("free"), word("rest")
VISIBILITIES = st.sampled_from(list(Visibility))
CALM = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@dataclass(frozen=True)
class Case:
    """`block` names who blocked the other, `lifted` whether that was taken back."""

    viewer: str
    was: Visibility
    now: Visibility
    fate: str
    follows: bool
    bought: str
    block: str
    lifted: bool
    muted: bool
    hidden: bool


cases = st.builds(
    Case,
    viewer=st.sampled_from(["reader", "reader", "reader", "visitor", "author"]),
    was=VISIBILITIES,
    now=VISIBILITIES,
    fate=st.sampled_from(["published", "published", "deleted", "restored", "purged"]),
    follows=st.booleans(),
    bought=st.sampled_from(["", "", "held", "refunded"]),
    block=st.sampled_from(["", "", "", "author", "reader"]),
    lifted=st.booleans(),
    muted=st.booleans(),
    hidden=st.booleans(),
)


def settled(case):
    """A post that somebody holds is not removed for good."""
    held = case.fate == "purged" and case.bought == "held"
    return replace(case, fate="deleted") if held else case


def expected(case):
    """The rule in words of its own: nothing here asks the product."""
    if case.fate == "purged":
        return NONE
    if case.viewer == "author":
        return NONE if case.fate == "deleted" else FULL
    if case.viewer == "reader" and case.block and not case.lifted:
        return NONE
    if case.viewer == "reader" and case.bought == "held":
        return FULL
    if case.fate == "deleted" or case.now is Visibility.PRIVATE:
        return NONE
    if case.now is Visibility.FOLLOWERS:
        stays = case.viewer == "reader" and case.follows and not case.block
        return FULL if stays else NONE
    return TEASER if case.now is Visibility.PAID else FULL


class Told:
    """A case as it happened."""

    def __init__(self, case):
        self.author, self.reader = make_user("alice"), make_user("bob")
        self.post = feeds.publish(self.author, _body(), case.was)
        self.stand(case)
        if case.was is not case.now:
            feeds.edit(self.author, self.post, _body(), case.now)
        feeds.work()
        self.meet(case)
        feeds.work()
        self.places = {
            "post_id": [self.post.post_id],
            "handle": [self.author.handle],
            "author_sub": [self.author.user_sub],
            "comment_id": [self.post.post_id],
            "draft_id": [self.post.post_id],
            "since": [self.post.post_id],
            "deleted_id": [self.post.post_id],
            "media_id": [self.post.post_id],
            "variant": ["full"],
            "media_ids": [[self.post.post_id]],
        }

    def stand(self, case):
        if case.follows:
            feeds.follow(self.reader, self.author)
        if case.bought:
            feeds.sell(self.post, self.reader, count=int(case.bought == "held"))
        if case.bought == "refunded":
            sub, post_id = self.reader.user_sub, self.post.post_id
            transact([MarkRepository().revoking(sub, post_id, reason="refund")])
        if case.muted:
            people.mute(self.reader, self.author)

    def meet(self, case):
        if case.hidden and case.viewer == "reader" and expected(_open(case)):
            feeds.hide(self.reader, self.post)
        if case.fate != "published":
            feeds.delete(self.author, self.post)
        if case.fate == "restored":
            feeds.restore(self.author, self.post)
        if case.fate == "purged":
            feeds.purge(self.author, self.post)
        if case.block:
            pair = (self.author, self.reader)
            blocker, other = pair if case.block == "author" else pair[::-1]
            people.block(blocker, other)
            if case.lifted:
                people.unblock(blocker, other)


def _open(case):
    return replace(case, fate="published", block="")


def _body():
    return f"Free {FREE}.\n\n<!-- more -->\n\nRest {REST}."


def access_in(read):
    try:
        return read().access
    except PostNotFound:
        return NONE


def allowed(access):
    return {NONE: set(), TEASER: {FREE}, FULL: {FREE, REST}}[access]


def doors(told):
    """Where posts are shown; the long run asks at every address."""
    post_id, handle = told.post.post_id, told.author.handle
    pages = ("/feed/", "/explore/", f"/posts/{post_id}/", f"/@{handle}/")
    return (*pages, f"/api/v1/posts/{post_id}/", f"/api/v1/posts/?author={handle}")


def check(case, client_for, asked=doors):
    case = settled(case)
    engines.empty_tables() if engines.TEST_ENDPOINT else engines.empty_moto()
    told = Told(case)
    viewer = {"reader": told.reader, "author": told.author}.get(case.viewer)
    sub = viewer.user_sub if viewer else None
    access = expected(case)
    post_id = told.post.post_id
    assert access_in(lambda: newsfeed.read_post(viewer_sub=sub, post_id=post_id)) is access
    if case.viewer == "author":
        return  # of one's own, lists of deleted posts and former texts may say more
    for name, answer in answers(told, viewer):
        assert found({FREE, REST}, answer) <= allowed(access), name
    client = client_for(viewer) if viewer else Client()
    for address in asked(told):
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert found({FREE, REST}, content) <= allowed(access), address


@settings(max_examples=15, **CALM)
@given(case=cases)
def test_each_output_gives_what_the_rule_says(client_for, case):
    check(case, client_for)


@pytest.mark.long
@pytest.mark.timeout(900)
@settings(max_examples=60, **CALM)
@given(case=cases)
def test_each_output_gives_what_the_rule_says_in_many_cases(client_for, case):
    check(case, client_for, addresses)
