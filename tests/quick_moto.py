"""moto with the same answers in less time.

It looks for the service among all of AWS, for an operation among all members of its class, and
for each attribute of an answer under six names. It copies whole tables and parsed expressions the
way pickle does, and parses the same expressions anew each time. Here a request for DynamoDB goes
straight to moto's DynamoDB, a value that stands in the answer as it is sent is sent, copies know
what they copy, an expression is parsed once and its form checked once, and a query of a partition
that holds nothing is answered at once, if one of the same form was answered before.
"""

import copy
import json
from contextlib import contextmanager
from functools import cache

import pytest
from botocore.signers import RequestSigner
from moto.core import DEFAULT_ACCOUNT_ID, botocore_stubber, responses, serialize
from moto.core.exceptions import HTTPException
from moto.core.request import normalize_request
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import validators
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.responses import DynamoHandler

PLAIN = {"S", "N", "BOOL", "NULL", "SS", "NS"}  # the others hold bytes, or more values
SINGLE = {"S", "N", "BOOL", "NULL"}
REGION = "us-east-1"
NOTHING = '{"Items": [], "Count": 0, "ScannedCount": 0}'
FORM = (
    validators.ActionCountValidator,
    validators.OverlappingPathsValidator,
    validators.UpdateHashRangeKeyValidator,
)
JSON = {"Content-Type": "application/x-amz-json-1.0"}
_find_service = botocore_stubber.BotocoreStubber.process_request
_pick = serialize.XFormedAttributePicker.__call__
_write_structure = serialize.BaseJSONSerializer._serialize_type_structure
_list_methods = responses.method_names_from_class
_parse_update = UpdateExpressionParser.make
_prepare_checks = validators.Validator.__init__
_list_checks = validators.UpdateExpressionValidator.get_ast_processors
_validate = validators.Validator.validate
_prepare = DepthFirstTraverser.pre_processing_of_child
_transact = DynamoDBBackend.transact_write_items
_answered_forms, _passed = set(), set()
_written = {}  # table -> the keys that the transaction under way may change
_kept = {}  # table -> its copy from before that transaction


@contextmanager
def quick():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore_stubber.BotocoreStubber, "process_request", answer)
        patch.setattr(serialize.XFormedAttributePicker, "__call__", pick)
        patch.setattr(serialize.BaseJSONSerializer, "_serialize_type_structure", write_structure)
        patch.setattr(responses, "method_names_from_class", cache(_list_methods))
        patch.setattr(UpdateExpressionParser, "make", cache(_parse_update))
        patch.setattr(validators, "deepcopy", copied)
        patch.setattr(validators.Validator, "__init__", prepare_checks)
        patch.setattr(validators.UpdateExpressionValidator, "get_ast_processors", checks_left)
        patch.setattr(validators.Validator, "validate", validate)
        patch.setattr(DepthFirstTraverser, "traverse_node_recursively", traverse)
        patch.setattr(Table, "__deepcopy__", copied_table, raising=False)
        patch.setattr(Item, "__deepcopy__", copied_item)
        patch.setattr(DynamoDBBackend, "transact_write_items", transact)
        patch.setattr(RequestSigner, "sign", lambda *args, **more: None)  # nobody checks it here
        yield


def answer(stubber, request):
    if "//dynamodb." not in request.url:
        return _find_service(stubber, request)
    form = None
    if request.headers["X-Amz-Target"].endswith(b".Query"):
        query = json.loads(request.body)
        form = form_of(query)
        if form in _answered_forms and holds_nothing(query):
            return 200, JSON, NOTHING
    asked = normalize_request(request)
    try:
        status, headers, body = DynamoHandler.dispatch(asked, asked.raw_url, asked.headers)
    except HTTPException as error:
        return error.code, error.get_headers(), error.get_body()
    if status == 200 and form:
        _answered_forms.add(form)
    return status, headers, body


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


def prepare_checks(
    validator, expression, expression_attribute_names, expression_attribute_values, item, table
):
    """What its form depends on; expressions are parsed once, so one has one identity."""
    validator.form = (
        id(expression),
        tuple(sorted((expression_attribute_names or {}).items())),
        table.name,
    )
    _prepare_checks(
        validator, expression, expression_attribute_names, expression_attribute_values, item, table
    )


def checks_left(validator):
    """Without those of the form when this form passed before."""
    checks = _list_checks(validator)
    of_form = [each for each in checks if isinstance(each, FORM)]
    assert len(of_form) == len(FORM)
    return [each for each in checks if each not in of_form] if validator.form in _passed else checks


def validate(validator):
    node = _validate(validator)
    _passed.add(validator.form)
    return node


def copied(value):
    return copied_node(value) if isinstance(value, Node) else copy.deepcopy(value)


def copied_node(node):
    new = object.__new__(type(node))
    new.__dict__.update(node.__dict__)
    if node.children is not None:
        new.children = [copied(child) for child in node.children]
        for child in new.children:
            if isinstance(child, Node):
                child.parent = new
    return new


def traverse(traverser, node, child_id=-1):
    """As moto does, asking once for each class and not at each node what is to be processed."""
    processors = traverser._processing_map()
    known = {}

    def processor_of(kind):
        found = (each for key, each in processors.items() if issubclass(kind, key))
        known[kind] = issubclass(kind, Node), next(found, None)
        return known[kind]

    prepare = traverser.pre_processing_of_child
    prepares = type(traverser).pre_processing_of_child is not _prepare

    def visit(node, child_id):
        is_node, process = known.get(type(node)) or processor_of(type(node))
        if not is_node:
            return node
        parent = node.parent
        for number, child in enumerate(node.children or ()):
            if prepares:
                prepare(node, number)
            if type(child) is not str:
                visit(child, number)
        if process:
            node = process(node)
            node.parent = parent
            if parent:
                parent.children[child_id] = node
        return node

    return visit(node, child_id)


def transact(backend, transact_items):
    """Copies of tables, which moto puts back when it fails, need what it is about only, and are
    the same for each of its actions."""
    about = [next(iter(item.values())) for item in transact_items]
    for operation in about:
        table = backend.tables.get(operation["TableName"])
        if table is not None:
            key = operation.get("Key") or operation["Item"]
            sort = DynamoType(key[table.range_key_attr]) if table.range_key_attr else None
            place = DynamoType(key[table.hash_key_attr]), sort
            _written.setdefault(table.name, set()).add(place)
    try:
        return _transact(backend, transact_items)
    finally:
        _written.clear()
        _kept.clear()


def copied_table(table, memo):
    if table.name in _kept:
        return _kept[table.name]
    new = _kept[table.name] = copy.copy(table)
    new.items = copy.copy(table.items)  # keeps its default for a missing partition
    for partition in {key for key, _ in _written[table.name]} & table.items.keys():
        new.items[partition] = copy.copy(table.items[partition])
    for partition, sort in _written[table.name]:
        found = table.items.get(partition)
        if isinstance(found, Item):
            new.items[partition] = copied_item(found)
        elif found and sort in found:
            new.items[partition][sort] = copied_item(found[sort])
    return new


def copied_item(item, memo=None):
    new = object.__new__(type(item))
    new.hash_key, new.range_key = item.hash_key, item.range_key
    new.attrs = LimitedSizeDict()
    dict.update(new.attrs, {name: copied_value(value) for name, value in item.attrs.items()})
    return new


def copied_value(value):
    if type(value) is not DynamoType or value.type not in SINGLE:
        return copy.deepcopy(value)
    new = object.__new__(DynamoType)
    new.type, new.value = value.type, value.value
    return new


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
