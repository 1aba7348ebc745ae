"""Faults of storage that no local engine shows, put between the SDK and the engine."""

import json
from contextlib import contextmanager

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

from dynamo import client

URL = "http://storage.test"
OUTAGES = ("InternalServerError", "ServiceUnavailable")  # the rest is 400


class Faults:
    """Each fault hits the next `times` requests of that operation, e.g. "PutItem"."""

    def __init__(self, monkeypatch):
        self._monkeypatch = monkeypatch
        self.hits = []

    def lose_answer(self, operation, times=1):
        """The engine does what it is asked, but its answer never comes; the SDK repeats."""

        def losing(ask):
            ask()
            return None, ConnectionClosedError(endpoint_url=URL)

        self._between(operation, times, losing)

    def refuse(self, operation, code, times=1, **details):
        """The engine is not asked; the answer is this error of DynamoDB's."""
        self._between(operation, times, lambda ask: (_refusal(code, details), None))

    def answer(self, operation, changed, times=1):
        """The engine does what it is asked, and `changed(answer)` is what it says."""

        def changing(ask):
            (http, parsed), error = ask()
            return (http, changed(parsed)), error

        self._between(operation, times, changing)

    @contextmanager
    def outage(self):
        """No connection to storage inside the block."""
        endpoint = client.client()._endpoint
        with self._monkeypatch.context() as patch:
            refused = (None, EndpointConnectionError(endpoint_url=URL))
            patch.setattr(endpoint, "_do_get_response", lambda *arguments: refused)
            yield

    def _between(self, operation, times, fault):
        endpoint = client.client()._endpoint
        ask = endpoint._do_get_response
        left = [times]

        def asked(request, model, context):
            if model.name != operation or not left[0]:
                return ask(request, model, context)
            left[0] -= 1
            self.hits.append(operation)
            return fault(lambda: ask(request, model, context))

        self._monkeypatch.setattr(endpoint, "_do_get_response", asked)


def _refusal(code, details):
    status = 500 if code in OUTAGES else 400
    response = AWSResponse(URL, status, {}, None)
    response._content = json.dumps({"__type": code}).encode()
    metadata = {"HTTPStatusCode": status, "RequestId": "FAULT", "HTTPHeaders": {}}
    error = {"Code": code, "Message": "injected"}
    return response, {"Error": error, "ResponseMetadata": metadata, **details}
