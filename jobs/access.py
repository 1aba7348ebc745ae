"""What a worker may do with the queue, for `export_tables --format iam-policy`."""

from urllib.parse import urlsplit

from django.conf import settings

from dynamo.exports import Statement, granting

ACTIONS = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
)


@granting
def statements(role: str, region: str, account: str) -> list[Statement]:
    """Servers never touch the queue: they write to the outbox."""
    if role != "worker" or not settings.JOBS_QUEUE_URL:
        return []
    owner, name = urlsplit(settings.JOBS_QUEUE_URL).path.strip("/").split("/")
    arn = f"arn:aws:sqs:{region}:{owner}:{name}"
    return [
        {"Sid": "JobsQueue", "Effect": "Allow", "Action": list(ACTIONS), "Resource": [arn]},
    ]
