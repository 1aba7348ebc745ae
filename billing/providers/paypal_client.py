"""One call to PayPal: paypalrestsdk as a transport and nothing else, without its faults, and what
errors mean to us."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import paypalrestsdk
import requests
from django.conf import settings
from paypalrestsdk import exceptions

from billing.providers.errors import NoAnswer, NotThere, ProviderRefused
from billing.providers.reading import read_bounded
from billing.providers.tokens import SharedToken
from billing.sandbox import access as sandbox

Wire = dict[str, Any]

MODES = LIVE, TEST = "live", "sandbox"  # as PAYPAL_MODE says it
HOSTS = {LIVE: "https://api-m.paypal.com", TEST: "https://api-m.sandbox.paypal.com"}
SITES = {LIVE: "https://www.paypal.com", TEST: "https://www.sandbox.paypal.com"}
TOKEN_PATH = "/v1/oauth2/token"  # noqa: S105 - a path
TIMEOUT_SECONDS = (3.05, 8.0)  # connect, answer: somebody waits for it
LARGEST = 8 * 1024 * 1024  # of an answer: a page of the books has 500 lines
# These do not say that nothing happened: an earlier attempt may have done it.
UNSAID = (
    "DUPLICATE_INVOICE_ID",
    "DUPLICATE_REQUEST_ID",
    "ORDER_COMPLETION_IN_PROGRESS",
    "PAYPAL_REQUEST_ID_PREVIOUSLY_USED",
    "PREVIOUS_REQUEST_IN_PROGRESS",
)

# What reading raises of what has another form than its reader takes for granted.
UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
_BROKEN = (exceptions.ConnectionError, requests.RequestException, NoAnswer, *UNREADABLE)

logger = logging.getLogger("billing.paypal")
logging.getLogger("paypalrestsdk").setLevel(logging.WARNING)  # it would log secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    client_id: str
    client_secret: str = field(repr=False)
    webhook_id: str
    mode: str
    base: str
    site: str  # where people are

    @property
    def livemode(self) -> bool:
        return self.mode == LIVE


def access() -> Access:
    if sandbox.is_on():
        client_id, client_secret = sandbox.paypal_client()
        return Access(
            client_id=client_id,
            client_secret=client_secret,
            webhook_id=sandbox.paypal_webhook_id(),
            mode=TEST,
            base=sandbox.paypal_url(),
            site=sandbox.paypal_url(),
        )
    return Access(
        client_id=settings.PAYPAL_CLIENT_ID,
        client_secret=settings.PAYPAL_CLIENT_SECRET,
        webhook_id=settings.PAYPAL_WEBHOOK_ID,
        mode=settings.PAYPAL_MODE,
        base=HOSTS.get(settings.PAYPAL_MODE, ""),
        site=SITES.get(settings.PAYPAL_MODE, ""),
    )


def call(method: str, path: str, body: Wire | None = None, *, key: str = "") -> Wire:
    """The answer. Raises ProviderRefused, NotThere, NoAnswer.

    `key` is the PayPal-Request-Id of a call that makes something.
    """
    mine = access()
    headers = {"PayPal-Request-Id": key} if key else {}
    if body is not None:
        headers["Prefer"] = "return=representation"
    # Without the error itself: its text is all that PayPal answered.
    try:
        answer = client_of(mine).request(f"{mine.base}{path}", method, body, headers)
    except exceptions.ConnectionError as error:
        raise _translated(error) from None
    except (requests.RequestException, NoAnswer, ValueError, RecursionError) as error:
        logger.warning("paypal did not answer", extra={"error": type(error).__name__})
        raise NoAnswer from None
    if not isinstance(answer, dict) or (method == "GET" and not answer):
        raise NoAnswer
    return answer


class Client(paypalrestsdk.Api):  # type: ignore[misc]
    """The package's own, made safe for threads that serve people."""

    def __init__(self, mine: Access) -> None:
        super().__init__(
            mode=mine.mode,
            client_id=mine.client_id,
            client_secret=mine.client_secret,
            endpoint=mine.base,
            token_endpoint=mine.base,
        )
        self._token = SharedToken(self._new_token, wait=TIMEOUT_SECONDS[1])
        self._session = new_session()

    def get_token_hash(
        self,
        authorization_code: str | None = None,
        refresh_token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Wire:
        return {"token_type": "Bearer", "access_token": self._token.get()}

    def request(
        self,
        url: str,
        method: str,
        body: Wire | None = None,
        headers: Mapping[str, str] | None = None,
        refresh_token: str | None = None,
    ) -> Any:
        """Once more when the token does not hold, and then no more. Raises for every refusal."""
        data = None if body is None else json.dumps(body)
        token = self._token.get()
        try:
            return self.http_call(url, method, data=data, headers=self._named(token, headers))
        except exceptions.UnauthorizedAccess:
            self._token.forget(token)
        token = self._token.get()
        return self.http_call(url, method, data=data, headers=self._named(token, headers))

    def http_call(self, url: str, method: str, **given: Any) -> Any:
        """Once more when the connection broke: it may have been an old one, and whatever makes
        something is known by its PayPal-Request-Id. An answer that does not end in time, or is too
        large, is NoAnswer."""
        given |= {"timeout": TIMEOUT_SECONDS, "allow_redirects": False, "stream": True}
        try:
            answer = self._session.request(method, url, **given)
        except requests.Timeout:
            raise
        except requests.ConnectionError:
            answer = self._session.request(method, url, **given)
        with answer:
            body = read_bounded(answer, most=LARGEST, seconds=TIMEOUT_SECONDS[1])
        return self.handle_response(answer, body.decode())

    def _new_token(self) -> tuple[str, int]:
        """Without the headers of any call. Raises NoAnswer: a refusal says nothing of that call."""
        try:
            told = self.http_call(
                f"{self.token_endpoint}{TOKEN_PATH}",
                "POST",
                data="grant_type=client_credentials",
                headers={
                    "Authorization": f"Basic {self.basic_auth()}",
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Accept": "application/json",
                    "User-Agent": self.user_agent,
                },
            )
            return str(told["access_token"]), int(told["expires_in"])
        except _BROKEN as error:
            logger.warning("paypal gave no token", extra={"error": type(error).__name__})
            raise NoAnswer from None

    def _named(self, token: str, headers: Mapping[str, str] | None) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": self.user_agent,
            **(headers or {}),
        }


def new_session() -> requests.Session:
    """It keeps no cookies, and takes no password from a .netrc file in place of our token."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.auth = lambda request: request
    return session


@lru_cache(maxsize=2)
def client_of(mine: Access) -> Client:
    return Client(mine)


def _translated(error: exceptions.ConnectionError) -> Exception:
    """Only a refusal in PayPal's own form says that nothing happened. One about our keys says
    nothing of an earlier attempt, nor does one about a call that is under way."""
    status = error.response.status_code
    told = _told(error.content)
    issue = _issue(told)
    logger.warning(
        "paypal did not do it",
        extra={
            "error": str(told.get("name", "")),
            "error_code": issue,
            "status": status,
            "provider_request": str(told.get("debug_id", "")),
        },
    )
    if status == 404 and told:
        return NotThere(reason=issue, about="")
    if status in (400, 422) and told and issue not in UNSAID:
        return ProviderRefused(reason=issue)
    return NoAnswer()


def _told(content: str) -> Wire:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) and told.get("name") else {}


def _issue(told: Wire) -> str:
    details = told.get("details") or told.get("issues") or []
    first = details[0] if isinstance(details, list) and details else {}
    issue = first.get("issue") if isinstance(first, dict) else ""
    return str(issue or told.get("name", ""))
