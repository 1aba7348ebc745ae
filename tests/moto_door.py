"""A request for DynamoDB, answered by moto's DynamoDB without the rest of moto.

moto looks for the service among all of AWS, takes the request for one of any protocol, and reads
and writes each value by the shape it has in the service's model. DynamoDB speaks JSON, in which
only bytes are written in another way. A query of a partition that holds nothing is answered at
once, if one of the same form was answered before.
"""

import json
from base64 import b64decode, b64encode
from functools import cache
from itertools import count

from moto.core import DEFAULT_ACCOUNT_ID, botocore_stubber
from moto.core.exceptions import HTTPException, ServiceException
from moto.core.request import normalize_request
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.responses import DynamoHandler

REGION = "us-east-1"
NOTHING = '{"Items": [], "Count": 0, "ScannedCount": 0}'
JSON = {"Content-Type": "application/x-amz-json-1.0"}
DATA = {  # the others are about tables, have times in their answers, and are seldom
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
}
find_service = botocore_stubber.BotocoreStubber.process_request
method_name = cache(camelcase_to_underscores)
_answered_forms = set()
_requests = count(1)


def answer(stubber, request):
    if "//dynamodb." not in request.url:
        return find_service(stubber, request)
    operation = request.headers["X-Amz-Target"].decode().partition(".")[2]
    if operation not in DATA:
        return _dispatch(request)
    form = None
    if operation == "Query":
        query = json.loads(request.body)
        form = form_of(query)
        if form in _answered_forms and holds_nothing(query):
            return 200, JSON, NOTHING
    status, headers, body = _call(request, operation)
    if status == 200 and form:
        _answered_forms.add(form)
    return status, headers, body


def _dispatch(request):
    asked = normalize_request(request)
    try:
        return DynamoHandler.dispatch(asked, asked.raw_url, asked.headers)
    except HTTPException as error:
        return error.code, error.get_headers(), error.get_body()


def _call(request, operation):
    handler = DynamoHandler()
    handler.region, handler.current_account = REGION, DEFAULT_ACCOUNT_ID
    handler.headers = {"X-Amz-Target": f"_.{operation}", **JSON}
    handler.querystring, handler.response_headers = {}, {}
    has_bytes = b'"B"' in request.body or b'"BS"' in request.body
    handler.params = json.loads(request.body, object_hook=with_bytes if has_bytes else None)
    handler.body = handler.params
    headers = {**JSON, "x-amzn-requestid": f"request-{next(_requests)}"}
    try:
        result = getattr(handler, method_name(operation))().result
    except ServiceException as error:
        status, more, body = handler.serialized(ActionResult(error))
        return status, {**headers, **more}, body
    except HTTPException as error:
        return error.code, {**headers, **dict(error.get_headers())}, error.description
    return 200, headers, json.dumps(result, default=as_text)


def with_bytes(found):
    """Of an attribute's value, which is `{type: value}`; any other object as it is."""
    match found:
        case {"B": str(text)}:
            return {"B": b64decode(text)}
        case {"BS": [*texts]}:
            return {"BS": [b64decode(text) for text in texts]}
    return found


def as_text(value):
    return b64encode(value).decode()


def form_of(query):
    """What moto checks of it; None when it asks for more than items by the table's own key."""
    if not query["KeyConditionExpression"].startswith("#0 = :0") or "IndexName" in query:
        return None
    values = sorted(query.pop("ExpressionAttributeValues").items())
    kinds = [(name, *value) for name, value in values]
    start = query.pop("ExclusiveStartKey", {}).keys()
    query["partition"] = dict(values)[":0"]
    rest = {name: value for name, value in query.items() if name not in ("Limit", "partition")}
    return json.dumps([rest, kinds, sorted(start)], sort_keys=True)


def holds_nothing(query):
    table = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[query["TableName"]]
    return not table.items.get(DynamoType(query["partition"]))
