"""The proofs notice a money core that is wrong: a few here, all of them in the long run."""

import random

import pytest

from billing.services import postings
from tests import engines
from tests.billing.proofs.mutations import MUTATIONS, applied
from tests.billing.proofs.world import PAYMENTS, PEOPLE, PLACES, World, new_meeting, problems

EVENTS = 20
HISTORIES = 400  # the rarest of what is to be noticed shows in one of fifty
SETTLED_IN = 3  # of four histories: in the others, the payment that all is about is not paid yet
QUICK = {  # to be noticed
    "a wallet is written whatever its version is",
    "the legs of a refund go without the other side",
    "the other side of a dispute has the wrong sign",
    "what is missing is not owed",
}
FEW = [each for each in MUTATIONS if each.name in QUICK]


def first_wrong_history(histories=HISTORIES):
    """Its number, None when all of them leave the books right."""
    for seed in range(histories):
        engines.empty_moto()
        source = random.Random(seed)
        world = World(source)
        try:
            meeting = source.randrange(PAYMENTS - 1)
            for number in range(PAYMENTS - 1):
                if number != meeting or seed % 4 < SETTLED_IN:
                    world.do(("settle", number))
            person = meeting % PEOPLE
            world.do(("buy", person, (person + 1) % PEOPLE, 0))
            world.do(("refund", meeting, 1))
            for _ in range(EVENTS):
                event, other = new_meeting(source, meeting)
                world.do(event, meanwhile=other, where=source.choice(PLACES))
                if source.random() < 0.3:
                    world.do(event)
        except Exception:  # noqa: BLE001  (a wrong core may break anywhere)
            return seed
        if problems(world):
            return seed
    return None


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """One thread: who waits here waits for nobody."""
    monkeypatch.setattr(postings, "pause", lambda number: None)
    monkeypatch.setattr("tests.billing.proofs.world.TRIES", 2)


@pytest.mark.parametrize("mutation", FEW, ids=lambda each: each.name)
def test_the_proofs_notice(mutation):
    with applied(mutation):
        assert first_wrong_history() is not None


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name)
def test_the_proofs_notice_each(mutation):
    with applied(mutation):
        assert first_wrong_history() is not None


@pytest.mark.long
@pytest.mark.timeout(900)
def test_without_one_there_is_nothing_to_notice():
    assert first_wrong_history(80) is None
