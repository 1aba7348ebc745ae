"""The sandbox's server: the providers' APIs and hosted pages, each under its own paths, the
dashboard, and its own API under /_control/. It listens on loopback only."""

import json
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from typing_extensions import override

from billing.sandbox import access, dashboard
from billing.sandbox.control import control
from billing.sandbox.delivery import PAUSES, Delivery, Post, post_to_site
from billing.sandbox.faults import Fault, Faults
from billing.sandbox.play import Answer, Page, Refused, Request
from billing.sandbox.plays import PLAYS
from billing.sandbox.state import State, Wire
from billing.sandbox.stripe import wire

MAX_BODY = 256 * 1024
CONTROL = "/_control/"
STYLE = (Path(__file__).parent / "style.css").read_bytes()


class SandboxRefused(Exception):
    """Not started: this is no development setup."""


class Sandbox:
    """A context manager. `port` 0 is any free one; `post` is how webhooks reach our site."""

    def __init__(
        self,
        *,
        port: int,
        file: Path | None = None,
        post: Post = post_to_site,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """Raises SandboxRefused unless DEBUG is on and no real provider is set up; OSError."""
        keys = (settings.STRIPE_SECRET_KEY, settings.PAYPAL_CLIENT_ID, settings.CCBILL_ACCOUNT)
        if not settings.DEBUG or any(keys):
            raise SandboxRefused("it needs DEBUG, and no key of a provider.")
        self.state = State(file)
        self.faults = Faults()
        self.plays = [make(self.state) for make in PLAYS]
        self.delivery = Delivery(self.state, self.plays, post, pauses)
        self._server = _Server((access.HOST, port), _Handler)
        self._server.sandbox = self
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        self.delivery.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.delivery.stop()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # many callers at once, none of whom the system turns away
    sandbox: Sandbox


class _Handler(BaseHTTPRequestHandler):
    server_version = "PaymentSandbox"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self._json(413, {"error": {"type": "invalid_request_error"}})
            return
        self._answer(self.rfile.read(length))

    def do_DELETE(self) -> None:
        self.do_POST()

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: `make run` shows our own lines."""

    @property
    def sandbox(self) -> Sandbox:
        return cast(_Server, self.server).sandbox

    def _answer(self, body: bytes) -> None:
        """Another host name is another site's script that points at this port."""
        url = urlsplit(self.path)
        host = self.headers.get("Host", "").partition(":")[0]
        request = Request(
            method=self.command, path=url.path, query=url.query, headers=self.headers, body=body
        )
        try:
            if host not in (access.HOST, "localhost"):
                raise wire.Refused("This is not the host of the sandbox.", status=421)
            if url.path == dashboard.PATH:
                self._page(self._dashboard(request))
            elif url.path == "/style.css":
                self._send(200, STYLE, {"Content-Type": "text/css"})
            elif url.path.startswith(CONTROL):
                self._json(200, self._control(request))
            else:
                self._call(request)
        except Refused as refused:
            self._json(refused.status, refused.body)
        finally:
            self.sandbox.delivery.wake()

    def _dashboard(self, request: Request) -> Page:
        """Raises Refused for a form of another site."""
        sandbox = self.sandbox
        if request.method != "POST":
            return dashboard.show(sandbox.state, sandbox.plays)
        own = f"http://{self.headers.get('Host', '')}"
        if self.headers.get("Origin", own) != own:
            raise wire.Refused("This form is of another site.", status=403)
        form = dict(parse_qsl(request.text))
        return dashboard.post(sandbox.state, sandbox.plays, sandbox.faults, form)

    def _control(self, request: Request) -> Wire:
        if self.headers.get("Authorization") != f"Bearer {access.api_key()}":
            raise wire.Refused("Invalid API Key provided.", status=401)
        if request.method != "POST":
            raise wire.missing("control", request.path)
        sandbox, path = self.sandbox, request.path.removeprefix(CONTROL)
        params = wire.parse(request.text)
        return control(sandbox.state, sandbox.plays, sandbox.faults, path, params)

    def _call(self, request: Request) -> None:
        """What is unheard or whose answer is lost ends without a word."""
        plays = [play for play in self.sandbox.plays if request.path.startswith(play.prefixes)]
        if not plays:
            text = f"Unrecognized request URL ({request.method}: {request.path})."
            raise wire.Refused(text, status=404)
        fault = self.sandbox.faults.take(request.method, request.path, request.text)
        self.close_connection = fault in (Fault.UNHEARD, Fault.LOST)
        if fault is Fault.UNHEARD:
            return
        answer = plays[0].answer(request, fault)
        if fault is Fault.LOST:
            return
        if isinstance(answer, Answer):
            self._send(answer.status, answer.body, answer.headers)
        else:
            self._page(answer)

    def _page(self, page: Page) -> None:
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Cache-Control": "no-store",
            # Not less: a browser would not say which site a form of ours is of.
            "Referrer-Policy": "same-origin",
            "Content-Security-Policy": "default-src 'none'; style-src 'self'; "
            f"form-action 'self' {page.to}; base-uri 'none'; frame-ancestors 'none'",
        }
        if page.location:
            headers["Location"] = page.location
        self._send(page.status, page.text.encode(), headers)

    def _json(self, status: int, body: Wire) -> None:
        self._send(status, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
