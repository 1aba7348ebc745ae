import json

import pytest
from django.core.checks import run_checks

from tests.dynamo.commands import run

QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs"


def complaints():
    return [message for message in run_checks() if message.id == "jobs.E001"]


@pytest.mark.parametrize("url", ["", QUEUE, "http://127.0.0.1:4566/000000000000/jobs"])
def test_a_queue_that_can_be_used_is_fine(settings, url):
    settings.STORAGE = "aws"
    settings.JOBS_QUEUE_URL = url
    assert complaints() == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("jobs", "is not an http or https address"),
        ("arn:aws:sqs:eu-central-1:123456789012:jobs", "is not an http or https address"),
        ("https://sqs.eu-central-1.amazonaws.com:x/1/jobs", "is not an address"),
        ("https://sqs.eu-central-1.amazonaws.com/jobs", "must end in /<account>/<queue name>"),
        (f"{QUEUE}?x=1", "must end in /<account>/<queue name>"),
        (f"{QUEUE}.fifo", "is a FIFO queue"),
        ("http://sqs.eu-central-1.amazonaws.com/1/jobs", "is sent in clear"),
    ],
)
def test_another_address_is_refused_with_the_fix(settings, url, reason):
    settings.STORAGE = "aws"
    settings.JOBS_QUEUE_URL = url
    (found,) = complaints()
    assert found.msg.startswith(f"JOBS_QUEUE_URL={url!r} {reason}")
    assert "standard queue" in found.hint


def test_local_mode_has_no_queue_off_this_machine(settings):
    settings.STORAGE, settings.JOBS_QUEUE_URL = "local", QUEUE
    (found,) = complaints()
    assert "is not on this machine" in found.msg


def granted(role):
    document = json.loads(run("export_tables", "--format", "iam-policy", "--role", role))
    return {found["Sid"]: found for found in document["Statement"]}


def test_the_worker_alone_may_use_the_queue(settings):
    settings.JOBS_QUEUE_URL = QUEUE
    queue = granted("worker")["JobsQueue"]
    assert queue["Resource"] == ["arn:aws:sqs:*:123456789012:jobs"]
    names = ("ChangeMessageVisibility", "DeleteMessage", "ReceiveMessage", "SendMessage")
    assert queue["Action"] == [f"sqs:{name}" for name in names]
    assert "JobsQueue" not in granted("web") | granted("admin")


def test_without_a_queue_nobody_may(settings):
    assert "JobsQueue" not in granted("worker")
