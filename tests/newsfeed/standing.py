"""Rows that decide how people and posts stand to each other, written as they are stored."""

from core import clock, ids
from dynamo.expressions import Update
from newsfeed.repository import PeopleRepository, PostRepository, keys
from newsfeed.repository.rows import stamped


def lock_comments(post):
    PostRepository().table.update(keys.card(post.post_id), Update().set("comments_locked", True))


def relate(user, kind, other):
    key = keys.related(user.user_sub, kind, other.user_sub)
    row = stamped(key, user_id=user.user_sub, made=clock.now())
    PeopleRepository().table.put(row)


def block(user, other):
    relate(user, keys.BLOCKED, other)
    relate(other, keys.BLOCKED_BY, user)


def mute(user, other):
    relate(user, keys.MUTED, other)


def stand_to_nobody(user, kind, number):
    """Rows of `kind` towards so many people of whom there is nothing else."""
    made = [ids.new_id() for _ in range(number)]
    owner = user.user_sub
    rows = (stamped(keys.related(owner, kind, each), user_id=owner, made=each) for each in made)
    PeopleRepository().table.batch_write(puts=rows)
