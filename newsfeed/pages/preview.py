"""What a post would look like, in the same words and by the same rules as publishing it."""

from dataclasses import dataclass

from newsfeed import texts
from newsfeed.items import Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    free: str
    locked: str

    @property
    def free_words(self) -> int:
        return len(self.free.split())

    @property
    def locked_words(self) -> int:
        return len(self.locked.split())


def preview_of(body: str, visibility: Visibility) -> Preview:
    """Raises Invalid naming `body`."""
    paid = visibility is Visibility.PAID
    clean = texts.clean_body(body, paid=paid)
    everything = texts.whole(clean)
    if not paid:
        return Preview(free=everything, locked="")
    free = texts.free_part(clean)
    return Preview(free=free, locked=everything.removeprefix(free).strip())
