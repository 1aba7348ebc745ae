"""Sessions as a browser's requests would leave them, without the pages."""

from django.contrib.auth import login
from django.test import Client, RequestFactory

from core.actor import Actor
from dynamo.table import Table
from sessions import services
from sessions.backends.dynamodb import SessionStore
from sessions.keys import hash_of
from sessions.repository import SCHEMA

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
ADDRESS = "203.0.113.9"


def saved(**values):
    """The key of a stored session that nobody is signed in to."""
    session = SessionStore()
    session.update(values)
    session.save()
    return session.session_key


def reopened(session):
    return SessionStore(session.session_key)


def sign_in(user, session=None, *, lifetime="standard", methods=("password",)):
    """Signs in as accounts does, and saves at the end as the middleware does."""
    request = RequestFactory().get("/")
    request.session = session or SessionStore()
    request.session.moves_at_save = True
    login(request, user)
    actor = Actor(user_sub=user.user_sub, ip=ADDRESS, user_agent=FIREFOX)
    services.describe_sign_in(
        request.session,
        actor=actor,
        methods=methods,
        lifetime=lifetime,
        epoch=user.session_epoch,
    )
    request.session.save()
    return request.session


def client_of(session, **options):
    client = Client(**options)
    client.cookies["sessionid"] = session.session_key
    return client


def actor(user):
    return Actor(user_sub=user.user_sub, ip=ADDRESS, user_agent=FIREFOX)


def row(key):
    """The stored item, or None."""
    return Table(SCHEMA).get({"session_hash": hash_of(key)}, consistent=True)


def rows():
    return list(Table(SCHEMA).scan())
