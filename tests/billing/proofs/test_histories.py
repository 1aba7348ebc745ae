"""One thing after another, with another one between the reads and the write of each."""

import random
from copy import deepcopy
from functools import cache
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from billing.repository import BILLING
from dynamo import client
from dynamo.parameters import decoded
from tests import engines
from tests.billing import books
from tests.billing.proofs.world import PAYMENTS, PLACES, World, new_event, new_meeting, problems

SEEDS = st.integers(0, 2**32 - 1)
READ = books.rows


class Money(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        world, rows = beginning()
        self.world = deepcopy(world)
        engines.put_back(rows)
        self.done = []

    @rule(seed=SEEDS)
    def happen(self, seed):
        event = new_event(random.Random(seed))
        self.world.do(event)
        self.done.append(event)

    @rule(seed=SEEDS, payment=st.integers(0, PAYMENTS - 1), where=st.sampled_from(PLACES))
    def meet(self, seed, payment, where):
        event, other = new_meeting(random.Random(seed), payment)
        self.world.do(event, meanwhile=other, where=where)
        self.done += [event, other]

    @rule(data=st.data())
    def repeat(self, data):
        if self.done:
            self.world.do(data.draw(st.sampled_from(self.done)))

    @invariant()
    def nothing_is_lost_or_doubled(self):
        with patch.object(books, "rows", rows_at_once):
            assert books.problems() + self.world.problems() == []

    def teardown(self):
        assert problems(self.world) == []


@cache
def beginning():
    """A world where all payments but one are settled, and its rows: the same for each history."""
    world = World(random.Random(0))
    for number in range(PAYMENTS - 1):
        world.do(("settle", number))
    return world, deepcopy(engines.rows())


def rows_at_once():
    """From moto without a request, for what is asked after each step."""
    if client.is_local():
        return READ()
    partitions = engines.rows()[BILLING.table_name].values()
    found = [item for partition in partitions for item in partition.values()]
    return [decoded(item.to_json()["Attributes"]) for item in found]


def run(histories, steps):
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=histories,
            stateful_step_count=steps,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),  # shrinking histories takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_history_leaves_the_books_right():
    run(histories=5, steps=15)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(8))  # so that every process has some of them
def test_two_thousand_histories_leave_the_books_right(part):
    run(histories=250, steps=10)
