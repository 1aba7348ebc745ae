"""A mail server and a phone network that fail when told to, and workers that die."""

from contextlib import suppress
from dataclasses import dataclass

from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from jobs.services import list_jobs
from jobs.worker import run_due

LATER = 7 * 3600  # seconds; longer than any lease or back-off


class Killed(BaseException):
    """The process is gone: nothing of ours catches it."""


@dataclass(frozen=True)
class Text:
    to: str
    text: str
    message_id: str


class Phones:
    sent: list[Text] = []

    def send(self, *, to, text, message_id):
        self.sent.append(Text(to=to, text=text, message_id=message_id))


def clock_stands(time_machine):
    time_machine.move_to("2030-01-07T12:00:00Z", tick=False)
    return time_machine


def kill(monkeypatch, owner, name, *, when, times=1):
    """The next `times` calls of that function end the process, before or after their work."""
    whole, left = getattr(owner, name), [times]

    def deadly(*arguments, **options):
        if not left[0]:
            return whole(*arguments, **options)
        left[0] -= 1
        if when == "after":
            whole(*arguments, **options)
        raise Killed

    monkeypatch.setattr(owner, name, deadly)


def fail(monkeypatch, error, *, times=1, owner=EmailBackend, name="send_messages"):
    """The provider is asked `times` times in vain."""
    whole, left = getattr(owner, name), [times]

    def failing(*arguments, **options):
        if not left[0]:
            return whole(*arguments, **options)
        left[0] -= 1
        raise error

    monkeypatch.setattr(owner, name, failing)


def work(times=1, *, clock=None):
    """Workers come and go `times` times, hours apart; each may die."""
    for _ in range(times):
        with suppress(Killed):
            run_due()
        if clock:
            clock.shift(LATER)


def message_ids():
    return {sent.extra_headers["Message-ID"] for sent in mail.outbox}


def waiting():
    return [job.kind for _, job in list_jobs()]
