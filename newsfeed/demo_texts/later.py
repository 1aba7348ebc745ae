"""What is not published, or was changed since: drafts, one that waits for its time, an edit."""

from dataclasses import dataclass

from newsfeed.demo_texts.told import PAID, PUBLIC
from newsfeed.items import Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDraft:
    """`days`: in how many it is published by itself; 0 for one that waits for its author."""

    name: str
    author: str
    body: str
    visibility: Visibility = PUBLIC
    price: str = ""
    days: int = 0


DRAFTS = (
    DemoDraft(
        name="night",
        author="alice",
        body="""\
## The night train

Half past two, one lamp, and a driver who waved. I have nothing but the notes so far:

- eleven seconds, wide open
- cold hands""",
    ),
    DemoDraft(
        name="cups",
        author="carol",
        visibility=PAID,
        price="3.50",
        body="""\
How I pull a handle in one go, and why most of mine are still crooked.

<!-- more -->

To be written on Sunday.""",
    ),
    DemoDraft(
        name="slides",
        author="alice",
        days=3,
        body="""\
The slides from the coast line are back from the lab. Tomorrow I put up the screen in the garden;
whoever comes brings a chair.""",
    ),
)
EDITED = (
    "begin",
    """

Since last week also of a model railway, at a scale of one to one: the owner asked for every
tree.""",
)
PINNED = ("kit", "contours")
