"""What the demo people wrote."""

from newsfeed.demo_texts import alice, bob, carol, dan, erin
from newsfeed.demo_texts.alice import DEVELOPER
from newsfeed.demo_texts.carol import BOUGHT
from newsfeed.demo_texts.dan import ISLANDS
from newsfeed.demo_texts.erin import BURNT, HYDRATION
from newsfeed.demo_texts.later import DRAFTS, EDITED, PINNED, DemoDraft
from newsfeed.demo_texts.told import DemoPost, Said

POSTS: tuple[DemoPost, ...] = (
    *alice.POSTS,
    *bob.POSTS,
    *carol.POSTS,
    *dan.POSTS,
    *erin.POSTS,
)

__all__ = [
    "BOUGHT",
    "BURNT",
    "DEVELOPER",
    "DRAFTS",
    "EDITED",
    "HYDRATION",
    "ISLANDS",
    "PINNED",
    "POSTS",
    "DemoDraft",
    "DemoPost",
    "Said",
]
