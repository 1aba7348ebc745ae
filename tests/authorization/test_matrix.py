"""Who gets what: each route of the product, asked by each role, answers as matrix.txt says.

The things that paths name are Alice's, the owner's. Bob follows her, Mallory is a stranger, and
the key is Alice's own without any scope.
"""

import pytest

from tests.authorization.routes import ROLES, listed, registered
from tests.authorization.world import World
from tests.newsfeed.feeds import publish

# Answers that say "no": they change nothing but counters of tries.
REFUSED = {401, 403, 404, 405, 406}


def test_every_route_is_listed_and_every_listed_route_exists():
    assert set(registered()) == set(listed())


def test_the_world_sees_a_change_and_puts_it_back(alice, bob, mallory, client_for):
    world = World(alice, bob, mallory, client_for)
    publish(alice)
    assert "test-app" in world.put_back()
    assert world.put_back() == []


@pytest.mark.parametrize("role", ROLES)
def test_each_route_answers_as_listed(
    role, alice, bob, mallory, client_for, avatar_folder, media_folder
):
    world = World(alice, bob, mallory, client_for)
    wrong = []
    for route, expected in listed().items():
        answer, changed = world.ask(role, route)
        if answer != expected[role]:
            wrong.append(f"{route}: {answer} instead of {expected[role]} for the {role}")
        if changed and route.method != "GET" and answer in REFUSED:
            wrong.append(f"{route}: refused with {answer}, yet it changed {changed}")
    assert not wrong, "\n".join(wrong)
