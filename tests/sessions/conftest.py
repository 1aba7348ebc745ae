import pytest

from tests.sessions import stores


@pytest.fixture
def this(alice):
    return stores.sign_in(alice)


@pytest.fixture
def other(alice):
    return stores.sign_in(alice)
