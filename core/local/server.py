"""The web server of local mode: granian on loopback, with reload while DEBUG is on."""

import http.client
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from django.conf import settings

from core.local.child import Child

HOST = "127.0.0.1"
MAX_PORT = 65_535
THREADS = 16
UNWATCHED = {"docs", "tests", "benchmarks", "media", "static_root", "screenshots", "test-results"}
# Read afresh at each request; a restart would only delay them.
UNWATCHED_FILES = r"\.(css|js|svg|png|woff2|md|po|mo)$"


def web_server() -> Child:
    arguments = ["--interface", "wsgi", "--host", HOST, "--port", str(settings.PORT)]
    arguments += ["--workers", "1", "--blocking-threads", str(THREADS), "--log-level", "error"]
    # A worker that is still importing does not hear SIGTERM yet.
    arguments += ["--no-ws", "--workers-kill-timeout", "3"]
    if settings.DEBUG:
        arguments += ["--reload", "--reload-ignore-worker-failure"]
        arguments += ["--reload-ignore-patterns", UNWATCHED_FILES]
        for folder in watched_folders():
            arguments += ["--reload-paths", str(folder)]
    return Child("web server", "-m", "granian", *arguments, settings_target())


def settings_target() -> str:
    """`config.wsgi.application` in the form servers take: `config.wsgi:application`."""
    module, _, name = settings.WSGI_APPLICATION.rpartition(".")
    return f"{module}:{name}"


def watched_folders() -> Iterator[Path]:
    """The folders whose changes restart the server and the worker."""
    for folder in sorted(settings.BASE_DIR.iterdir()):
        if folder.is_dir() and folder.name not in UNWATCHED and not folder.name.startswith("."):
            yield folder


def healthy(port: int) -> bool:
    """Whether /healthz answers 200 on this port of loopback."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=2)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def why_not_free(port: int) -> str:
    """Why nothing can listen on this port of loopback; empty when something can."""
    if not 1 <= port <= MAX_PORT:
        return f"a port is a number from 1 to {MAX_PORT}"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError as error:
            return os.strerror(error.errno or 0)
    return ""
