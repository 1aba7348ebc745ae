"""Django's session tests, bound to our engine and our middleware. Nothing of them is changed."""

from types import SimpleNamespace

import sessions_tests.tests as upstream
from django.contrib.sessions.middleware import SessionMiddleware as DjangoMiddleware
from django.test import SimpleTestCase, override_settings

from sessions.backends.dynamodb import SessionStore
from sessions.middleware import SessionMiddleware


class Row:
    """Stands where one middleware test asks Django's own session table what is stored."""

    def __init__(self, *, session_key):
        self.get_decoded = SessionStore(session_key).load


upstream.DatabaseSession = SessionStore
upstream.Session = SimpleNamespace(objects=SimpleNamespace(get=Row))


class Engine(upstream.SessionTestsMixin, SimpleTestCase):
    backend = SessionStore


@override_settings(USE_TZ=False)
class EngineWithNaiveTimes(upstream.SessionTestsMixin, SimpleTestCase):
    backend = SessionStore


class MiddlewareOfDjango(upstream.SessionMiddlewareTests):
    databases = set()

    def setUp(self):
        upstream.SessionMiddleware = DjangoMiddleware


class MiddlewareOfOurs(upstream.SessionMiddlewareTests):
    databases = set()

    def setUp(self):
        upstream.SessionMiddleware = SessionMiddleware


CASES = (Engine, EngineWithNaiveTimes, MiddlewareOfDjango, MiddlewareOfOurs)
