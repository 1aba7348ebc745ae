"""The worker command with fan-outs that stop half-way in each page, for somebody to kill them.

It writes "half <owner of the first pointer left>" into <folder>/trace, and goes on a moment later.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path

import django
from django.core.management import call_command

LEASE = timedelta(seconds=3)
PAUSE = 0.3


def main(folder, at_once):
    django.setup()
    from jobs import running
    from newsfeed.repository import FeedRepository
    from newsfeed.services import fanning
    from tests.jobs.crash_worker import send

    running.LEASE = LEASE
    fanning.FOLLOWERS_AT_ONCE = at_once
    push = FeedRepository.push

    def halting(self, pointers):
        pairs = list(pointers)
        half = len(pairs) // 2
        push(self, pairs[:half])
        if half:
            send(folder / "trace", f"half {pairs[half][0]}\n")
            time.sleep(PAUSE)
        push(self, pairs[half:])

    FeedRepository.push = halting
    call_command("run_worker", threads=2)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
