"""A child process that never outlives this one, in a session of its own.

A terminal's Ctrl-C and hang-up reach this process alone, which then ends its children in order.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO

from core.local import parent_death

SHIM = (sys.executable, "-I", "-S", parent_death.__file__)


class Child:
    """This Python with `arguments`. Start it from the main thread only (see parent_death)."""

    def __init__(self, name: str, *arguments: str) -> None:
        self.name = name
        self.command = [sys.executable, *arguments]
        self._process: subprocess.Popen[bytes] | None = None
        self._asked: subprocess.Popen[bytes] | None = None

    def start(
        self,
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        output: IO[bytes] | None = None,
        keep_open: Sequence[int] = (),
    ) -> None:
        """`environment` None is this process's own; `keep_open`: descriptors it holds as well."""

        def spawn() -> subprocess.Popen[bytes]:
            return subprocess.Popen(  # noqa: S603  (a fixed command, no shell)
                [*SHIM, str(os.getpid()), *self.command],
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                pass_fds=keep_open,
                start_new_session=True,
                umask=0o077,
            )

        self._spawn = spawn
        self._process = spawn()

    def restart(self, *, seconds: float) -> None:
        self.stop(seconds=seconds)
        self._process = self._spawn()

    def when_ended(self, call: Callable[[], None]) -> None:
        """Call, from another thread, once the process that runs now has ended."""
        assert self._process
        waiter = partial(_wait_and_call, self._process, call)
        threading.Thread(target=waiter, name=f"wait-{self.name}", daemon=True).start()

    @property
    def exit_code(self) -> int | None:
        """None while it runs, and before it was started."""
        return self._process.poll() if self._process else None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def terminate(self) -> None:
        """Ask it to end, once (a worker takes a second SIGTERM for impatience); do not wait."""
        if self._process and self._process is not self._asked:
            self._asked = self._process
            self._process.terminate()

    def stop(self, *, seconds: float) -> bool:
        """SIGTERM, then after `seconds` SIGKILL to its whole session. False if it came to that."""
        if self._process is None:
            return True
        self.terminate()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        finally:
            _end_session(self._process)
        return True


def _end_session(process: subprocess.Popen[bytes]) -> None:
    """Whatever it started and left behind, and itself if it did not end."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait_and_call(process: subprocess.Popen[bytes], call: Callable[[], None]) -> None:
    process.wait()
    call()
