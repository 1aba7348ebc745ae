"""Everything `make run` runs: the engine, the worker and the web server, and how they end."""

import logging
import threading
import time
from pathlib import Path
from queue import SimpleQueue
from typing import NoReturn

import watchfiles
from django.conf import settings

from core.local.child import Child
from core.local.engine import Engine
from core.local.server import healthy, watched_folders

READY_SECONDS = 30.0
STOP_SECONDS = 8.0
POLL_SECONDS = 0.05
CODE_CHANGED = "code changed"
PROCESS_ENDED = "process ended"


class ChildEnded(Exception):
    """One of the processes ended although nobody asked it to."""


class Stack:
    """The processes of one local run; the engine starts first and ends last.

    `keep_open` is a descriptor that all of them inherit: the lock that says they still run.
    """

    def __init__(self, *, keep_open: int) -> None:
        self._keep_open = keep_open
        self._engine: Engine | None = None
        self._children: list[Child] = []
        self._worker: Child | None = None
        self._events: SimpleQueue[str] = SimpleQueue()

    def start_engine(self, engine: Engine) -> None:
        """Start it and wait for its first answer. Raises EngineFailed."""
        self._engine = engine
        engine.start(keep_open=[self._keep_open])
        self._watch_end(engine.child)

    def start_worker(self, worker: Child) -> None:
        self._worker = worker
        self._start(worker)

    def start_sandbox(self, sandbox: Child) -> None:
        """It is not waited for: nobody needs it before the first payment."""
        self._start(sandbox)

    def start_server(self, server: Child) -> None:
        """Start it and wait until it answers. Raises ChildEnded."""
        self._start(server)
        deadline = time.monotonic() + READY_SECONDS
        while not healthy(settings.PORT):
            self._require_all_running()
            if time.monotonic() > deadline:
                raise ChildEnded(f"The {server.name} did not answer in {READY_SECONDS:.0f} s.")
            time.sleep(POLL_SECONDS)

    def watch_code(self) -> None:
        """Restart the worker from now on whenever Python code was saved."""
        threading.Thread(target=self._watch_code, name="watch-code", daemon=True).start()

    def run(self) -> NoReturn:
        """Until a signal ends it (Ended) or a process ends by itself (ChildEnded)."""
        while True:
            self._require_all_running()
            if self._events.get() == CODE_CHANGED and self._worker:
                self._worker.restart(seconds=STOP_SECONDS)
                self._watch_end(self._worker)

    def stop(self) -> bool:
        """End everything, the engine last. False if the engine could not save."""
        for child in self._children:
            child.terminate()
        for child in self._children:
            child.stop(seconds=STOP_SECONDS)
        return self._engine.stop() if self._engine else True

    def _start(self, child: Child) -> None:
        self._children.append(child)
        child.start(folder=Path(settings.BASE_DIR), keep_open=[self._keep_open])
        self._watch_end(child)

    def _watch_end(self, child: Child) -> None:
        child.when_ended(lambda: self._events.put(PROCESS_ENDED))

    def _watch_code(self) -> None:
        logging.getLogger("watchfiles").setLevel(logging.WARNING)
        only_python = watchfiles.PythonFilter()
        for _ in watchfiles.watch(*watched_folders(), watch_filter=only_python):
            self._events.put(CODE_CHANGED)

    def _require_all_running(self) -> None:
        engine = [self._engine.child] if self._engine else []
        for child in [*engine, *self._children]:
            if child.exit_code is not None:
                raise ChildEnded(f"The {child.name} ended by itself (exit code {child.exit_code}).")
