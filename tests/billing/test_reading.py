"""What providers answer, read within bounds of size and time."""

import gzip
import time

import pytest
import requests

from billing.providers.errors import NoAnswer
from billing.providers.reading import PIECE, read_bounded
from tests.billing.paypal_doubles import Server, dripping


@pytest.fixture
def server():
    with Server() as made:
        yield made


@pytest.fixture
def read(server):
    def from_the_server(*, most=100_000, seconds=30, timeout=30):
        with requests.get(server.origin, stream=True, timeout=timeout) as answer:
            return read_bounded(answer, most=most, seconds=seconds)

    return from_the_server


@pytest.mark.parametrize("size", [0, 1, PIECE, 3 * PIECE + 1])
def test_a_body_is_read_whole(server, read, size):
    server.answer = (200, b"x" * size)
    assert read(most=size) == b"x" * size


def test_one_in_chunks_is_read_whole(server, read):
    server.answer = dripping([b"3\r\nabc\r\n", b"2\r\nde\r\n", b"0\r\n\r\n"], chunked=True)
    assert read() == b"abcde"


def test_it_is_read_as_it_was_before_it_was_packed(server, read):
    packed = gzip.compress(b"x" * 50_000)
    server.answer = (200, packed, ("Content-Encoding", "gzip"))
    assert read() == b"x" * 50_000
    with pytest.raises(NoAnswer):
        read(most=len(packed))


def test_a_larger_one_is_not_read_to_its_end(server, read):
    server.answer = (200, b"x" * 101)
    with pytest.raises(NoAnswer):
        read(most=100)


@pytest.mark.parametrize("chunked", [False, True])
def test_one_that_drips_ends_in_time(server, read, chunked):
    piece = b"1\r\nx\r\n" if chunked else b"x"
    server.answer = dripping([piece] * 200, every=0.05, chunked=chunked)
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        read(seconds=0.3)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("body", [b"", b"half"])
def test_one_that_breaks_off_is_none(server, read, body):
    server.answer = dripping([body], length=8)
    with pytest.raises(NoAnswer):
        read()


def test_one_that_stops_is_none(server, read):
    server.answer = dripping([b"half", b"half"], every=2)
    with pytest.raises(NoAnswer):
        read(timeout=0.2)
