import socket

import pytest

from core.local import server
from tests.engines import free_port


@pytest.mark.parametrize("port", [-1, 0, 65_536])
def test_a_number_that_is_no_port_is_refused(port):
    assert server.why_not_free(port) == "a port is a number from 1 to 65535"


def test_a_free_port_has_nothing_against_it():
    assert server.why_not_free(free_port()) == ""


@pytest.mark.parametrize("address", ["127.0.0.1", ""])
def test_a_listener_on_loopback_or_everywhere_takes_the_port(address):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind((address, 0))
        other.listen()
        assert server.why_not_free(other.getsockname()[1]) == "Address already in use"


def test_it_watches_our_code_and_none_of_what_runs_write():
    watched = {folder.name for folder in server.watched_folders()}
    assert {"accounts", "core", "config", "templates"} <= watched
    assert not {"tests", ".local", ".venv", "media", "docs"} & watched


def test_it_reloads_only_while_debug_is_on(settings):
    settings.DEBUG = False
    assert "--reload" not in server.web_server().command
    settings.DEBUG = True
    assert "--reload" in server.web_server().command
