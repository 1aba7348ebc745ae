"""moto with the same answers in less time.

It copies whole tables and parsed expressions the way pickle does, and parses the same expressions
anew each time. Here a request goes straight to moto's DynamoDB (see moto_door.py), copies know
what they copy, and an expression is parsed once and its form checked once.
"""

import copy
from contextlib import contextmanager
from functools import cache

import pytest
from botocore.signers import RequestSigner
from moto.core import botocore_stubber
from moto.dynamodb.comparisons import AttributeValue, ConditionExpressionParser
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import validators
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, LeafNode, Node
from moto.dynamodb.parsing.expressions import UpdateExpressionParser

from tests.moto_door import answer

LARGEST = 405_000  # bytes of an item, as moto counts them
SINGLE = {"S", "N", "BOOL", "NULL"}
FORM = (
    validators.ActionCountValidator,
    validators.OverlappingPathsValidator,
    validators.UpdateHashRangeKeyValidator,
)
_parse_condition = ConditionExpressionParser.parse
_make_operand = ConditionExpressionParser._make_operand
_parse_update = UpdateExpressionParser.make
_prepare_checks = validators.Validator.__init__
_list_checks = validators.UpdateExpressionValidator.get_ast_processors
_validate = validators.Validator.validate
_prepare = DepthFirstTraverser.pre_processing_of_child
_transact = DynamoDBBackend.transact_write_items
_conditions = {}  # expression and names -> its tree, and the names and values it has
_passed = set()
_kinds = {}  # class of a traverser -> by class of a node: what it is processed by, if it is visited
_written = {}  # table -> the keys that the transaction under way may change
_kept = {}  # table -> its copy from before that transaction


@contextmanager
def quick():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore_stubber.BotocoreStubber, "process_request", answer)
        patch.setattr(ConditionExpressionParser, "parse", parse_condition)
        patch.setattr(ConditionExpressionParser, "_make_operand", make_operand)
        patch.setattr(UpdateExpressionParser, "make", cache(_parse_update))
        patch.setattr(validators, "deepcopy", copied)
        patch.setattr(validators.Validator, "__init__", prepare_checks)
        patch.setattr(validators.UpdateExpressionValidator, "get_ast_processors", checks_left)
        patch.setattr(validators.Validator, "validate", validate)
        patch.setattr(DepthFirstTraverser, "traverse_node_recursively", traverse)
        patch.setattr(Table, "__deepcopy__", copied_table, raising=False)
        patch.setattr(Item, "__init__", make_item)
        patch.setattr(Item, "__deepcopy__", copied_item)
        patch.setattr(DynamoDBBackend, "transact_write_items", transact)
        patch.setattr(RequestSigner, "sign", lambda *args, **more: None)  # nobody checks it here
        yield


def parse_condition(parser):
    """Its tree is the same whatever the values are, which `make_operand` looks up."""
    if not parser.condition_expression:
        return _parse_condition(parser)
    names = parser.expression_attribute_names or {}
    form = parser.condition_expression, tuple(sorted(names.items()))
    if form not in _conditions:
        trees = []
        parser._assert_no_redundant_parentheses = trees.append
        _parse_condition(parser)
        del parser._assert_no_redundant_parentheses
        parser._assert_no_redundant_parentheses(*trees)
        found = parser.expr_attr_names_found, parser.expr_attr_values_found
        _conditions[form] = *trees, *map(tuple, found)
        for each in found:
            each.clear()
    tree, names_found, values_found = _conditions[form]
    parser.expr_attr_names_found.extend(names_found)
    parser.expr_attr_values_found.extend(values_found)
    return parser._make_op_condition(tree)


def make_operand(parser, node):
    if node.kind == parser.Kind.EXPRESSION_ATTRIBUTE_VALUE:
        return AttributeValue(parser._lookup_expression_attribute_value(node.text))
    return _make_operand(parser, node)


def prepare_checks(
    validator, expression, expression_attribute_names, expression_attribute_values, item, table
):
    """What its form depends on; expressions are parsed once, so one has one identity."""
    validator.form = (
        expression,
        tuple(sorted((expression_attribute_names or {}).items())),
        table.name,
    )
    if validator.form in _passed:
        expression = flattened(expression)
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


@cache
def flattened(expression):
    """Its actions without the clauses around them, which only the checks of its form look at."""
    tree = copied_node(expression)
    tree.normalize()
    return tree


def traverse(traverser, node, child_id=-1):
    """As moto does, asking once for each class and not at each node what is to be processed."""
    processors = traverser._processing_map()
    kinds = _kinds.setdefault(type(traverser), {})

    def kind_of(kind):
        key = next((key for key in processors if issubclass(kind, key)), None)
        has_nodes = issubclass(kind, Node) and not issubclass(kind, LeafNode)
        kinds[kind] = key, has_nodes or key is not None
        return kinds[kind]

    prepare = traverser.pre_processing_of_child
    prepares = type(traverser).pre_processing_of_child is not _prepare

    def visit(node, child_id, key):
        parent = node.parent
        for number, child in enumerate(node.children or ()):
            if prepares:
                prepare(node, number)
            its_key, is_visited = kinds.get(type(child)) or kind_of(type(child))
            if is_visited:
                visit(child, number, its_key)
        if key:
            node = processors[key](node)
            node.parent = parent
            if parent:
                parent.children[child_id] = node
        return node

    key, is_visited = kinds.get(type(node)) or kind_of(type(node))
    return visit(node, child_id, key) if is_visited else node


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


def make_item(item, hash_key, range_key, attrs):
    """Its size is summed once, not with each of its attributes."""
    item.hash_key, item.range_key = hash_key, range_key
    item.attrs = LimitedSizeDict()
    dict.update(item.attrs, {name: DynamoType(value) for name, value in attrs.items()})
    if item.size() > LARGEST:
        raise ItemSizeTooLarge


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
