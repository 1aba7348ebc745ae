"""What a post brought in."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales:
    """`sold`: purchases that were not taken back; `living`: of those, by people who are still
    there. `earned` is the author's part in minor units, by currency."""

    living: int = 0
    sold: int = 0
    earned: Mapping[str, int] = field(default_factory=dict)
