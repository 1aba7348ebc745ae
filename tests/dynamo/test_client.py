import os
import threading

import pytest
from botocore.exceptions import NoCredentialsError, ReadTimeoutError
from botocore.validate import ParamValidationDecorator
from django.core.exceptions import ImproperlyConfigured

from dynamo import client, errors
from dynamo.client import call, deadline
from dynamo.loopback import is_loopback
from tests import engines

moto_only = pytest.mark.skipif(
    bool(engines.TEST_ENDPOINT), reason="looks at a client that is not in local mode"
)


@pytest.fixture
def fresh_client():
    """A client made from the settings of this test, gone afterwards."""
    kept, client._client = client._client, None
    yield
    client.reset()
    client._client = kept


def test_all_threads_share_one_client(fresh_client):
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(client.client())) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 16
    assert len(set(map(id, seen))) == 1


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_makes_its_own_client(row, table):
    ours = client.client()
    with client._lock:
        child = os.fork()
        if not child:
            os._exit(0 if client.client() is not ours and table.get(row) is None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert client.client() is ours


@pytest.mark.parametrize(
    ("profile", "connect", "read", "attempts"), [("web", 0.5, 1.5, 2), ("worker", 5, 5, 5)]
)
def test_timeouts_and_attempts(fresh_client, settings, profile, connect, read, attempts):
    settings.DYNAMODB_PROFILE = profile
    config = client.client().meta.config
    assert (config.connect_timeout, config.read_timeout) == (connect, read)
    assert config.retries == {"mode": "standard", "total_max_attempts": attempts}
    assert config.max_pool_connections >= 50
    assert config.tcp_keepalive
    assert not isinstance(client.client()._serializer, ParamValidationDecorator)


@moto_only
def test_the_endpoint_is_asked_of_the_client(fresh_client, monkeypatch):
    assert not client.is_local()
    client.reset()
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.2:9")
    assert client.is_local()
    assert client.describe() == {
        "account": "local",
        "region": "us-east-1",
        "endpoint": "http://127.0.0.2:9",
    }


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost:1", True),
        ("http://db.localhost", False),
        ("http://[::1]:1", True),
        ("https://dynamodb.us-east-1.amazonaws.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://localhost@example.com", False),
        ("http://10.0.0.1", False),
        ("", False),
    ],
)
def test_only_loopback_is_local(url, local):
    assert is_loopback(url) is local


@pytest.mark.parametrize("endpoint", ["", "https://dynamodb.us-east-1.amazonaws.com"])
def test_local_mode_refuses_to_leave_the_machine(fresh_client, settings, endpoint):
    settings.STORAGE = "local"
    settings.DYNAMODB_ENDPOINT_URL = endpoint
    with pytest.raises(ImproperlyConfigured, match="make run"):
        call("ListTables")


@pytest.mark.engine
def test_local_mode_works_in_a_hostile_environment(fresh_client, monkeypatch, tmp_path, row, table):
    broken = tmp_path / "config"
    broken.write_text("[default\nregion = nowhere")
    hostile = {
        "AWS_PROFILE": "names-nothing",
        "AWS_CONFIG_FILE": str(broken),
        "AWS_SHARED_CREDENTIALS_FILE": str(broken),
        "AWS_ACCESS_KEY_ID": "AKIAREALLOOKINGKEY00",
        "AWS_SECRET_ACCESS_KEY": "real-looking",
        "AWS_SESSION_TOKEN": "real-looking",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL_DYNAMODB": "https://dynamodb.eu-central-1.amazonaws.com",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_USE_DUALSTACK_ENDPOINT": "true",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "required",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "ALL_PROXY": "http://127.0.0.1:9",
    }
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_PROXY", raising=False)
    table.put(row)
    assert table.get(row) == row
    assert client.is_local()
    assert client.client()._request_signer._credentials.access_key == "local"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ProvisionedThroughputExceededException", errors.Throttled),
        ("ThrottlingException", errors.Throttled),
        ("RequestLimitExceeded", errors.Throttled),
        ("InternalServerError", errors.Unavailable),
        ("ServiceUnavailable", errors.Unavailable),
        ("ExpiredTokenException", errors.Unavailable),
        ("UnrecognizedClientException", errors.Unavailable),
        ("ResourceNotFoundException", errors.TableMissing),
        ("AccessDeniedException", errors.AccessDenied),
        ("ConditionalCheckFailedException", errors.ConditionFailed),
        ("ValidationException", errors.StorageError),
        ("SomethingNew", errors.StorageError),
    ],
)
def test_an_error_of_the_service_becomes_ours(table, row, faults, monkeypatch, code, error):
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    faults.refuse("GetItem", code, times=9)
    with pytest.raises(errors.StorageError) as caught:
        table.get(row)
    assert type(caught.value) is error
    assert caught.value.operation == "GetItem"
    assert caught.value.table == table.name
    assert caught.value.request_id == "FAULT"
    assert caught.value.cause.response["Error"]["Code"] == code


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "InternalServerError"])
def test_a_passing_fault_is_repeated_by_the_sdk(table, row, faults, monkeypatch, code):
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    table.put(row)
    faults.refuse("GetItem", code)
    assert table.get(row) == row


def test_an_outage_is_unavailable_and_over_when_it_is_over(table, row, faults):
    table.put(row)
    with faults.outage(), pytest.raises(errors.Unavailable) as caught:
        table.get(row)
    assert caught.value.retry_after > 0
    assert caught.value.table == table.name
    assert table.get(row) == row


@pytest.mark.parametrize(
    "cause", [NoCredentialsError(), ReadTimeoutError(endpoint_url="http://storage")]
)
def test_no_credentials_and_no_answer_are_unavailable(table, row, monkeypatch, cause):
    monkeypatch.setattr(client.client(), "_make_request", lambda *_: (_ for _ in ()).throw(cause))
    with pytest.raises(errors.Unavailable):
        table.get(row)


@moto_only
def test_a_profile_that_does_not_exist_is_unavailable(fresh_client, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "names-nothing")
    with pytest.raises(errors.Unavailable, match="names-nothing"):
        call("ListTables")


def test_nothing_is_sent_after_the_deadline(table, row, faults):
    with faults.outage(), deadline(0), pytest.raises(errors.Unavailable, match="used up"):
        table.get(row)


def test_an_inner_deadline_never_extends_an_outer_one(table, row):
    with deadline(0), deadline(60), pytest.raises(errors.Unavailable, match="used up"):
        table.get(row)
    assert table.get(row) is None


def test_a_repeat_is_not_sent_after_the_deadline(table, row, faults, monkeypatch):
    from dynamo import deadlines

    def expire(seconds):
        deadlines._ends_at.set(0.0)

    monkeypatch.setattr("botocore.endpoint.time.sleep", expire)
    faults.refuse("GetItem", "InternalServerError", times=1)
    with deadline(60), pytest.raises(errors.Unavailable, match="used up"):
        table.get(row)
