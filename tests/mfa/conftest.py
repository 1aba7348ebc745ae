from datetime import UTC, datetime

import pytest
import time_machine

NEW_YEAR = datetime(2031, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def time():
    """A clock that stands still, later than now, because sessions and limits end by it."""
    with time_machine.travel(NEW_YEAR, tick=False) as time:
        yield time


@pytest.fixture
def sms_inbox(settings, tmp_path):
    """Text messages are on, and kept where core.inbox finds them."""
    settings.SMS_BACKEND = "core.sms.LocalInbox"
    settings.LOCAL_DIR = tmp_path
    return tmp_path
