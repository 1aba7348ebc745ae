"""File locks that the kernel gives back when their holders end, however they end."""

import fcntl
import time
from pathlib import Path
from typing import IO

POLL_SECONDS = 0.05


def take(path: Path, *, seconds: float = 0) -> IO[str] | None:
    """The locked file, or None when another holder keeps it for longer than `seconds`.

    A child that inherits the descriptor holds the lock as well, until it ends too.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = path.open("a+", encoding="utf-8")
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                file.close()
                return None
            time.sleep(POLL_SECONDS)
        else:
            return file


def note(file: IO[str], text: str) -> None:
    """Replace the text of a lock that one holds, for the message to whoever comes second."""
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()


def read(path: Path) -> str:
    """What the holder noted."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
