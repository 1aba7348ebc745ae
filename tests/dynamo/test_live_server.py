"""The test set-up itself: a server in a thread needs no SQL and sees the storage of its test."""

from contextlib import closing
from http.client import HTTPConnection


def test_a_live_server_answers_without_a_database(live_server):
    address = live_server.thread
    with closing(HTTPConnection(address.host, address.port, timeout=10)) as connection:
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
