"""A living feed for the demo people: posts of every kind, follows, comments, a purchase."""

import io
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from ulid import ULID

from billing import services as billing
from billing.errors import InsufficientFunds, WalletRestricted
from core import clock
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.table import transact
from newsfeed import demo_texts
from newsfeed import services as newsfeed
from newsfeed.demo_pictures import picture
from newsfeed.errors import (
    AlreadyUnlocked,
    CommentNotFound,
    CommentsLocked,
    PostLocked,
    PostNotFound,
)
from newsfeed.items import Comment, DraftText, Visibility, Written
from newsfeed.repository import (
    CARD_LABEL,
    COMMENT_LABEL,
    MarkRepository,
    PostRepository,
    ReactionRepository,
)
from newsfeed.services import media, preparing
from newsfeed.services.comments import write_comment
from newsfeed.services.publishing import prepared

_ITEM = re.compile(r"- |\d+\. ")
FOLLOWS = (
    *(("bob", author) for author in ("alice", "carol", "dan", "erin")),
    *(("alice", author) for author in ("carol", "dan")),
    *(("carol", author) for author in ("alice", "erin")),
    *(("dan", author) for author in ("alice", "carol")),
    *(("erin", author) for author in ("carol", "bob")),
)
UNLOCKS = (
    ("bob", demo_texts.BOUGHT),
    ("bob", demo_texts.HYDRATION),
    ("alice", demo_texts.ISLANDS),
    ("carol", demo_texts.DEVELOPER),
)
HIDDEN = (("bob", demo_texts.BURNT),)
MUTED = (("bob", "dan"),)
BLOCKED = (("erin", "dan"),)


def load(people: Mapping[str, str]) -> None:
    """Everything has the same id at every load, so what exists stays, deleted posts too. What
    leaves no trace when it is taken back is there for those who come for the first time."""
    posts = [post for post in demo_texts.POSTS if post.author in people]
    fresh = {handle for handle, user_sub in people.items() if not _has_posts(handle, user_sub)}
    for follower, author in FOLLOWS:
        if follower in people and author in people:
            _follow(people[follower], people[author])
    for post in posts:
        _publish(people, post)
    for step, chosen in ((_unlock, UNLOCKS), (_hide, HIDDEN)):
        for handle, post in chosen:
            if handle in people and post.author in people:
                step(people[handle], people[post.author], post)
    for post in posts:
        for handle, kind in post.reactions:
            if handle in people:
                _react(people[handle], people[post.author], post, kind)
    _load_once({handle: people[handle] for handle in fresh}, people)


def _has_posts(handle: str, user_sub: str) -> bool:
    mine = [post for post in demo_texts.POSTS if post.author == handle]
    post_ids = [_id(user_sub, post.name, hours_ago=post.hours_ago) for post in mine]
    return bool(PostRepository().find_cards(post_ids))


def _load_once(fresh: Mapping[str, str], people: Mapping[str, str]) -> None:
    for draft in demo_texts.DRAFTS:
        if draft.author in fresh:
            _draft(fresh[draft.author], draft)
    name, added = demo_texts.EDITED
    for post in demo_texts.POSTS:
        if post.author in fresh and post.name == name:
            _edit(fresh[post.author], post, added)
        if post.author in fresh and post.name in demo_texts.PINNED:
            post_id = _id(fresh[post.author], post.name, hours_ago=post.hours_ago)
            author = fresh[post.author]
            newsfeed.pin_post(author_sub=author, post_id=post_id, actor=Actor(author))
    for turn_away, pairs in ((newsfeed.mute, MUTED), (newsfeed.block, BLOCKED)):
        for handle, other in pairs:
            if handle in fresh and other in people:
                sub = fresh[handle]
                turn_away(user_sub=sub, other_sub=people[other], actor=Actor(sub))


def _draft(author: str, told: demo_texts.DemoDraft) -> None:
    if told.visibility is Visibility.PAID and not billing.is_configured():
        return
    draft_id = _id(author, told.name, hours_ago=0)
    text = DraftText(body=_flowing(told.body), visibility=str(told.visibility), price=told.price)
    actor = Actor(author)
    newsfeed.save_draft(author_sub=author, draft_id=draft_id, version=0, text=text, actor=actor)
    if told.days:
        due = clock.now().replace(minute=0) + timedelta(days=told.days)
        newsfeed.schedule_draft(author_sub=author, draft_id=draft_id, due=due, actor=actor)


def _edit(author: str, told: demo_texts.DemoPost, added: str) -> None:
    post_id = _id(author, told.name, hours_ago=told.hours_ago)
    written = Written(body=_flowing(told.body + added), visibility=told.visibility)
    newsfeed.edit_post(
        author_sub=author, post_id=post_id, version=1, written=written, actor=Actor(author)
    )


