"""The folder of local mode: who runs in it, and whether the demo accounts were loaded there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.local import lock

ENV_FILE = ".env"
PATIENCE = 20.0  # seconds; an engine that ends still has to save


class Busy(Exception):
    """Another local run has this folder."""


@contextmanager
def taken(folder: Path, address: str) -> Iterator[int]:
    """Hold the folder; gives the descriptor that every child is to inherit.

    Waits for the processes of an earlier run, whose starter was killed, to end. Raises Busy.
    """
    run = lock.take(folder / "run.lock")
    if run is None:
        raise Busy(f"It runs already: {lock.read(folder / 'run.lock')}. End that one first.")
    with run:
        lock.note(run, f"process {os.getpid()}, {address}")
        children = lock.take(folder / "children.lock", seconds=PATIENCE)
        if children is None:
            raise Busy(f"Processes of an earlier run did not end within {PATIENCE:.0f} s.")
        with children:
            yield children.fileno()


def demo(folder: Path) -> str:
    """How to sign in with the demo accounts; empty until they were loaded."""
    return lock.read(folder / "demo")


def keep_demo(folder: Path, text: str) -> None:
    (folder / "demo").write_text(text, encoding="utf-8")


def forget_demo(folder: Path) -> None:
    (folder / "demo").unlink(missing_ok=True)
