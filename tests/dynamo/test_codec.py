from datetime import UTC, datetime, timedelta, timezone
from decimal import Context, Decimal
from enum import StrEnum

import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from dynamo import codec
from dynamo.client import call
from dynamo.errors import InvalidItem, ItemTooLarge, StorageError

DIGITS_38 = 10**38 - 1
decimals = st.decimals(
    min_value=Decimal(-DIGITS_38), max_value=Decimal(DIGITS_38), allow_nan=False, places=6
).map(Context(prec=38).plus)
numbers = st.integers(-DIGITS_38, DIGITS_38) | decimals
scalars = st.none() | st.booleans() | numbers | st.text() | st.binary()
sets = (
    st.sets(numbers, min_size=1) | st.sets(st.text(), min_size=1) | st.sets(st.binary(), min_size=1)
)
names = st.text(min_size=1, max_size=20)
values = st.recursive(
    scalars | sets,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(names, children, max_size=4),
    max_leaves=12,
)
items = st.dictionaries(names, values, max_size=6)


@given(items)
def test_it_gives_back_what_was_stored(item):
    assert codec.decode_item(codec.encode_item(item)) == item


@given(values)
def test_it_encodes_what_the_sdk_encodes(value):
    theirs = TypeDeserializer().deserialize(TypeSerializer().serialize(value))
    ours = TypeDeserializer().deserialize(codec.encode(value))
    assert ours == theirs


@given(values)
def test_it_decodes_what_the_sdk_encodes(value):
    assert codec.decode(plain(TypeSerializer().serialize(value))) == value


def plain(encoded):
    """Without the SDK's wrapper around bytes, which DynamoDB's answers do not have."""
    if isinstance(encoded, Binary):
        return encoded.value
    if isinstance(encoded, dict):
        return {key: plain(value) for key, value in encoded.items()}
    return [plain(value) for value in encoded] if isinstance(encoded, list) else encoded


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1_700_000_000, "1700000000"),
        (Decimal("1.50"), "1.5"),
        (Decimal("-0.0"), "0"),
        (10**125, "1E+125"),
        (Decimal("1E-130"), "1E-130"),
        (DIGITS_38, "9" * 38),
    ],
)
def test_it_writes_numbers_exactly(value, text):
    assert codec.encode(value) == {"N": text}
    assert codec.decode({"N": text}) == value


def test_it_keeps_whole_numbers_int():
    assert type(codec.decode({"N": "5"})) is int
    assert type(codec.decode({"N": "1E+2"})) is int
    assert type(codec.decode({"N": "1.5"})) is Decimal


def test_it_writes_moments_in_utc_with_a_fixed_width():
    moment = datetime(2026, 11, 23, 5, tzinfo=timezone(timedelta(hours=1)))
    assert codec.encode(moment) == {"S": "2026-11-23T04:00:00.000000Z"}
    assert codec.timestamp(datetime(999, 1, 1, tzinfo=UTC)) == "0999-01-01T00:00:00.000000Z"


def test_it_writes_a_member_of_an_enumeration_as_its_text():
    class State(StrEnum):
        OPEN = "open"

    assert codec.encode(State.OPEN) == {"S": "open"}
    assert type(codec.encode(State.OPEN)["S"]) is str


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        Decimal("NaN"),
        Decimal("Infinity"),
        10**38 + 1,
        Decimal("1." + "1" * 38),
        Decimal("1E126"),
        Decimal("1E-131"),
        10**126,
        pytest.param(10**5000, id="5000 digits"),
        datetime(2026, 11, 23),  # noqa: DTZ001
        set(),
        {1, "a"},
        {True},
        {None},
        {("a", "b")},
        object(),
        "\ud800",
        {"": 1},
        {1: 1},
    ],
)
def test_it_refuses_what_cannot_be_held(value):
    with pytest.raises(InvalidItem):
        codec.encode(value)


def test_a_refusal_names_the_attribute():
    with pytest.raises(InvalidItem, match="price: float cannot be stored"):
        codec.encode_item({"pk": "a", "price": 9.99})


def nested(levels):
    value = "leaf"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.engine
def test_it_nests_as_deep_as_an_engine_does_and_no_deeper(table):
    deepest = {"pk": "a", "sk": "b", "tree": nested(31)}
    table.put(deepest)
    assert table.get({"pk": "a", "sk": "b"}) == deepest
    with pytest.raises(InvalidItem, match="31 deep"):
        codec.encode(nested(32))
    deeper = codec.encode_item(deepest | {"sk": "c"})
    deeper["tree"] = {"L": [deeper["tree"]]}
    with pytest.raises(StorageError, match="ValidationException"):
        call("PutItem", TableName=table.name, Item=deeper)


def test_it_refuses_an_item_over_350_kb():
    room = codec.MAX_ITEM_BYTES - len("text")
    codec.encode_item({"text": "x" * room})
    with pytest.raises(ItemTooLarge, match="358401 bytes"):
        codec.encode_item({"text": "x" * (room + 1)})


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("", 0),
        ("né", 3),
        (b"abc", 3),
        (None, 1),
        (True, 1),
        (0, 1),
        (1, 2),
        (-1, 3),
        (12, 2),
        (123, 3),
        (1_000_000, 2),
        (Decimal("0.001"), 2),
        (Decimal("-1.25"), 4),
        ([], 3),
        ([1, "ab"], 3 + 1 + 2 + 1 + 2),
        ({}, 3),
        ({"key": "ab"}, 3 + 1 + 3 + 2),
        ({"ab", "c"}, 3),
        ({1, 22}, 4),
    ],
)
def test_it_measures_as_dynamodb_does(value, size):
    assert codec.item_size({"n": codec.encode(value)}) == 1 + size
