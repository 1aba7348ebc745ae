"""Sixteen threads, every event one to three times in any order, and all of them once more."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from billing.items import DisputeStatus
from tests.billing import books
from tests.billing.proofs.world import World, new_event, problems

THREADS, EVENTS = 16, 150
SETTLED_BEFORE = 3  # of the payments: money to meet about from the beginning
TAKEN = {DisputeStatus.OPEN, DisputeStatus.WON, DisputeStatus.LOST}


def prove(seed):
    source = random.Random(seed)
    world = World(source)
    for number in range(SETTLED_BEFORE):
        world.do(("settle", number))
    events = [new_event(source) for _ in range(EVENTS)]
    deliveries = [event for event in events for _ in range(source.randint(1, 3))]
    for order in (deliveries, events):
        source.shuffle(order)
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(world.do_once, order))
    assert problems(world) == [], f"seed {seed}"
    certain, moved = {*world.certain(events, settled=SETTLED_BEFORE)}, happened()
    assert certain - moved == set(), f"seed {seed}"
    assert moved - certain, f"seed {seed}"  # how much depends on who came first


def happened():
    """The names of all transactions, and of the disputes that took money."""
    rows = books.rows()
    disputes = {row["provider_ref"] for row in rows if row.get("status") in TAKEN}
    return {leg["txn"] for leg in books.legs(rows)} | disputes


@pytest.mark.engine
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(3))
def test_whoever_comes_first_the_books_are_right(seed):
    prove(seed)


@pytest.mark.long
@pytest.mark.engine
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(100, 150))
def test_fifty_more_times(seed):
    prove(seed)
