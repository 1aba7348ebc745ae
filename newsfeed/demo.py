"""A living feed for the demo people: posts of every kind, follows, comments, a purchase."""

import io
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

from ulid import ULID

from billing import services as billing
from billing.errors import InsufficientFunds, WalletRestricted
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.table import transact
from newsfeed import demo_texts
from newsfeed import services as newsfeed
from newsfeed.demo_pictures import picture
from newsfeed.errors import AlreadyUnlocked, PostNotFound
from newsfeed.items import Comment, Visibility, Written
from newsfeed.repository import CARD_LABEL, COMMENT_LABEL, MarkRepository, PostRepository
from newsfeed.services import fanning, media, preparing
from newsfeed.services.comments import write_comment
from newsfeed.services.publishing import compose

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


def load(people: Mapping[str, str]) -> None:
    """Everything has the same id at every load, so what exists stays, deleted posts too."""
    for follower, author in FOLLOWS:
        if follower in people and author in people:
            _follow(people[follower], people[author])
    for post in demo_texts.POSTS:
        if post.author in people:
            _publish(people, post)
    for handle, post in UNLOCKS:
        if handle in people and post.author in people and billing.is_configured():
            _unlock(people[handle], people[post.author], post)
    for handle, post in HIDDEN:
        if handle in people and post.author in people:
            _hide(people[handle], people[post.author], post)


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
    fanning.fan_out(post_id, after="")
    for number, said in enumerate(told.comments):
        if said.author in people:
            hours = told.hours_ago - (number + 1) * 0.4
            comment = Comment(
                comment_id=_id(author, f"{told.name} {number}", hours_ago=hours),
                post_id=post_id,
                user_id=people[said.author],
                text=said.text,
            )
            _comment(comment)


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
    post = compose(post_id, author, written, media.attachments_for(author, media_ids))
    try:
        transact([*PostRepository().adding(post), *media.attaching_writes(post_id, media_ids)])
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


def _comment(comment: Comment) -> None:
    card = PostRepository().find_card(comment.post_id)
    if card is None:
        return
    try:
        write_comment(comment, card)
    except PostNotFound:
        return
    except TransactionCancelled as error:
        if not error.failed(COMMENT_LABEL):
            raise


def _unlock(buyer: str, seller: str, told: demo_texts.DemoPost) -> None:
    post_id = _id(seller, told.name, hours_ago=told.hours_ago)
    if MarkRepository().unlocked_among(buyer, [post_id]):
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
