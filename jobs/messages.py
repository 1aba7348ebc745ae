"""What travels through SQS: keys of outbox rows, and nothing else."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from core import aws
from core.ids import is_id
from dynamo.table import Key
from jobs.items import SHARDS, Lane
from jobs.repository import partition

BATCH = 10  # messages that one request carries, in either direction
_PARTITIONS = frozenset(partition(lane, shard) for lane in Lane for shard in range(SHARDS))
_DUE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery of one message. `key` is None when it is none of ours."""

    id: str
    receipt: str
    key: Key | None

    @property
    def is_possible(self) -> bool:
        """Whether a row may have that key: `due#job_id`, in the exact forms that we write.

        Storage refuses a whole read for one key that is too long or no text (DynamoDB: 2048
        bytes of a partition key, 1024 of a sort key): these never get there.
        """
        due, _, job_id = self.key["sk"].partition("#") if self.key else ("", "", "")
        return _DUE.fullmatch(due) is not None and is_id(job_id)


class Queue:
    """A standard queue. Each method raises core.aws.AwsError."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._url = url
        self._endpoint = f"{parts.scheme}://{parts.netloc}"
        self._region = _region(parts.hostname or "")

    def send(self, keys: Iterable[Key]) -> list[Key]:
        """The keys that the queue did not take, if any."""
        refused: list[Key] = []
        remaining = iter(keys)
        while batch := list(islice(remaining, BATCH)):
            entries = [{"Id": str(n), "MessageBody": _body(key)} for n, key in enumerate(batch)]
            answer = self._call("SendMessageBatch", Entries=entries)
            refused += [batch[int(failure["Id"])] for failure in answer.get("Failed", ())]
        return refused

    def receive(self, *, limit: int, visibility: int, wait: int) -> list[Message]:
        """At most ten, after `wait` seconds at most; nobody else gets them for `visibility`."""
        answer = self._call(
            "ReceiveMessage",
            MaxNumberOfMessages=min(limit, BATCH),
            VisibilityTimeout=visibility,
            WaitTimeSeconds=wait,
        )
        return list(_messages(answer.get("Messages", ())))

    def delete(self, message: Message) -> None:
        self._call("DeleteMessage", ReceiptHandle=message.receipt)

    def hide(self, message: Message, *, seconds: int) -> None:
        """Keep it from others for that long from now; 0 hands it back."""
        self._call(
            "ChangeMessageVisibility", ReceiptHandle=message.receipt, VisibilityTimeout=seconds
        )

    def _call(self, operation: str, **params: Any) -> dict[str, Any]:
        return aws.call(
            "sqs",
            operation,
            endpoint=self._endpoint,
            region=self._region,
            QueueUrl=self._url,
            **params,
        )


def _region(host: str) -> str:
    """The one that the address of a queue at AWS names; requests are signed for it."""
    found = re.search(r"(?:^|\.)sqs\.([a-z]{2}(?:-[a-z]+)+-\d+)\.", host)
    return found[1] if found else ""


def _body(key: Key) -> str:
    return json.dumps({"pk": key["pk"], "sk": key["sk"]})


def _messages(received: Sequence[dict[str, str]]) -> Iterator[Message]:
    for each in received:
        yield Message(each["MessageId"], each["ReceiptHandle"], _key(each["Body"]))


def _key(body: str) -> Key | None:
    """A key of a job, and of nothing else in the table; None for any other text."""
    try:
        named = json.loads(body)
        key = {"pk": str(named["pk"]), "sk": str(named["sk"])}
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return key if key["pk"] in _PARTITIONS and key["sk"] else None
