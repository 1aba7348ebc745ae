"""No service of the feed gives anybody a word that is not for them."""

from tests.leaks.canaries import found
from tests.leaks.outputs import answers, reads
from tests.leaks.world import ROLES


def test_the_services_that_show_something_are_found():
    names = {name for name, _, _ in reads()}
    assert {"home_feed", "explore", "read_post", "list_comments", "list_posts_of"} <= names


def test_no_service_gives_a_word_to_whom_it_is_not_for(world):
    leaks, seen = [], {}
    for role in ROLES:
        seen[role] = set()
        for name, answer in answers(world, world.person(role)):
            there = found(world.words, answer)
            leaks += [f"{name} gives {each} to {role}" for each in there & world.kept_from(role)]
            seen[role] |= there
    assert not leaks, "\n".join(sorted(leaks))
    missed = {role: world.shown_to(role) - seen[role] for role in ROLES}
    assert missed == {role: set() for role in ROLES}
