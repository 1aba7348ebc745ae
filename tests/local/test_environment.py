import json
import os

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment


@pytest.fixture(autouse=True)
def isolated(monkeypatch):
    """Each test has its own process environment and leaves no variables behind."""
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr(environment.Variables, "ENVIRON", {})
    environment._secrets_manager.cache_clear()


@pytest.fixture
def env_file(tmp_path):
    path = tmp_path / ".env"
    os.environ["ENV_FILE"] = str(path)
    return path


def test_the_process_environment_is_above_the_file(env_file):
    env_file.write_text("SITE_NAME=from-file\nPORT=1234\n")
    os.environ["SITE_NAME"] = "from-process"
    env = environment.load()
    assert env.str("SITE_NAME") == "from-process"
    assert env.int("PORT") == 1234


def test_a_secret_comes_from_the_process_then_its_file_then_the_env_file(env_file, tmp_path):
    env_file.write_text("SECRET_KEY=from-env-file\n")
    del os.environ["SECRET_KEY"]
    environment.load()
    assert environment.secret("SECRET_KEY") == "from-env-file"

    (tmp_path / "key").write_text("from-named-file\n")
    os.environ["SECRET_KEY_FILE"] = str(tmp_path / "key")
    environment.load()
    assert environment.secret("SECRET_KEY") == "from-named-file"

    os.environ["SECRET_KEY"] = "from-process"
    environment.load()
    assert environment.secret("SECRET_KEY") == "from-process"


def test_secrets_of_one_json_secret_are_above_the_env_file(env_file, monkeypatch):
    env_file.write_text("SECRET_KEY=from-env-file\nAWS_SECRETS_ID=prod/latchkey\n")
    del os.environ["SECRET_KEY"]
    stored = {"SECRET_KEY": "from-aws", "EMAIL_HOST_PASSWORD": "pass"}
    monkeypatch.setattr("boto3.client", lambda service: FakeSecrets(json.dumps(stored)))
    environment.load()
    assert environment.secret("SECRET_KEY") == "from-aws"
    assert environment.secret("EMAIL_HOST_PASSWORD") == "pass"
    assert environment.secret("SECRET_KEY_FALLBACKS") == ""


class FakeSecrets:
    def __init__(self, text):
        self.text = text

    def get_secret_value(self, *, SecretId):  # noqa: N803
        assert SecretId == "prod/latchkey"
        return {"SecretString": self.text}


@pytest.mark.parametrize("text", ["not json", '["a list"]'])
def test_a_stored_secret_that_is_no_object_is_refused(monkeypatch, text):
    os.environ["AWS_SECRETS_ID"] = "prod/latchkey"
    del os.environ["SECRET_KEY"]
    monkeypatch.setattr("boto3.client", lambda service: FakeSecrets(text))
    environment.load()
    with pytest.raises(ImproperlyConfigured, match="AWS_SECRETS_ID"):
        environment.secret("SECRET_KEY")


def test_a_secret_file_that_is_not_there_is_named(tmp_path):
    del os.environ["SECRET_KEY"]
    os.environ["SECRET_KEY_FILE"] = str(tmp_path / "nothing")
    environment.load()
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE"):
        environment.secret("SECRET_KEY")


def test_what_boto3_reads_is_handed_on_from_the_env_file(env_file):
    env_file.write_text("AWS_REGION=eu-central-1\nSECRET_KEY=x\n")
    os.environ["AWS_PROFILE"] = "mine"
    del os.environ["SECRET_KEY"]
    environment.load()
    assert os.environ["AWS_REGION"] == "eu-central-1"
    assert os.environ["AWS_PROFILE"] == "mine"
    assert "SECRET_KEY" not in os.environ


def test_local_mode_is_fenced_before_anything_else_can_read(env_file):
    env_file.write_text("STORAGE=local\nAWS_REGION=eu-central-1\nAWS_SECRETS_ID=prod\n")
    del os.environ["STORAGE"], os.environ["SECRET_KEY"]
    os.environ["AWS_PROFILE"] = "production"
    environment.load()
    assert "AWS_PROFILE" not in os.environ
    assert "AWS_REGION" not in os.environ
    assert environment.secret("SECRET_KEY") == ""


@pytest.mark.parametrize("value", ["", "Local", "dynamodb"])
def test_an_unknown_storage_is_refused(value):
    os.environ["STORAGE"] = value
    with pytest.raises(ImproperlyConfigured, match="STORAGE"):
        environment.load()


def test_a_value_of_the_wrong_kind_names_its_variable():
    os.environ["PORT"] = "eighty"
    with pytest.raises(ImproperlyConfigured, match="PORT='eighty'"):
        environment.load().int("PORT", 8000)