def _follow(follower: str, author: str) -> None:
    """A follow that is there is not asked for again: each one asked for counts to a limit."""
    if not newsfeed.is_following(follower_sub=follower, author_sub=author):
        newsfeed.follow(follower_sub=follower, author_sub=author, actor=Actor(follower))


def _publish(people: Mapping[str, str], told: demo_texts.DemoPost) -> None:
    author = people[told.author]
    if told.visibility is Visibility.PAID and not billing.is_configured():
        return
    post_id = _id(author, told.name, hours_ago=told.hours_ago)
    if PostRepository().find_card(post_id) is None:
        _write(author, post_id, told)
    for number, said in enumerate(told.comments):
        if said.author in people:
            _talk(people, author, told, number)


def _write(author: str, post_id: str, told: demo_texts.DemoPost) -> None:
    """Its pictures come first: a load that broke off leaves some that no post holds, and they go
    after a day."""
    media_ids = tuple(_upload(author, name, alt) for name, alt in told.pictures)
    written = Written(
        body=_flowing(told.body),
        visibility=told.visibility,
        unlock_price=told.price,
        warning=told.warning,
        media_ids=media_ids,
    )
    _post, writes = prepared(post_id, author, written)
    try:
        transact(writes)
    except TransactionCancelled as error:
        if not error.failed(CARD_LABEL):
            raise


def _upload(author: str, name: str, alt: str) -> str:
    """Made ready here and now: no worker runs yet."""
    file = io.BytesIO(picture(name))
    uploaded = media.upload(
        author_sub=author, file=file, name=f"{name}.png", alt=alt, actor=Actor(author)
    )
    preparing.prepare(uploaded.media_id)
    return uploaded.media_id


def _flowing(text: str) -> str:
    """Without the line breaks of the source file, which readers would see."""
    return "\n\n".join(map(_flow, text.split("\n\n")))


def _flow(block: str) -> str:
    """A list keeps a line for each of its items."""
    return block if _ITEM.match(block) else " ".join(block.splitlines())


def _talk(people: Mapping[str, str], author: str, told: demo_texts.DemoPost, number: int) -> None:
    """A comment, and what was answered in the quarter of an hour after it."""
    said, name = told.comments[number], f"{told.name} {number}"
    hours = told.hours_ago - (number + 1) * 0.4
    comment = Comment(
        comment_id=_id(author, name, hours_ago=hours),
        post_id=_id(author, told.name, hours_ago=told.hours_ago),
        user_id=people[said.author],
        text=said.text,
    )
    _comment(comment)
    for turn, (handle, text) in enumerate(said.replies):
        if handle in people:
            reply_id = _id(author, f"{name} {turn}", hours_ago=hours - (turn + 1) * 0.06)
            reply = replace(comment, comment_id=reply_id, user_id=people[handle], text=text)
            _comment(replace(reply, parent_id=comment.comment_id), comment)


def _comment(comment: Comment, answered: Comment | None = None) -> None:
    card = PostRepository().find_card(comment.post_id)
    if card is None:
        return
    try:
        write_comment(comment, card, answered)
    except (CommentNotFound, CommentsLocked, PostNotFound):
        return
    except TransactionCancelled as error:
        if not error.failed(COMMENT_LABEL):
            raise


def _react(reader: str, author: str, told: demo_texts.DemoPost, kind: str) -> None:
    """Whoever reacted once, or took it back, is not asked again."""
    post_id = _id(author, told.name, hours_ago=told.hours_ago)
    if ReactionRepository().find(post_id, reader) is None:
        with suppress(PostLocked, PostNotFound):
            newsfeed.react(user_sub=reader, post_id=post_id, kind=kind, actor=Actor(reader))


def _unlock(buyer: str, seller: str, told: demo_texts.DemoPost) -> None:
    post_id = _id(seller, told.name, hours_ago=told.hours_ago)
    if not billing.is_configured() or MarkRepository().unlocked_among(buyer, [post_id]):
        return
    with suppress(AlreadyUnlocked, InsufficientFunds, WalletRestricted, PostNotFound):
        newsfeed.unlock_post(
            buyer_sub=buyer, post_id=post_id, price=told.price, version=1, actor=Actor(buyer)
        )


def _hide(reader: str, author: str, told: demo_texts.DemoPost) -> None:
    post_id = _id(author, told.name, hours_ago=told.hours_ago)
    with suppress(PostNotFound):
        newsfeed.hide_post(user_sub=reader, post_id=post_id, actor=Actor(reader))


def _id(user_sub: str, name: str, *, hours_ago: float) -> str:
    """A ULID of some hours before the account was made; the same one at every load."""
    made = ULID.from_str(user_sub)
    moment = ULID.from_datetime(made.datetime - timedelta(hours=hours_ago))
    digest = sha256(f"{user_sub}:newsfeed:{name}".encode()).digest()
    return str(ULID.from_bytes(moment.bytes[:6] + digest[:10]))
