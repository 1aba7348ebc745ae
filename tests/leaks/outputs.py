"""Everything that comes out of the feed, found by itself: what is built later is here too.

A service is an output when it takes no actor. A route is one when it answers to GET; what its
pages and answers lead to is followed.
"""

import inspect
import re
from functools import cache
from html import unescape
from importlib import import_module
from itertools import product
from pkgutil import walk_packages
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import reverse

from core.errors import ApplicationError
from newsfeed import services
from tests.authorization.routes import registered

VIEWERS = ("viewer_sub", "user_sub", "follower_sub", "author_sub")  # the first of these asks
MARKING = {"mark_notifications_read"}  # these take no actor and yet show nothing
LINK = re.compile(rb"""(?:href|src|action|hx-get|data-[\w-]+)="([^"]+)"|"(/[^"\s<>]*)\"""")
FOREIGN = re.compile(r"/static/|/sign-|/api/schema|/api/docs|/dev/")
MOST = 120  # addresses that one crawl visits


def reads():
    """(name, function, its parameters) of every service that shows something to somebody."""
    for module in walk_packages(services.__path__, f"{services.__name__}."):
        for name, function in vars(import_module(module.name)).items():
            if not inspect.isfunction(function) or function.__module__ != module.name:
                continue
            taken = inspect.signature(function).parameters
            named = all(each.kind is each.KEYWORD_ONLY for each in taken.values())
            asked_for = named and not taken.keys().isdisjoint(VIEWERS)
            if asked_for and "actor" not in taken and name not in MARKING and name[0] != "_":
                yield name, function, taken


def answers(world, viewer):
    """(name with its arguments, answer) of each service, for everything it may be asked about."""
    sub = viewer.user_sub if viewer else None
    for name, function, taken in reads():
        asks = next((each for each in VIEWERS if each in taken), None)
        if asks and sub is None and "None" not in str(taken[asks].annotation):
            continue
        needed = [
            each.name for each in taken.values() if each.default is each.empty and each.name != asks
        ]
        for values in product(*(places_of(world, each, name) for each in needed)):
            arguments = dict(zip(needed, values, strict=True)) | ({asks: sub} if asks else {})
            try:
                answer = function(**arguments)
            except ApplicationError as error:
                answer = (error, error.errors)
            yield f"{name}{values}", repr(answer)


def places_of(world, name, where):
    assert name in world.places, f"say in World.places what {name} of {where} is"
    return world.places[name]


def addresses(world):
    """Each address of the feed by GET, for everything it may be asked about."""
    for route, names in registered().items():
        if route.method != "GET" or not route.name.startswith(("newsfeed:", "newsfeed-api:")):
            continue
        for values in product(*(places_of(world, each, str(route)) for each in names)):
            yield reverse(route.name, kwargs=dict(zip(names, values, strict=True)))


def asked(world):
    """Answers of the API with the parameters that its document names."""
    values = {
        "author": world.places["handle"],
        "at": world.places["comment_id"],
        "replies": ["true"],
        "since": world.places["since"],
    }
    for path, names in documented():
        inside = re.findall(r"{(\w+)}", path)
        if not world.places.keys() >= set(inside):
            continue
        for each in names & values.keys():
            for *filled, value in product(*(world.places[name] for name in inside), values[each]):
                there = path.format(**dict(zip(inside, filled, strict=True)))
                yield f"{there}?{each}={value}"


@cache
def documented():
    """(path, names of parameters) of each answer that can be asked for with some."""
    document = Client().get("/api/schema/", HTTP_ACCEPT="application/json").json()
    gets = {path: methods["get"] for path, methods in document["paths"].items() if "get" in methods}
    return [
        (path, {each["name"] for each in entry.get("parameters", ()) if each["in"] == "query"})
        for path, entry in gets.items()
    ]


def elsewhere():
    """The other addresses by GET that need nothing to be named."""
    for route, names in registered().items():
        feed = route.name.startswith(("newsfeed:", "newsfeed-api:"))
        if route.method == "GET" and not names and not feed:
            address = reverse(route.name)
            if not FOREIGN.search(address):
                yield address


def crawl(client, starts, most=MOST):
    """(address, answer) of these and of what they lead to."""
    waiting, seen = list(starts), set()
    most += len(waiting)
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        yield address, content + str(dict(answer.headers)).encode()
        waiting += [link for link in links_in(content, address) if link not in seen]


def links_in(content, address):
    for pair in LINK.findall(content):
        link = unescape((pair[0] or pair[1]).decode(errors="replace"))
        there = urlsplit(urljoin(f"http://testserver{address}", link))
        path = f"{there.path}?{there.query}" if there.query else there.path
        is_ours = there.netloc == "testserver" and is_of_feed(there.path)
        if is_ours and not FOREIGN.search(path):
            yield path


def is_of_feed(path):
    return path.startswith(FEED)


FEED = (
    *("/feed/", "/explore/", "/posts/", "/@", "/notifications/", "/media/", "/drafts/"),
    *("/scheduled/", "/deleted/", "/people/", "/api/v1/"),
)
