from datetime import UTC, datetime

import pytest
import time_machine

from tests.mfa.conftest import sms_inbox, time  # noqa: F401

# Later than now, because sessions and limits end by it. Windows of limits are fixed on the clock:
# begun at one moment, no test that fills one ever meets its end by chance.
NEW_YEAR = datetime(2031, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NEW_YEAR, tick=True):
        yield
