import os

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import fence

HOSTILE = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_SESSION_TOKEN": "token",
    "AWS_PROFILE": "names-nothing",
    "AWS_CONFIG_FILE": "/home/alice/.aws/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/home/alice/.aws/credentials",
    "AWS_ENDPOINT_URL": "https://dynamodb.eu-central-1.amazonaws.com",
    "AWS_ENDPOINT_URL_DYNAMODB": "https://dynamodb.eu-central-1.amazonaws.com",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/admin",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/token",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
    "AWS_SECRETS_ID": "production",
    "AWS_REGION": "eu-central-1",
    "BOTO_CONFIG": "/etc/boto.cfg",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "internal.example",
    "PATH": "/usr/bin",
}


def test_nothing_of_aws_is_left_but_what_leads_nowhere():
    environment = dict(HOSTILE)
    fence.apply(environment)
    left = {name: value for name, value in environment.items() if name.startswith(("AWS", "BOTO"))}
    assert left == {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_loopback_passes_no_proxy(name):
    environment = {"HTTP_PROXY": "http://proxy.example:3128", name: "internal.example"}
    fence.apply(environment)
    assert environment[name] == "internal.example,127.0.0.1,localhost,::1"


def test_applying_it_twice_changes_nothing_more():
    environment = dict(HOSTILE)
    fence.apply(environment)
    once = dict(environment)
    fence.apply(environment)
    assert environment == once


@pytest.mark.parametrize(
    "url",
    [
        "https://dynamodb.us-east-1.amazonaws.com",
        "http://10.0.0.5:8000",
        "http://0.0.0.0:8000",
        "http://127.0.0.1.example.com:8000",
        "http://localhost.example.com",
        "http://127.0.0.1@dynamodb.us-east-1.amazonaws.com",
        "127.0.0.1:8000",
        "nonsense",
        "http://[::1",
    ],
)
@pytest.mark.parametrize("name", ["DYNAMODB_ENDPOINT_URL", "JOBS_QUEUE_URL"])
def test_an_address_off_this_machine_is_refused_and_nothing_is_changed(name, url):
    environment = {**HOSTILE, name: url}
    before = dict(environment)
    with pytest.raises(ImproperlyConfigured, match=name):
        fence.apply(environment)
    assert environment == before


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "http://localhost:8000", "https://[::1]:8000", ""]
)
def test_an_endpoint_on_this_machine_is_kept(url):
    environment = {"DYNAMODB_ENDPOINT_URL": url}
    fence.apply(environment)
    assert environment["DYNAMODB_ENDPOINT_URL"] == url
