import pytest


@pytest.fixture(autouse=True)
def _uploads_of_this_test_only(media_folder):
    return
