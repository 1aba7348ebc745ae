"""Calls to CCBill: time limits, what its errors mean to us, and the token of its RESTful API."""

import json
import logging
from dataclasses import dataclass, field
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any

import requests

from billing.providers.ccbill_access import Access, access
from billing.providers.errors import NoAnswer, NotThere, ProviderRefused
from billing.providers.reading import read_bounded
from billing.providers.tokens import SharedToken

TIMEOUT_SECONDS = (3.05, 8.0)  # connect, read: somebody waits for the answer
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
    shared = _token_of(mine)
    token = shared.get()
    answer = _authorized(mine, token, method, path, **more)
    if answer.status == HTTPStatus.UNAUTHORIZED:  # so nothing was done
        shared.forget(token)
        answer = _authorized(mine, shared.get(), method, path, **more)
    if answer.status == HTTPStatus.OK:
        return _read(answer)
    raise _translated(answer)


class _Bearer(requests.auth.AuthBase):
    """A header of the call alone could be replaced by what a .netrc file says."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@lru_cache(maxsize=2)
def _token_of(mine: Access) -> SharedToken:
    return SharedToken(partial(_new_token, mine), wait=TIMEOUT_SECONDS[1])


def _new_token(mine: Access) -> tuple[str, int]:
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
    return told["access_token"], int(lasts) if lasts.isdecimal() else 0


def _authorized(mine: Access, token: str, method: str, path: str, **more: Any) -> Answer:
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
