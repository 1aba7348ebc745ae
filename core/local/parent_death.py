"""Runs a command that is sent SIGTERM as soon as its starter ends, in whatever way.

    python parent_death.py STARTER_PROCESS_ID COMMAND [ARGUMENT ...]

The request is made here, between fork and exec of the command, because a `preexec_fn` is unsafe
in a process with threads; it survives exec. The kernel counts the end of the *thread* that
forked, so children are started from the main thread. Other systems than Linux have no such
request: there a starter ended by SIGKILL leaves its children behind.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def bind_to_starter() -> None:
    """Ask the kernel for SIGTERM at the end of the process that started this one."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def main(arguments: list[str]) -> None:
    starter, *command = arguments
    bind_to_starter()
    if os.getppid() != int(starter):  # it ended before we asked
        return
    os.execv(command[0], command)  # noqa: S606  (no shell is the point)


if __name__ == "__main__":
    main(sys.argv[1:])
