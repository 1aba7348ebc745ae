"""What docs/api.md has to say of the feed."""

import re

import pytest
from django.conf import settings

from newsfeed import urls

ROUTES = [re.sub(r"<str:(\w+)>", r"{\1}", str(route.pattern)) for route in urls.api]


@pytest.mark.parametrize("route", ROUTES)
def test_each_call_of_the_api_is_named(route):
    assert f"/{route}" in (settings.BASE_DIR / "docs/api.md").read_text()
