"""The pixels of what has to be bought reach nobody else, but for a blur."""

from itertools import product

import pytest
from django.test import Client
from django.urls import reverse

from newsfeed.items import Variant
from tests.leaks.patterns import contrast
from tests.leaks.world import BOUGHT, OTHERS, ROLES, VISITOR

EVEN, BOARD = 12, 100


def pictures(world, client):
    """Variant -> contrasts of the picture as pages and the API give it; None where they refuse."""
    names, got = ("newsfeed:media", "newsfeed-api:media_file"), {}
    for variant, name in product(Variant, names):
        kwargs = {"media_id": world.media[0], "variant": str(variant)}
        answer = client.get(reverse(name, kwargs=kwargs))
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        got.setdefault(variant, []).append(contrast(content))
    return got


@pytest.mark.parametrize("role", ROLES)
def test_the_pixels_are_for_those_who_bought_them(world, client_for, role):
    person = world.person(role)
    got = pictures(world, client_for(person) if person else Client())
    for variant in (Variant.FULL, Variant.SMALL):
        for found in got[variant]:
            assert (found is not None and found > BOARD) is (role in BOUGHT)
    for found in got[Variant.PREVIEW]:
        assert (found is not None) is (role in OTHERS - {VISITOR})
        assert found is None or found < EVEN
