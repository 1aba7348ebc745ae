"""Requests to addresses that other people chose: they reach the public internet, nothing else.

The host is resolved once, every address it has is checked, and the connection goes to an address
that was checked, under the name of the host (SNI, certificate, Host). So an answer of DNS that
changes between check and use changes nothing. No redirect is followed, no proxy of the
environment is used, and one limit of time covers all of it, however slowly the other side talks;
a shorter one of its own covers the way to a connection.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from queue import Empty, SimpleQueue

from typing_extensions import override

from core.targets import Target, is_loopback, is_public, target_of

SECONDS = 10.0
CONNECT_SECONDS = 5.0  # of them, for the name and the connection
MOST_ADDRESSES = 4  # tried one after another


class Failure(StrEnum):
    ADDRESS_REFUSED = "address_refused"
    NO_SUCH_HOST = "no_such_host"
    NO_CONNECTION = "no_connection"
    TLS_FAILED = "tls_failed"
    TIMED_OUT = "timed_out"
    BAD_ANSWER = "bad_answer"  # not HTTP


class OutboundFailed(Exception):
    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(str(failure))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`body` holds the first bytes only; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    max_bytes: int,
    seconds: float = SECONDS,
    connect_seconds: float = CONNECT_SECONDS,
) -> Answer:
    """Raises UrlRefused, and OutboundFailed when there was no answer."""
    target = target_of(url)
    now = time.monotonic()
    deadline = now + seconds
    connection = _Connection(target, deadline, connect_by=min(deadline, now + connect_seconds))
    try:
        with connection.watched():
            connection.request("POST", target.path, body=body, headers=dict(headers))
            with connection.getresponse() as answer:
                read = _first_bytes(answer, max_bytes)
    except OutboundFailed:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise OutboundFailed(_failure_of(error, deadline)) from error
    finally:
        connection.end()
    if connection.timed_out:  # its end may look like the end of a body
        raise OutboundFailed(Failure.TIMED_OUT)
    found = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(status=answer.status, headers=found, body=read)


def resolve(host: str, port: int) -> list[str]:
    """Every address of a host. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(sockaddr[0]) for *_rest, sockaddr in found))


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was checked, open until a deadline at most."""

    def __init__(self, target: Target, deadline: float, *, connect_by: float) -> None:
        super().__init__(target.host, target.port)
        self.default_port = 80 if target.is_local else 443
        self.timed_out = False
        self._target = target
        self._deadline = deadline
        self._connect_by = connect_by
        self._wire: socket.socket | None = None  # a second handle: TLS takes over the first

    @override
    def connect(self) -> None:
        addresses = _checked_addresses(self._target, self._connect_by)
        self.sock = _first_connected(addresses, self._target.port, self._connect_by)
        self.sock.settimeout(max(0.001, _left(self._deadline)))
        if self.sock.getpeername()[0] not in addresses:
            raise OutboundFailed(Failure.ADDRESS_REFUSED)
        self._wire = self.sock.dup()
        if not self._target.is_local:
            self.sock = tls_context().wrap_socket(self.sock, server_hostname=self._target.host)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Cuts the line at the deadline: a time limit of a socket begins anew with each byte."""
        timer = threading.Timer(max(0.0, _left(self._deadline)), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self.timed_out = True
        if self._wire is not None:
            with suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """close() alone is also called by http.client, before the body is read."""
        self.close()
        if self._wire is not None:
            self._wire.close()


@cache
def tls_context() -> ssl.SSLContext:
    """The system's authorities; names and certificates are checked."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _checked_addresses(target: Target, deadline: float) -> list[str]:
    """One that is refused refuses the host: which one is used is the resolver's choice."""
    try:
        found = _resolve_in_time(target, deadline)
    except (OSError, UnicodeError) as error:
        raise OutboundFailed(Failure.NO_SUCH_HOST) from error
    allowed = is_loopback if target.is_local else is_public
    if not found or not all(map(allowed, found)):
        raise OutboundFailed(Failure.ADDRESS_REFUSED if found else Failure.NO_SUCH_HOST)
    return found


def _resolve_in_time(target: Target, deadline: float) -> list[str]:
    """The resolver knows no time limit, so it gets a thread that may be left behind."""
    answers: SimpleQueue[list[str] | OSError | UnicodeError] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(target.host, target.port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=max(0.0, _left(deadline)))
    except Empty:
        raise OutboundFailed(Failure.TIMED_OUT) from None
    if isinstance(answer, list):
        return answer
    raise answer


def _first_connected(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    last: OSError = OSError("no address")
    for address in addresses[:MOST_ADDRESSES]:
        left = _left(deadline)
        if left <= 0:
            break
        try:
            connected = socket.create_connection((address, port), timeout=left)
        except OSError as error:
            last = error
            continue
        return connected
    raise OutboundFailed(
        Failure.TIMED_OUT if _left(deadline) <= 0 else Failure.NO_CONNECTION
    ) from last


def _first_bytes(answer: http.client.HTTPResponse, count: int) -> bytes:
    try:
        return answer.read(count)
    except http.client.IncompleteRead as error:  # its status counts all the same
        return error.partial[:count]


def _failure_of(error: Exception, deadline: float) -> Failure:
    if isinstance(error, TimeoutError) or _left(deadline) <= 0:
        return Failure.TIMED_OUT
    if isinstance(error, ssl.SSLError):
        return Failure.TLS_FAILED
    return Failure.NO_CONNECTION if isinstance(error, OSError) else Failure.BAD_ANSWER


def _left(deadline: float) -> float:
    return deadline - time.monotonic()
