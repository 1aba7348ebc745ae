"""One thing after another, with another one between the reads and the write of each."""

import random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests import engines
from tests.billing import books
from tests.billing.proofs.world import PAYMENTS, PLACES, World, new_event, new_meeting, problems

SEEDS = st.integers(0, 2**32 - 1)


class Money(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        engines.empty_moto()
        self.world = World(random.Random(0))
        for number in range(len(self.world.payments) - 1):
            self.world.do(("settle", number))
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
        assert books.problems() == []

    def teardown(self):
        assert problems() == []


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
@pytest.mark.timeout(7200)
def test_two_thousand_histories_leave_the_books_right():
    run(histories=2000, steps=15)
