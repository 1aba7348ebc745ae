"""Every route of the URL conf with each method it may be asked by, and what each role gets."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.urls import URLPattern, get_resolver

MATRIX = Path(__file__).with_name("matrix.txt")
ROLES = ("anonymous", "owner", "follower", "stranger", "key")
PAGE_METHODS = ("GET", "POST")
API_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    method: str
    name: str

    def __str__(self):
        return f"{self.method} {self.name}"


def registered():
    """Route -> the names of what its path holds."""
    return {
        Route(method, name): re.findall(r"<(?:\w+:)?(\w+)>", path)
        for view, name, path in walk(get_resolver().url_patterns)
        for method in methods_of(view)
    }


def walk(patterns, path="", namespaces=()):
    for pattern in patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield pattern.callback, ":".join((*namespaces, pattern.name)), here
        else:
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from walk(pattern.url_patterns, here, inner)


def methods_of(view):
    if actions := getattr(view, "actions", None):
        return tuple(method.upper() for method in actions if method != "head")
    if cls := getattr(view, "cls", None):
        return tuple(method for method in API_METHODS if hasattr(cls, method.lower()))
    return PAGE_METHODS


def listed():
    """Route -> {role: status}, as the file says."""
    rows = [line.split() for line in MATRIX.read_text().splitlines()]
    return {
        Route(row[0], row[1]): dict(zip(ROLES, map(int, row[2:]), strict=True))
        for row in rows
        if row and not row[0].startswith("#")
    }
