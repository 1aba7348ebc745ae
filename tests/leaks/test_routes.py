"""No page, no answer of the API and nothing they lead to holds a word that is not for who asks."""

import pytest
from django.test import Client

from tests.apikeys.keys import issue, program
from tests.leaks.canaries import found
from tests.leaks.outputs import addresses, asked, crawl, elsewhere
from tests.leaks.world import OWNER, ROLES, VISITOR
from tests.mfa.people import staff_with_app


def mostly_long(often, others):
    return [*often, *(pytest.param(each, marks=pytest.mark.long) for each in others)]


OFTEN = (VISITOR, "follower", "blocked")
SELDOM = tuple(role for role in ROLES if role not in OFTEN)


@pytest.fixture
def ask(world, client_for):
    """(words that were found, leaks) of a crawl by this role."""

    def go(role, client=None, starts=()):
        person = world.person(role)
        client = client or (client_for(person) if person else Client())
        seen, leaks = set(), []
        for address, content in crawl(client, [*(starts or (*addresses(world), *asked(world)))]):
            there = found(world.words, content)
            leaks += [f"{address} shows {each} to {role}" for each in there & world.kept_from(role)]
            seen |= there
        return seen, leaks

    return go


@pytest.mark.parametrize("role", mostly_long(OFTEN, SELDOM))
def test_no_page_of_the_feed_shows_a_word_to_whom_it_is_not_for(world, ask, role):
    seen, leaks = ask(role)
    assert not leaks, "\n".join(leaks)
    assert seen >= (world.shown_to(role) if role != VISITOR else set())  # who has to sign in


@pytest.mark.parametrize("role", mostly_long(["follower"], ["blocked", OWNER]))
def test_no_program_gets_a_word_that_is_not_for_its_person(world, ask, role):
    client = program(issue(world.person(role)).secret)
    _, leaks = ask(role, client)
    assert not leaks, "\n".join(leaks)


@pytest.mark.parametrize("role", mostly_long(["stranger"], ["blocked"]))
def test_no_other_page_of_the_product_shows_one(world, ask, role):
    _, leaks = ask(role, starts=elsewhere())
    assert not leaks, "\n".join(leaks)


@pytest.mark.parametrize("where", mostly_long(["feed"], ["elsewhere"]))
def test_staff_see_no_more_of_the_feed_than_others(world, ask, where):
    client, _ = staff_with_app()
    starts = addresses(world) if where == "feed" else elsewhere()
    _, leaks = ask("stranger", client, starts)
    assert not leaks, "\n".join(leaks)
