"""Calls to CCBill: time limits, what its errors mean to us, and the token of its RESTful API."""

import json
import logging
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import requests

from billing.providers.ccbill_access import Access, access
from billing.providers.errors import NoAnswer, NotThere, ProviderRefused
from billing.providers.reading import read_bounded

TIMEOUT_SECONDS = (3.05, 8.0)  # connect, read: somebody waits for the answer
EARLY_SECONDS = 60  # a token is not used until its last moment
ACCEPT = "application/vnd.mcn.transaction-service.api.v.2+json"  # ids are text in this one
UNSAID = (401, 403, 409, 429)

logger = logging.getLogger("billing.ccbill")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of an answer: its bytes, and the time that it may take to come."""

    most: int = 64 * 1024
    seconds: float = 8.0


def send(method: str, url: str, bounds: Bounds = Bounds(), **more: Any) -> Answer:
    """Raises NoAnswer. What is sent holds secrets, so the error that holds it ends here."""
    answer = _attempt(method, url, bounds, **more)
    if answer is None:
        raise NoAnswer
    return answer


def call(method: str, path: str, **more: Any) -> Any:
    """The answer of the RESTful API, its numbers as text: some are larger than others can count.

    Raises ProviderRefused (nothing happened), NotThere, NoAnswer.
    """
    mine = access()
    answer = _authorized(mine, method, path, **more)
    if answer.status == HTTPStatus.UNAUTHORIZED:  # so nothing was done
        _tokens.forget(mine)
        answer = _authorized(mine, method, path, **more)
    if answer.status == HTTPStatus.OK:
        return _read(answer)
    raise _translated(answer)


@dataclass(slots=True)
class _Token:
    text: str = field(repr=False)
    good_until: float  # of the monotonic clock


class _Tokens:
    """One for each app, shared by the threads of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, ...], _Token] = {}

    def get(self, mine: Access) -> str:
        with self._lock:
            known = self._known.get(_name(mine))
            if known is None or known.good_until <= time.monotonic():
                known = self._known[_name(mine)] = _new_token(mine)
            return known.text

    def forget(self, mine: Access) -> None:
        with self._lock:
            self._known.pop(_name(mine), None)


_tokens = _Tokens()


class _Bearer(requests.auth.AuthBase):
    """A header of the call alone could be replaced by what a .netrc file says."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _name(mine: Access) -> tuple[str, ...]:
    return mine.api_url, *mine.app


def _new_token(mine: Access) -> _Token:
    asked_at = time.monotonic()
    answer = send(
        "POST",
        f"{mine.api_url}/ccbill-auth/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=requests.auth.HTTPBasicAuth(*mine.app),
    )
    told = _read(answer) if answer.status == HTTPStatus.OK else None
    if not isinstance(told, dict) or not isinstance(told.get("access_token"), str):
        logger.error("ccbill gave no token", extra={"status": answer.status})
        raise NoAnswer
    lasts = str(told.get("expires_in", ""))
    seconds = int(lasts) if lasts.isdecimal() else 0
    return _Token(text=told["access_token"], good_until=asked_at + seconds - EARLY_SECONDS)


def _authorized(mine: Access, method: str, path: str, **more: Any) -> Answer:
    token = _tokens.get(mine)
    headers = {"Accept": ACCEPT, "Cache-Control": "no-cache"}
    return send(method, f"{mine.api_url}{path}", headers=headers, auth=_Bearer(token), **more)


def _attempt(method: str, url: str, bounds: Bounds, **more: Any) -> Answer | None:
    try:
        with requests.request(
            method, url, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True, **more
        ) as answer:
            body = read_bounded(answer, most=bounds.most, seconds=bounds.seconds)
            return Answer(status=answer.status_code, body=body)
    except (requests.RequestException, NoAnswer) as error:
        logger.warning("ccbill did not answer", extra={"error": type(error).__name__})
        return None


def _read(answer: Answer) -> Any:
    try:
        return json.loads(answer.body, parse_int=str)
    except (ValueError, RecursionError):
        pass
    logger.warning("ccbill answered something else", extra={"status": answer.status})
    raise NoAnswer


def _translated(answer: Answer) -> Exception:
    """Only a 4xx says that nothing happened, and not one about our key or our number of calls."""
    status = answer.status
    told = _error_of(answer)
    logger.warning("ccbill did not do it", extra={"error_code": told, "status": status})
    if not 400 <= status < 500 or status in UNSAID:
        return NoAnswer()
    if status == HTTPStatus.NOT_FOUND:
        return NotThere(reason=told, about="")
    return ProviderRefused(reason=told)


def _error_of(answer: Answer) -> str:
    """Its number alone: the text beside it may repeat what was sent."""
    try:
        code = json.loads(answer.body, parse_int=str)["errorCode"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return str(answer.status)
    is_code = isinstance(code, str) and code.isdecimal() and len(code) < 10
    return code if is_code else str(answer.status)
