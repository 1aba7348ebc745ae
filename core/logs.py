"""Logs: one line per event, safe by construction (docs/adr/0013-one-log-line.md).

A line holds the constant text of the log call and the fields named in FIELDS, nothing else: no
formatted argument of another library's message, no text of an exception, no local variable. So
an email address, a token or a query string cannot get in by somebody's oversight.
"""

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.apps import apps
from django.conf import settings
from typing_extensions import override

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMATS = ("json", "text")
# What `extra={…}` may carry. Values are ids, names of ours, numbers and truncated addresses.
FIELDS = (
    *("request_id", "route", "method", "status", "ms", "user_sub", "ip"),
    *("calls", "hops", "rru", "wru", "throttles", "retries"),
    *("job_id", "kind", "lane", "tries", "outcome", "due", "count"),
    *("lag", "rate", "failed", "dead", "running"),
    *("endpoint_id", "delivery_id"),
    *("alert_id", "channel", "budget", "share", "approval_id"),
    *("actor", "key_id", "operation", "table", "error", "error_code"),
    *("payment_id", "webhook_id", "wrong", "provider_request", "ref", "dispute_id"),
    *("message_id", "post", "statement", "txn"),
)
_TEXT_LENGTH = 200
_PLAIN = re.compile(r"[\w.:/<>@+-]+", re.ASCII)
_request_id: ContextVar[str] = ContextVar("request_id", default="")


@contextmanager
def request_id_bound(request_id: str) -> Iterator[None]:
    """Every line written inside carries this id."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def set_up() -> None:
    """Add our handler to the root logger, once; handlers of others stay as they are."""
    root = logging.getLogger()
    if not any(isinstance(handler, LineHandler) for handler in root.handlers):
        root.addHandler(LineHandler())
    root.setLevel(settings.LOG_LEVEL if settings.LOG_LEVEL in LEVELS else "INFO")
    logging.getLogger("botocore").setLevel(logging.WARNING)  # it tells where keys were found


class LineHandler(logging.Handler):
    """Writes to the standard error stream of the moment, so that it can be redirected."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(TextLine() if settings.LOG_FORMAT == "text" else JsonLine())
        self.addFilter(_is_not_told_by_the_request_line)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001  (a log line must not break what it tells about)
            self.handleError(record)

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """Not the standard one: it prints the message with its arguments."""
        print(f"A log line of {record.name} could not be written.", file=sys.stderr)  # noqa: T201


def _is_not_told_by_the_request_line(record: logging.LogRecord) -> bool:
    """Django repeats each 4xx with its path; our own line has the route and the status."""
    return record.name.split(".")[:2] != ["django", "request"] or record.levelno >= logging.ERROR


class JsonLine(logging.Formatter):
    @override
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_line(record))


class TextLine(logging.Formatter):
    """`04:00:00 INFO request method=GET route=home status=200`, for the eye."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = _line(record)
        head = [line.pop("time")[11:19], line.pop("level"), line.pop("event")]
        stack = line.pop("stack", [])
        fields = [f"{name}={_plain(value)}" for name, value in line.items()]
        return "\n    ".join([" ".join([*head, *fields]), *stack])


def _line(record: logging.LogRecord) -> dict[str, Any]:
    line: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "event": _event(record),
        "logger": record.name,
    }
    values = {"request_id": _request_id.get(), **record.__dict__}
    line |= {name: _value(values[name]) for name in FIELDS if values.get(name) not in ("", None)}
    if record.exc_info and record.exc_info[1]:
        line["exception"] = _name(record.exc_info[1])
        line["stack"] = list(_stack(record.exc_info[1]))
    return line


def _event(record: logging.LogRecord) -> str:
    """The constant part of the message; of a library's, only one that has its values apart."""
    ours = apps.is_installed(record.name.partition(".")[0])
    return str(record.msg) if ours or record.args else "(text withheld)"


def _value(value: Any) -> str | int | float | bool:
    return value if isinstance(value, bool | int | float) else str(value)[:_TEXT_LENGTH]


def _plain(value: Any) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _name(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def _stack(error: BaseException) -> Iterator[str]:
    """Where it was raised, and what it came from: places, never messages or values."""
    yield from _places(error.__traceback__)
    before = error.__cause__ or error.__context__
    if before is not None:
        yield f"from {_name(before)}"
        yield from _places(before.__traceback__)


def _places(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        code = traceback.tb_frame.f_code
        yield f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}"
        traceback = traceback.tb_next
