"""What a post brought in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from newsfeed import markdown
from newsfeed.items.posts import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales:
    """`sold`: purchases that were not taken back; `living`: of those, by people who are still
    there. `earned` is the author's part in minor units, by currency."""

    living: int = 0
    sold: int = 0
    earned: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEarnings:
    """One post of an author with what it sold; `unlock_price` is that of today, 0 for none."""

    card: Card
    sales: Sales

    @property
    def post_id(self) -> str:
        return self.card.post_id

    @property
    def text(self) -> str:
        """What everybody sees of it, without any mark."""
        return markdown.plain(self.card.text)

    @property
    def created_at(self) -> datetime:
        return self.card.created_at

    @property
    def unlock_price(self) -> int:
        return self.card.unlock_price

    @property
    def currency(self) -> str:
        return self.card.currency

    @property
    def sold(self) -> int:
        return self.sales.sold

    @property
    def earned(self) -> Mapping[str, int]:
        return self.sales.earned


@dataclass(frozen=True, slots=True, kw_only=True)
class EarningsPage:
    """Newest posts first; `next_cursor` is "" at the end."""

    items: list[PostEarnings]
    next_cursor: str = ""
