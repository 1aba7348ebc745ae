"""The sandbox's server: Stripe's API under /v1/, hosted pages under /c/pay/, the dashboard, and
its own API under /_control/. It listens on loopback only."""

import json
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from typing_extensions import override

from billing.sandbox import access, api, dashboard, hosted
from billing.sandbox.control import control
from billing.sandbox.delivery import PAUSES, Delivery, Post, post_to_site
from billing.sandbox.faults import Fault, Faults, broken
from billing.sandbox.idempotency import Idempotency
from billing.sandbox.state import State
from billing.sandbox.wire import Refused, Wire, parse

MAX_BODY = 256 * 1024
PAY = "/c/pay/"
CONTROL = "/_control/"


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
        if not settings.DEBUG or settings.STRIPE_SECRET_KEY:
            raise SandboxRefused("it needs DEBUG, and no STRIPE_SECRET_KEY.")
        self.state = State(file)
        self.faults = Faults()
        self.idempotency = Idempotency(self.state)
        self.delivery = Delivery(self.state, post, pauses)
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
        self._answer("")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self._json(413, {"error": {"type": "invalid_request_error"}})
            return
        self._answer(self.rfile.read(length).decode("utf-8", "replace"))

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: `make run` shows our own lines."""

    @property
    def sandbox(self) -> Sandbox:
        return cast(_Server, self.server).sandbox

    def _answer(self, body: str) -> None:
        """Another host name is another site's script that points at this port."""
        url = urlsplit(self.path)
        host = self.headers.get("Host", "").partition(":")[0]
        try:
            if host not in (access.HOST, "localhost"):
                raise Refused("This is not the host of the sandbox.", status=421)
            if url.path.startswith(PAY):
                self._page(self._hosted(url.path.removeprefix(PAY), body))
            elif url.path == dashboard.PATH:
                self._page(self._dashboard(body))
            elif url.path == "/style.css":
                self._send(200, hosted.STYLE, {"Content-Type": "text/css"})
            else:
                self._call(url.path, parse(body if self.command == "POST" else url.query))
        except Refused as refused:
            self._json(refused.status, refused.body)
        finally:
            self.sandbox.delivery.wake()

    def _hosted(self, name: str, body: str) -> hosted.Page:
        if self.command == "POST":
            return hosted.post(self.sandbox.state, name, dict(parse_qsl(body)))
        return hosted.show(self.sandbox.state, name)

    def _dashboard(self, body: str) -> hosted.Page:
        """Raises Refused for a form of another site."""
        sandbox = self.sandbox
        if self.command != "POST":
            return dashboard.show(sandbox.state)
        own = f"http://{self.headers.get('Host', '')}"
        if self.headers.get("Origin", own) != own:
            raise Refused("This form is of another site.", status=403)
        return dashboard.post(sandbox.state, sandbox.faults, dict(parse_qsl(body)))

    def _page(self, page: hosted.Page) -> None:
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

    def _call(self, path: str, params: dict[str, Any]) -> None:
        if self.headers.get("Authorization") != f"Bearer {access.api_key()}":
            raise Refused("Invalid API Key provided.", status=401)
        if path.startswith(CONTROL) and self.command == "POST":
            control_path = path.removeprefix(CONTROL)
            shown = control(self.sandbox.state, self.sandbox.faults, control_path, params)
            self._json(200, shown)
            return
        fault = self.sandbox.faults.take(self.command, path)
        if fault is Fault.UNHEARD:
            self.close_connection = True
            return
        key = self.headers.get("Idempotency-Key", "") if self.command == "POST" else ""
        status, body, replayed = self.sandbox.idempotency.answer(
            key, f"{self.command} {path}", params, lambda: self._do(path, params, fault)
        )
        if fault is Fault.LOST:
            self.close_connection = True
            return
        self._json(status, body, {"Idempotent-Replayed": "true"} if replayed else {})

    def _do(self, path: str, params: dict[str, Any], fault: Fault | None) -> tuple[int, Wire]:
        if fault is Fault.BEFORE:
            raise broken()
        shown = api.answer(self.sandbox.state, self.command, path, params)
        if fault is Fault.AFTER:
            raise broken()
        return 200, shown

    def _json(self, status: int, body: Wire, headers: dict[str, str] | None = None) -> None:
        named = {"Content-Type": "application/json", **(headers or {})}
        self._send(status, json.dumps(body).encode(), named)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
