"""What people and workers change while a new key takes over."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError
from standardwebhooks import Webhook

from alerts import services as alerts
from alerts.errors import WebhookChanged
from alerts.repository import ALERTS, PreferenceRepository
from alerts.services import webhooks
from alerts.services.webhooks import signing
from core import clock, reencryption, sealed
from core.reencryption import State
from dynamo.table import transact
from jobs import services as jobs
from jobs.handlers import Retry
from jobs.items import JobState
from jobs.running import MAX_TRIES
from tests.accounts.mailbox import deliver
from tests.alerts.people import actor
from tests.alerts.receivers import ask_for
from tests.mfa.people import (
    ACTOR,
    PHONE,
)
from tests.rotation.life import SECRET_JOB, refused, run


@pytest.mark.usefixtures("time")
def test_a_change_meanwhile_stands_and_is_looked_at_again(alice, keys, monkeypatch):
    issued = ask_for(alice)
    keys.add_new()
    [hook] = [each for each in sealed.declared() if each.kind == "secrets of webhooks"]
    fresh = sealed.crypto.reseal

    def rotated_first(blob, *, context):
        monkeypatch.setattr(sealed.crypto, "reseal", fresh)
        rotate(alice, issued)
        return fresh(blob, context=context)

    monkeypatch.setattr(sealed.crypto, "reseal", rotated_first)
    _, tally = reencryption.rotate(ALERTS, [hook], dry_run=False)
    assert tally == {(hook.kind, "t2", State.CURRENT): 1}
    endpoint = webhooks.get_owned_endpoint(alice.user_sub, issued.endpoint.endpoint_id)
    assert (endpoint.secret[:3], endpoint.old_secret[:3]) == ("t2.", "t1.")


def rotate(user, issued):
    return webhooks.rotate_secret(
        user_sub=user.user_sub, endpoint_id=issued.endpoint.endpoint_id, actor=actor(user)
    )


def test_a_job_that_runs_is_left_alone_and_found_by_the_next_run(alice, keys, registry, time):
    """Its worker puts the row back under the key of then."""
    jobs.enqueue(SECRET_JOB, ids={"user_sub": alice.user_sub}, secret={"token": "of the job"})
    said = []

    def run_meanwhile(job):
        keys.add_new()
        said.append(refused()[1])
        raise Retry(after=timedelta(minutes=1))

    registry.handler(SECRET_JOB)(run_meanwhile)
    deliver()
    assert said == [
        "In use while this ran: t1. Nothing is lost; run it again, and it goes on with"
        " what is left."
    ]
    assert "secrets of jobs under t2: 1 under the first key" in run()
    keys.remove_old()
    seen = []
    registry._handlers.clear()
    registry.handler(SECRET_JOB)(lambda job: seen.append(job.secret))
    time.shift(timedelta(minutes=2))
    deliver()
    assert seen == [{"token": "of the job"}]


@pytest.mark.parametrize("tries", [1, MAX_TRIES])
def test_a_job_that_moves_takes_no_old_key_past_the_command(alice, keys, registry, time, tries):
    """It may leave a partition that is not read yet for one that was."""
    jobs.enqueue(SECRET_JOB, ids={"user_sub": alice.user_sub}, secret={"token": "of the job"})
    registry.handler(SECRET_JOB)(lambda job: 1 / 0)
    for left in reversed(range(tries)):
        if not left:
            keys.add_new()
        deliver()
        time.shift(timedelta(hours=7))
    [(state, row)] = jobs.list_jobs(kind=SECRET_JOB)
    assert (state is JobState.DEAD) == (tries == MAX_TRIES)
    assert row.secret.startswith("t2.")


def test_a_dead_job_that_is_put_back_goes_under_the_new_key(alice, keys, registry, time):
    jobs.enqueue(SECRET_JOB, ids={"user_sub": alice.user_sub}, secret={"token": "of the job"})
    registry.handler(SECRET_JOB)(lambda job: 1 / 0)
    for _ in range(MAX_TRIES):
        deliver()
        time.shift(timedelta(hours=7))
    keys.add_new()
    assert jobs.redrive_all() == 1
    [(_, row)] = jobs.list_jobs(kind=SECRET_JOB)
    assert row.secret.startswith("t2.")


def test_a_choice_saved_from_a_page_of_before_keeps_the_new_key(alice, keys, time):
    alerts.choose_phone(user_sub=alice.user_sub, number=PHONE, actor=ACTOR)
    read = alerts.get_preferences(alice.user_sub)
    keys.add_new()
    run()
    transact([PreferenceRepository().changing(read, replace(read, time_zone="Europe/Berlin"))])
    keys.remove_old()
    assert alerts.get_preferences(alice.user_sub).phone_number == PHONE


@pytest.mark.engine
@pytest.mark.usefixtures("time")
def test_secrets_that_are_replaced_at_the_same_moment_all_work(alice, keys):
    """Owners replace the secrets of their webhooks while the command runs, again and again."""
    hooks = [ask_for(alice, name=f"Program {n}") for n in range(5)]
    keys.add_new()

    def replaced(issued):
        try:
            return rotate(alice, issued).secret
        except WebhookChanged:
            return issued.secret  # the command was faster by a moment: it is refused and said so

    with ThreadPoolExecutor(8) as pool:
        runs = [pool.submit(quietly) for _ in range(3)]
        secrets = list(pool.map(replaced, hooks))
        [each.result() for each in runs]
    quietly()
    keys.remove_old()
    for issued, secret in zip(hooks, secrets, strict=True):
        endpoint = webhooks.get_owned_endpoint(alice.user_sub, issued.endpoint.endpoint_id)
        headers = signing.headers_for(endpoint, webhook_id="msg_1", body="{}", at=clock.now())
        assert Webhook(secret).verify("{}", headers) == {}


def quietly():
    """Exit code 1 is fine: what is in use is for the next run."""
    with suppress(CommandError):
        run()
