"""The shape of what the demo people tell."""

from dataclasses import dataclass

from newsfeed.items import Visibility

PUBLIC, FOLLOWERS = Visibility.PUBLIC, Visibility.FOLLOWERS
PAID, PRIVATE = Visibility.PAID, Visibility.PRIVATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A comment, and what is answered below it: (handle, text)."""

    author: str
    text: str
    replies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPost:
    """`pictures` are names of drawings with what each shows; `reactions` are handle and kind."""

    name: str
    author: str
    hours_ago: float
    body: str
    visibility: Visibility = PUBLIC
    price: int = 0
    warning: str = ""
    pictures: tuple[tuple[str, str], ...] = ()
    comments: tuple[Said, ...] = ()
    reactions: tuple[tuple[str, str], ...] = ()
