"""The worker command with jobs that leave traces, and times short enough to watch a crash.

python -m tests.jobs.crash_worker <folder>. Outside effects are lines in <folder>/sent, a stand-in
for a mail server: "<job id> <name> <process id>", written before the job is settled.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import django
from django.core.management import call_command

LEASE = timedelta(seconds=3)


def main(folder):
    django.setup()
    from jobs import receiving, relaying, running
    from jobs.handlers import Done, handler
    from tests.jobs.work import RECORD, effect

    running.LEASE = LEASE
    relaying.REQUEUE = timedelta(seconds=5)
    receiving.WAIT = 1

    @handler(RECORD)
    def record(job):
        send(folder / "sent", f"{job.id} {job.ids['name']} {os.getpid()}\n")
        time.sleep(float(job.ids["seconds"]))
        return Done(writes=[effect(job.ids["name"])])

    call_command("run_worker", threads=2)


def send(path, line):
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(handle, line.encode())
    os.close(handle)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
