"""The one door to SQS and SNS: a client per process and endpoint, short waits, our own errors.

The bucket of core/bucket.py has a client of its own, with the waits of this one.
"""

import os
import threading
from typing import Any, Literal

from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from dynamo import client as storage
from dynamo.loopback import is_loopback

Service = Literal["sqs", "sns"]
CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0  # above the longest poll of a queue
# A repeated Publish is a second text message: whoever asked decides about another try.
ATTEMPTS: dict[Service, int] = {"sqs": 3, "sns": 1}
POOL_SIZE = 40
SDK_FAILURES = (BotoCoreError, ClientError)  # also what a bucket's storage raises
_TRANSIENT = {
    "InternalError",
    "InternalFailure",
    "KmsThrottled",
    "KMSThrottling",
    "RequestThrottled",
    "ServiceUnavailable",
    "Throttled",
    "Throttling",
    "ThrottlingException",
}

_clients: dict[tuple[str, str, str], Any] = {}
_lock = threading.Lock()


class AwsError(Exception):
    """The text is an error code and nothing else: AWS repeats phone numbers in its messages."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AwsUnavailable(AwsError):
    """No answer, an outage or throttling: the same request may succeed later."""


class AwsRefused(AwsError):
    """The request as it is, or these credentials, will be refused again."""


def call(
    service: Service, operation: str, /, *, endpoint: str = "", region: str = "", **params: Any
) -> dict[str, Any]:
    """Run an operation by its API name (`SendMessage`). Raises AwsError, ImproperlyConfigured.

    Without an endpoint it is the service's own; in local mode, the local engine's.
    """
    try:
        method = getattr(_client(service, endpoint, region), xform_name(operation))
        answer: dict[str, Any] = method(**params)
    except ClientError as error:
        raise _refusal(error) from None
    except ParamValidationError:
        raise AwsRefused("ParamValidationError") from None
    except (BotoCoreError, ResponseParserError) as error:
        raise AwsUnavailable(type(error).__name__) from None
    return answer


def bucket_config() -> Config:
    """For the client of core/bucket.py: pages wait for what it does.

    Raises ImproperlyConfigured where local mode would leave this machine.
    """
    endpoint = settings.MEDIA_BUCKET_ENDPOINT
    if settings.STORAGE == "local" and not is_loopback(endpoint):
        raise ImproperlyConfigured(f"STORAGE=local talks to loopback only, not to {endpoint!r}")
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "virtual"},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 2},
        max_pool_connections=POOL_SIZE,
        proxies={} if settings.STORAGE == "local" else None,
    )


def reset() -> None:
    """Close the clients; the next call makes one from the settings of then."""
    for client in _clients.values():
        client.close()
    _forget()


def _forget() -> None:
    global _lock
    _clients.clear()
    _lock = threading.Lock()  # after a fork the old one may be held by a thread that is gone


os.register_at_fork(after_in_child=_forget)


def _client(service: Service, endpoint: str, region: str) -> Any:
    if settings.STORAGE == "local":
        endpoint = endpoint or settings.DYNAMODB_ENDPOINT_URL
        if not is_loopback(endpoint):
            raise ImproperlyConfigured(f"STORAGE=local talks to loopback only, not to {endpoint!r}")
    key = (service, endpoint, region)
    if key not in _clients:
        with _lock:
            if key not in _clients:
                _clients[key] = _new_client(service, endpoint, region)
    return _clients[key]


def _new_client(service: Service, endpoint: str, region: str) -> Any:
    return storage.session().client(
        service,
        endpoint_url=endpoint or None,
        region_name=region or None,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS[service]},
            max_pool_connections=POOL_SIZE,
            tcp_keepalive=True,
            proxies={} if settings.STORAGE == "local" else None,
        ),
    )


def _refusal(error: ClientError) -> AwsError:
    code = error.response.get("Error", {}).get("Code", "Unknown")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    kind = AwsUnavailable if status >= 500 or code in _TRANSIENT else AwsRefused
    return kind(code)
