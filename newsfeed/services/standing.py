"""How people stand to each other, for every output and every write of the feed.

Between two people of whom one blocked the other there is nothing, and the answer is that of
something that does not exist. A list that names people (comments, replies, notifications) reads
relations_of() beside its rows and leaves out whoever is in `blocked`; what may be collapsed or left
out asks `muted` too. What one person does to others joins checking_unblocked() to its transaction:
a block that comes between reading and writing wins.
"""

from dynamo.gather import gather
from dynamo.table import Write
from newsfeed.repository import PeopleRepository
from newsfeed.services.reading import relations_of
from users import services as users
from users.errors import UserNotFound
from users.items import Profile

_people = PeopleRepository()


def checking_unblocked(user_sub: str, *others: str) -> list[Write]:
    """Writes that fail under BLOCK_LABEL when this person and one of the others are blocked;
    oneself among the others is left out."""
    return [
        write
        for other in sorted(set(others) - {user_sub})
        for write in _people.checking_unblocked(user_sub, other)
    ]


def find_person(*, viewer_sub: str, handle: str, even_blocked: bool = False) -> Profile:
    """The person of a handle. Raises UserNotFound, also when one of the two blocked the other;
    `even_blocked` finds whom this viewer blocked."""
    person, relations = gather(
        lambda: users.get_profile_by_handle(handle),
        lambda: relations_of(viewer_sub, consistent=True),
    )
    found = relations.blocking if even_blocked else frozenset()
    if person.user_sub in relations.blocked - found:
        raise UserNotFound
    return person
