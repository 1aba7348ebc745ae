import pytest

from tests.leaks.world import World


@pytest.fixture(autouse=True)
def _files(media_folder):
    """Uploads of these tests stay in their own folder."""


@pytest.fixture
def world():
    return World()
