"""How somebody asks a local run to end: Ctrl-C, SIGTERM, or a closed terminal (SIGHUP)."""

import signal
from types import FrameType
from typing import NoReturn

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """Somebody asked us to end. Not an Exception: no handler on the way may swallow it."""


def listen() -> None:
    """From now on such a signal raises Ended in the main thread."""
    for number in ENDING:
        if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
            continue  # under nohup
        signal.signal(number, _end)


def ignore() -> None:
    """While everything ends, which takes a bounded time, a second Ctrl-C changes nothing."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise Ended
