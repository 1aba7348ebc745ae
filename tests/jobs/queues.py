"""Queues of the engine's SQS."""

from django.conf import settings

from core import aws
from core.ids import new_id


def sqs(operation, **params):
    return aws.call("sqs", operation, endpoint=settings.DYNAMODB_ENDPOINT_URL, **params)


def new_queue(**attributes):
    return sqs("CreateQueue", QueueName=f"jobs-{new_id()}", Attributes=attributes)["QueueUrl"]


def count(url):
    """Messages that are visible, and those that somebody holds."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs("GetQueueAttributes", QueueUrl=url, AttributeNames=names)["Attributes"]
    return tuple(int(found[name]) for name in names)


def take_all(url):
    """The bodies of all visible messages, which nobody else will see."""
    bodies = []
    while messages := sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(message["Body"])
            sqs("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies
