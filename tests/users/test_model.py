import pytest
from django.core.exceptions import ImproperlyConfigured

from users.models import User


@pytest.mark.parametrize("verb", ["save", "delete", "refresh_from_db"])
def test_it_refuses_the_orm(alice, verb):
    with pytest.raises(TypeError, match=r"users\.services"):
        getattr(alice, verb)()


def test_it_refuses_a_query():
    with pytest.raises((TypeError, ImproperlyConfigured)):
        User.objects.get(pk="x")
    with pytest.raises(ImproperlyConfigured):
        list(User.objects.all())
