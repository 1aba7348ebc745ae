"""The receiver of local mode."""

import pytest

from core import hooks

PATH = "/dev/hooks/"


@pytest.fixture
def local(settings, tmp_path, monkeypatch):
    settings.DEBUG, settings.LOCAL_DIR = True, tmp_path
    monkeypatch.setattr("dynamo.client.is_local", lambda: True)


def send(client, path=PATH, body=b'{"type":"webhook.test"}', **headers):
    headers = {"webhook-id": "msg_1", **headers}
    return client.post(path, body, content_type="application/json", headers=headers)


@pytest.mark.usefixtures("local")
def test_it_shows_what_arrived_as_text(client):
    assert "Nothing arrived yet" in client.get(PATH).content.decode()
    assert send(client, body=b'{"a":"<script>"}').status_code == 204
    page = client.get(PATH).content.decode()
    assert "<dd>msg_1</dd>" in page
    assert "&lt;script&gt;" in page


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize(("asked", "status"), [(503, 503), (410, 410), (302, 302), (999, 204)])
def test_it_answers_what_its_path_says(client, asked, status):
    assert send(client, f"{PATH}{asked}/").status_code == status
    assert hooks.list_hooks()[0].status == status


@pytest.mark.usefixtures("local")
def test_it_keeps_the_newest_for_its_owner_only(client, monkeypatch, tmp_path):
    monkeypatch.setattr(hooks, "KEPT", 2)
    for number in range(4):
        send(client, body=b"%d" % number)
    assert [hook.body for hook in hooks.list_hooks()] == ["3", "2"]
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "hooks").iterdir()} == {0o600}


def test_it_is_not_there_elsewhere(client, settings, tmp_path):
    settings.LOCAL_DIR = tmp_path
    assert client.get(PATH).status_code == 404
    assert send(client).status_code == 404
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("local")
def test_nor_for_another_machine(client):
    assert send(client, **{"X-Forwarded-For": "192.0.2.1"}).status_code == 404
