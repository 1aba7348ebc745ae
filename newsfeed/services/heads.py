"""The newest posts of authors whom somebody looks up: ids only, the same for every reader, so a
process may keep them for a moment. What is shown of a post is still read when it is shown."""

from datetime import timedelta
from functools import partial

from core import clock
from core.memory import Memory
from dynamo.gather import gather
from newsfeed.items import Head, Relations
from newsfeed.repository import HeadRepository

KEPT = timedelta(seconds=5)
AT_ONCE, AT_MOST = 100, 300  # of one BatchGet; for one reader

_heads = HeadRepository()
_known: Memory[str, Head] = Memory()


def find_heads(relations: Relations) -> dict[str, Head]:
    """Of everybody whom this reader looks up, by author. One hop, none when all are known.

    Beyond 300 those come first of whom no pointers come at all.
    """
    wanted = relations.pulled - relations.gone
    ordered = sorted(wanted, key=lambda author: (author in relations.lately, author))
    now = clock.now()
    heads = {author: _known.get(author, now) for author in ordered[:AT_MOST]}
    missing = [author for author, head in heads.items() if head is None]
    chunks = [missing[at : at + AT_ONCE] for at in range(0, len(missing), AT_ONCE)]
    for chunk, found in zip(
        chunks, gather(*(partial(_heads.find_many, chunk) for chunk in chunks)), strict=True
    ):
        for author in chunk:
            heads[author] = _remember(author, found.get(author, Head()))
    return {author: head for author, head in heads.items() if head}


def rebuild(author_id: str) -> None:
    """After a post was published or came back; other processes notice within five seconds."""
    _heads.rebuild(author_id)
    _known.drop(author_id)


def _remember(author_id: str, head: Head) -> Head:
    _known.put(author_id, head, until=clock.now() + KEPT)
    return head
