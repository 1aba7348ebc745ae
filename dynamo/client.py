"""The one door to DynamoDB: a low-level boto3 client per process and `call()`.

Nothing outside this module and translation.py knows the SDK, so a leaner wire client can
replace it here: it has to answer `call(operation, **params)` in the SDK's own shapes.
"""

from __future__ import annotations

import os
import threading
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore import xform_name
from botocore.config import Config
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from dynamo import capacity, metering
from dynamo.deadlines import check_deadline
from dynamo.deadlines import deadline as deadline
from dynamo.errors import StorageError, Throttled
from dynamo.loopback import is_loopback
from dynamo.translation import SDK_ERRORS, tables_of, translate

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

POOL_SIZE = 64
TIMEOUTS = {  # profile -> (connect seconds, read seconds, attempts)
    "web": (0.5, 1.5, 2),
    "worker": (5.0, 5.0, 5),
}
_LOCAL_REGION = "us-east-1"
_LOCAL_CREDENTIAL = "local"

_client: DynamoDBClient | None = None
_lock = threading.Lock()


def client() -> DynamoDBClient:
    """This process's client, made at first use. Raises Unavailable, ImproperlyConfigured."""
    global _client
    if _client is None:
        with _lock:
            if _client is None:
                try:
                    _client = _new_client()
                except SDK_ERRORS as error:
                    raise translate(error, "client", {}) from error
    return _client


def reset() -> None:
    """Close the client; the next use makes one from the settings of then."""
    if _client is not None:
        _client.close()
    _forget()


def _forget() -> None:
    global _client, _lock
    _client = None
    _lock = threading.Lock()  # after a fork the old one may be held by a thread that is gone


os.register_at_fork(after_in_child=_forget)


def is_local() -> bool:
    """Whether the endpoint is on loopback: asked of the client, whatever configured it."""
    return is_loopback(client().meta.endpoint_url)


def describe() -> dict[str, str]:
    """Account, region and endpoint, for a person to read before anything is changed there."""
    meta = client().meta
    account = "local" if is_local() else _account()
    return {"account": account, "region": meta.region_name, "endpoint": meta.endpoint_url}


def call(operation: str, /, **params: Any) -> dict[str, Any]:
    """Run an operation by its API name (`GetItem`). Raises StorageError and nothing of boto3."""
    check_deadline()
    meter = metering.current()
    if meter is None:
        return _send(operation, params)
    observation = capacity.observe(_send, operation, params, exact=meter.exact)
    if observation.asks_service and not is_local():
        params = {**params, "ReturnConsumedCapacity": "TOTAL"}
    started = time.perf_counter()
    error: StorageError | None = None
    response: dict[str, Any] = {}
    try:
        response = _send(operation, params)
    except StorageError as raised:
        error = raised
        raise
    finally:
        elapsed = time.perf_counter() - started
        units = observation.units(response, error)
        retries = response.get("ResponseMetadata", {}).get("RetryAttempts", 0)
        meter.record(
            metering.Operation(
                name=operation,
                table=", ".join(sorted(tables_of(params))),
                rru=units.rru,
                wru=units.wru,
                retries=error.retries if error else retries,
                milliseconds=elapsed * 1000,
                throttled=isinstance(error, Throttled),
                error=type(error).__name__ if error else "",
            )
        )
    return response


def _send(operation: str, params: dict[str, Any]) -> dict[str, Any]:
    method = getattr(client(), _method_name(operation))
    try:
        response: dict[str, Any] = method(**params)
    except SDK_ERRORS as error:
        raise translate(error, operation, params) from error
    return response


def _account() -> str:
    """The account these credentials belong to; asking needs no permission."""
    connect, read, _ = TIMEOUTS["worker"]
    try:
        sts = boto3.client("sts", config=Config(connect_timeout=connect, read_timeout=read))
        return str(sts.get_caller_identity()["Account"])
    except SDK_ERRORS as error:
        raise translate(error, "GetCallerIdentity", {}) from error


@cache
def _method_name(operation: str) -> str:
    return xform_name(operation)


def _new_client() -> DynamoDBClient:
    local = settings.STORAGE == "local"
    if local:
        _check_fence()
    found = session().client(
        "dynamodb",
        endpoint_url=settings.DYNAMODB_ENDPOINT_URL or None,
        config=_config(local=local),
    )
    # Also before a repeated attempt: a retry must not outlive the request it is for.
    found.meta.events.register("before-send.dynamodb", _check_deadline_before_send)
    return found


def _check_deadline_before_send(**_: Any) -> None:
    check_deadline()


def _config(*, local: bool) -> Config:
    connect, read, attempts = TIMEOUTS[settings.DYNAMODB_PROFILE]
    return Config(
        connect_timeout=connect,
        read_timeout=read,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=POOL_SIZE,
        tcp_keepalive=True,
        parameter_validation=settings.DEBUG,
        proxies={} if local else None,  # None = what the environment says
    )


def _check_fence() -> None:
    """Local mode never leaves the machine."""
    endpoint = settings.DYNAMODB_ENDPOINT_URL
    if not is_loopback(endpoint):
        raise ImproperlyConfigured(
            f"STORAGE=local talks to loopback only, and DYNAMODB_ENDPOINT_URL is {endpoint!r}. "
            "Set it to http://127.0.0.1:<port>, or start with `make run`, which does."
        )


def session() -> boto3.Session:
    """In local mode one that reads neither AWS_PROFILE nor any AWS file of this machine."""
    if settings.STORAGE != "local":
        return boto3.Session()
    fenced = botocore.session.Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
    return boto3.Session(
        aws_access_key_id=_LOCAL_CREDENTIAL,
        aws_secret_access_key=_LOCAL_CREDENTIAL,
        region_name=_LOCAL_REGION,
        botocore_session=fenced,
    )
