import pytest
import time_machine

from core import clock


@pytest.fixture
def frozen():
    """A clock that stands still until it is told to go on."""
    with time_machine.travel(clock.now(), tick=False) as hand:
        yield hand
