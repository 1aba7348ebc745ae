import pytest

from tests.accounts.lives import private_storage
from tests.alerts.receivers import Receiver
from tests.jobs.conftest import registry
from tests.mfa.conftest import sms_inbox, time
from tests.rotation.life import Keys, Life

__all__ = ["private_storage", "registry", "sms_inbox", "time"]


@pytest.fixture
def keys(settings):
    return Keys(settings)


@pytest.fixture
def life(alice, client_for, sms_inbox, private_storage, time, monkeypatch):
    monkeypatch.setattr("core.outbound.post", Receiver().post)
    return Life(alice, client_for(alice), time)
