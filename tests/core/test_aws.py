import pytest
from botocore.exceptions import ClientError
from django.core.exceptions import ImproperlyConfigured
from moto.sns.models import sns_backends

from core import aws, sms
from core.sms_budget import Use
from tests.dynamo.commands import run
from tests.engines import TEST_ENDPOINT, free_port

PHONE, CODE = "+4915112345678", "Your code: 123456"


@pytest.fixture
def sns(settings):
    settings.SMS_BACKEND = "core.sms.SnsSms"
    yield
    aws.reset()


def failing(monkeypatch, code, status):
    error = {"Code": code, "Message": f"Invalid parameter: PhoneNumber {PHONE}"}

    def publish(**params):
        response = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}
        raise ClientError(response, "Publish")

    monkeypatch.setattr(aws._client("sns", "", ""), "publish", publish)


def answering(monkeypatch, answer):
    asked = []

    def check(**params):
        asked.append(params)
        return answer(**params)

    client = aws._client("sns", "", "")
    monkeypatch.setattr(client, "check_if_phone_number_is_opted_out", check)
    return asked


@pytest.mark.skipif(bool(TEST_ENDPOINT), reason="looks into moto's memory")
def test_a_text_message_goes_out_as_it_is(sns):
    sms.send(to=PHONE, text=CODE, message_id="job-1", use=Use.SIGN_IN)
    messages = sns_backends["123456789012"]["us-east-1"].sms_messages
    assert list(messages.values())[-1] == (PHONE, f"{CODE} Reply STOP to opt out.")


def test_a_number_that_opted_out_gets_nothing(sns, monkeypatch):
    """Publish would take the message, and drop it."""
    asked = answering(monkeypatch, lambda **params: {"isOptedOut": True})
    monkeypatch.setattr(aws._client("sns", "", ""), "publish", None)
    with pytest.raises(sms.SmsOptedOut, match="OptedOut"):
        sms.send(to=PHONE, text=CODE, message_id="job-1", use=Use.SIGN_IN)
    assert asked == [{"phoneNumber": PHONE}]


def test_where_nobody_can_ask_who_opted_out_messages_are_sent(sns, monkeypatch, caplog):
    def refuse(**params):
        error = {"Code": "AuthorizationError", "Message": PHONE}
        raise ClientError({"Error": error, "ResponseMetadata": {}}, "CheckIfPhoneNumberIsOptedOut")

    answering(monkeypatch, refuse)
    sent = []

    def publish(**params):
        sent.append(params)
        return {}

    monkeypatch.setattr(aws._client("sns", "", ""), "publish", publish)
    sms.send(to=PHONE, text=CODE, message_id="job-1", use=Use.SIGN_IN)
    assert len(sent) == 1
    assert "opt-outs unknown" in caplog.messages
    assert PHONE not in caplog.text


@pytest.mark.engine
def test_the_engine_takes_it(sns):
    sms.send(to=PHONE, text=CODE, message_id="job-1", use=Use.SIGN_IN)


@pytest.mark.parametrize("code", ["InvalidParameter", "OptedOut"])
def test_a_number_that_never_works_is_told_apart(sns, monkeypatch, code):
    failing(monkeypatch, code, 400)
    with pytest.raises(sms.SmsRefused, match=f"^{code}$"):
        sms.send(to=PHONE, text=CODE, message_id="job-1", use=Use.SIGN_IN)


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("InternalError", 500, aws.AwsUnavailable),
        ("Throttled", 400, aws.AwsUnavailable),
        ("AuthorizationError", 403, aws.AwsRefused),
    ],
)
def test_other_failures_are_ours_and_name_nobody(sns, monkeypatch, code, status, expected):
    failing(monkeypatch, code, status)
    with pytest.raises(expected) as caught:
        sms.send(to=PHONE, text=CODE, message_id="job-1", use=Use.SIGN_IN)
    assert str(caught.value) == code
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_no_answer_is_an_outage(sns, settings):
    settings.STORAGE = "local"
    settings.DYNAMODB_ENDPOINT_URL = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(aws.AwsUnavailable, match="EndpointConnectionError"):
        sms.send(to=PHONE, text=CODE, message_id="job-1", use=Use.SIGN_IN)


def test_a_text_message_is_asked_for_once(sns):
    assert aws._client("sns", "", "").meta.config.retries["total_max_attempts"] == 1


@pytest.mark.parametrize("endpoint", ["", "https://sqs.us-east-1.amazonaws.com"])
def test_local_mode_never_leaves_the_machine(settings, endpoint):
    settings.STORAGE, settings.DYNAMODB_ENDPOINT_URL = "local", ""
    with pytest.raises(ImproperlyConfigured, match="loopback only"):
        aws.call("sqs", "ListQueues", endpoint=endpoint)


def test_waits_are_short(sns):
    config = aws._client("sqs", "", "").meta.config
    assert (config.connect_timeout, config.read_timeout) == (3, 10)


@pytest.mark.parametrize(("backend", "granted"), [("core.sms.SnsSms", True), ("", False)])
def test_the_workers_policy_allows_text_messages_but_no_topic(settings, backend, granted):
    settings.SMS_BACKEND = backend
    policy = run("export_tables", "--format", "iam-policy", "--role", "worker")
    assert ("sns:Publish" in policy) is granted
    assert ("sns:CheckIfPhoneNumberIsOptedOut" in policy) is granted
    assert ('"NotResource": [\n        "arn:aws:sns:*:*:*"' in policy) is granted
    assert "sns:" not in run("export_tables", "--format", "iam-policy", "--role", "web")
