"""Stripe's wire format: bracketed forms in, JSON out, errors and `expand` in its shapes."""

import operator
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from billing.sandbox import play
from billing.sandbox.state import Wire

Params = dict[str, Any]
MAX_DEPTH = 6
_COMPARED = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


class Refused(play.Refused):
    """An error in Stripe's shape. `saved`: an idempotent repeat gets it again."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str = "",
        param: str = "",
        saved: bool = False,
        **details: Any,
    ) -> None:
        named = {"code": code, "param": param, **details}
        told = {name: value for name, value in named.items() if value}
        body = {"error": {"type": kind, "message": message, **told}}
        super().__init__(message, status=status, body=body)
        self.saved = saved


def missing(kind: str, name: str, *, param: str = "") -> Refused:
    """404 for what the path names, 400 for what the parameter `param` names."""
    return Refused(
        f"No such {kind}: '{name}'",
        status=400 if param else 404,
        code="resource_missing",
        param=param or "id",
    )


def parse(text: str) -> Params:
    """`a[b]=1&c[0]=2` as {"a": {"b": "1"}, "c": ["2"]}."""
    params: Params = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        steps = name.replace("]", "").split("[")
        if len(steps) > MAX_DEPTH:
            raise Refused(f"Invalid parameter: {name}", param=name)
        place = params
        for step in steps[:-1]:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise Refused(f"Invalid parameter: {name}", param=name)
        place[steps[-1]] = value
    return {name: _with_lists(value) for name, value in params.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(child) for name, child in value.items()}
    is_list = inner and all(name.isdigit() or name == "" for name in inner)
    return list(inner.values()) if is_list else inner


def only(params: Mapping[str, Any], *known: str) -> None:
    for name in params:
        if name not in (*known, "expand"):
            raise Refused(
                f"Received unknown parameter: {name}", code="parameter_unknown", param=name
            )


def required(params: Mapping[str, Any], name: str) -> Any:
    if params.get(name) in (None, ""):
        raise Refused(f"Missing required param: {name}.", code="parameter_missing", param=name)
    return params[name]


def whole(text: Any, name: str, *, least: int = 0) -> int:
    try:
        number = int(text)
    except (TypeError, ValueError) as error:
        code = "parameter_invalid_integer"
        raise Refused(f"Invalid integer: {text}", code=code, param=name) from error
    if number < least:
        raise Refused(f"{name} must be at least {least}", code="parameter_invalid", param=name)
    return number


def amount_in(params: Mapping[str, Any]) -> int | None:
    """None where it is not told. Raises Refused."""
    return whole(params["amount"], "amount", least=1) if "amount" in params else None


def expanded(thing: Wire, paths: Any, find: Callable[[str], Wire | None]) -> Wire:
    """A copy with the names at `paths` replaced by what they name."""
    copy = dict(thing)
    for path in paths if isinstance(paths, list) else []:
        head, _, rest = str(path).partition(".")
        if head == "data" and isinstance(copy.get("data"), list):
            copy["data"] = [expanded(item, [rest], find) for item in copy["data"]]
            continue
        if head not in copy:
            raise Refused(f"This property cannot be expanded ({head}).", param="expand")
        value = copy[head]
        found = find(value) if isinstance(value, str) else value
        if isinstance(found, dict):
            copy[head] = expanded(found, [rest] if rest else [], find)
    return copy


def created_in(things: list[Wire], params: Mapping[str, Any]) -> list[Wire]:
    """Those that were made in the range `created[gte]` … `created[lt]`."""
    given = params.get("created") or {}
    bounds = given if isinstance(given, dict) else {"gte": given, "lte": given}
    for name, text in bounds.items():
        if name not in _COMPARED:
            raise Refused(f"Received unknown parameter: created[{name}]", param="created")
        bound, compare = whole(text, "created"), _COMPARED[name]
        things = [thing for thing in things if compare(thing["created"], bound)]
    return things


def listing(things: list[Wire], url: str, params: Mapping[str, Any]) -> Wire:
    """Newest first, one page."""
    things = created_in(things, params)
    limit = min(whole(params.get("limit", 10), "limit", least=1), 100)
    after = params.get("starting_after")
    names = [thing["id"] for thing in things]
    if after and after not in names:
        raise missing("object", str(after))
    start = names.index(after) + 1 if after else 0
    page = things[start : start + limit]
    return {
        "object": "list",
        "data": page,
        "has_more": start + limit < len(things),
        "url": url,
    }
