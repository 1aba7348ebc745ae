"""moto with the same answers in less time.

It looks for the service among all of AWS, for an operation among all members of its class, and
for each attribute of an answer under six names. Here a request for DynamoDB goes straight to
moto's DynamoDB, and a value that stands in the answer as it is sent is sent.
"""

from contextlib import contextmanager
from functools import cache

import pytest
from moto.core import botocore_stubber, responses, serialize
from moto.core.exceptions import HTTPException
from moto.core.request import normalize_request
from moto.dynamodb.responses import DynamoHandler

PLAIN = {"S", "N", "BOOL", "NULL", "SS", "NS"}  # the others hold bytes, or more values
_find_service = botocore_stubber.BotocoreStubber.process_request
_pick = serialize.XFormedAttributePicker.__call__
_write_structure = serialize.BaseJSONSerializer._serialize_type_structure
_list_methods = responses.method_names_from_class


@contextmanager
def quick():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore_stubber.BotocoreStubber, "process_request", answer)
        patch.setattr(serialize.XFormedAttributePicker, "__call__", pick)
        patch.setattr(serialize.BaseJSONSerializer, "_serialize_type_structure", write_structure)
        patch.setattr(responses, "method_names_from_class", cache(_list_methods))
        yield


def answer(stubber, request):
    if "//dynamodb." not in request.url:
        return _find_service(stubber, request)
    asked = normalize_request(request)
    try:
        return DynamoHandler.dispatch(asked, asked.raw_url, asked.headers)
    except HTTPException as error:
        return error.code, error.get_headers(), error.get_body()


def pick(picker, context):
    as_it_is = type(context.obj) is dict and not picker.response_transformers
    if as_it_is and context.key in context.obj:
        return context.obj[context.key]
    return _pick(picker, context)


def write_structure(serializer, serialized, value, shape, key):
    if shape.name == "AttributeValue" and type(value) is dict and value.keys() <= PLAIN:
        serialized[key] = value
    else:
        _write_structure(serializer, serialized, value, shape, key)
