"""What a provider answers, within bounds: a host may send without end, or a byte now and then."""

import time

import requests
from urllib3.exceptions import HTTPError

from billing.providers.errors import NoAnswer

PIECE = 4096


def read_bounded(answer: requests.Response, *, most: int, seconds: float) -> bytes:
    """The body of an answer that was asked for with `stream=True`.

    Each piece is taken as it comes, so that `seconds` are exceeded by one wait of the connection
    at most. Raises NoAnswer for a body of more than `most` bytes, and for one that takes longer or
    breaks off.
    """
    end = time.monotonic() + seconds
    body = bytearray()
    try:
        while piece := answer.raw.read1(PIECE, decode_content=True):
            body += piece
            if len(body) > most or time.monotonic() > end:
                raise NoAnswer
    except HTTPError as error:
        raise NoAnswer from error
    return bytes(body)
