import smtplib

import pytest
import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
    AnymailUnsupportedFeature,
)
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from django.core.exceptions import ValidationError
from urllib3.exceptions import (
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
)

from core.mail_failures import MailFailure, NotConnected, failure_of, says_no_address

REFUSED, NOT_SENT, UNKNOWN = MailFailure.REFUSED, MailFailure.NOT_SENT, MailFailure.UNKNOWN


def refused(*answers):
    return smtplib.SMTPRecipientsRefused({f"{n}@x": answer for n, answer in enumerate(answers)})


def by_aws(code):
    class ClientError(Exception):
        response = {"Error": {"Code": code}}

    error = AnymailAPIError(code)
    error.__cause__ = ClientError()
    return error


def without_a_connection(cause):
    error = AnymailAPIError("no connection")
    error.__cause__ = cause
    return error


def unreachable(reason):
    return requests.ConnectionError(MaxRetryError(None, "https://mail.example", reason))


@pytest.mark.parametrize(
    "cause",
    [
        EndpointConnectionError(endpoint_url="https://mail.example"),
        ConnectTimeoutError(endpoint_url="https://mail.example"),
        unreachable(NewConnectionError(None, "refused")),
        unreachable(NameResolutionError("mail.example", None, OSError())),
    ],
    ids=lambda cause: type(cause).__name__,
)
def test_a_provider_that_was_not_reached_has_taken_nothing(cause):
    assert failure_of(without_a_connection(cause)) is NOT_SENT


@pytest.mark.parametrize(
    "cause",
    [
        ReadTimeoutError(endpoint_url="https://mail.example"),
        requests.ReadTimeout(),
        requests.ConnectionError("reset"),
        unreachable(ProtocolError("cut")),
    ],
)
def test_a_provider_that_fell_silent_may_have_taken_it(cause):
    assert failure_of(without_a_connection(cause)) is UNKNOWN


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (refused((550, b"5.1.1 no such user")), REFUSED),
        (refused((550, b"5.1.10 null MX")), REFUSED),
        (refused((554, b"5.2.1 mailbox disabled")), REFUSED),
        (refused((550, b"no such user")), REFUSED),
        (refused((551, b"user not local")), REFUSED),
        (ValidationError("no address"), REFUSED),
        (AnymailRecipientsRefused(), REFUSED),
        (refused((550, b"5.7.1 relaying denied")), NOT_SENT),
        (refused((550, b"5.7.1. relaying denied")), NOT_SENT),
        (refused((550, b"#5.7.26 unauthenticated")), NOT_SENT),
        (refused((550, b"5.1.8 access denied, bad outbound sender")), NOT_SENT),
        (refused((550, b"4.7.0 try again")), NOT_SENT),
        (refused((552, b"5.2.2 mailbox full")), NOT_SENT),
        (refused((450, b"4.2.1 busy")), NOT_SENT),
        (refused((550, b"5.1.1 gone"), (450, b"busy")), NOT_SENT),
        (smtplib.SMTPDataError(554, b"5.7.1 looks like spam"), NOT_SENT),
        (smtplib.SMTPSenderRefused(550, b"5.1.8 who?", "us@x"), NOT_SENT),
        (NotConnected("TimeoutError"), NOT_SENT),
        (AnymailAPIError("slow down", status_code=429), NOT_SENT),
        (by_aws("Throttling"), NOT_SENT),
        (AnymailUnsupportedFeature("x"), NOT_SENT),
        (KeyError("a bug of a template"), NOT_SENT),
        (smtplib.SMTPServerDisconnected("in the middle"), UNKNOWN),
        (TimeoutError(), UNKNOWN),
        (AnymailAPIError("broken", status_code=502), UNKNOWN),
        (AnymailAPIError("not now", status_code=503), NOT_SENT),
        (AnymailRequestsAPIError("no answer"), UNKNOWN),
    ],
)
def test_what_an_error_means_for_the_mail(error, meaning):
    assert failure_of(error) is meaning


@pytest.mark.parametrize(
    ("answer", "code", "is_gone"),
    [
        ("smtp; 550 5.1.1 user unknown", 0, True),
        ("smtp;550-5.1.1 The email account that you tried to reach does not exist", 0, True),
        ("550 #5.1.0 Address rejected.", 0, True),
        ("5.2.1 disabled", 0, True),
        ("550 no such user", 0, True),
        ("no such user", 550, True),
        ("smtp;550 5.7.1 blocked by policy", 0, False),
        ("554 Service unavailable; 5.1.1.7 is blocked", 0, False),
        ("552 mailbox full", 0, False),
        ("blocked", 554, False),
        ("421 4.4.2 timeout", 550, False),
        ("", 0, None),
        ("Not delivering to previously bounced address", 605, None),
        ("5501 is no code", 0, None),
        ("\u0665\u0665\u0660 no such user", 0, None),
    ],
)
def test_what_a_server_said_of_an_address(answer, code, is_gone):
    assert says_no_address(answer, code) is is_gone
