import pytest

from dynamo.aliases import Aliases
from dynamo.errors import InvalidItem
from dynamo.expressions import Update, attr, begins_with, between
from tests.dynamo.conftest import ON_BOTH

ITEM = {
    "pk": "USER#alice",
    "sk": "1",
    "name": "Alice",
    "size": 3,
    "a.b": "dotted",
    "data": {"x.y": [10, 20], "n": 1},
    "tags": {"red", "blue"},
    "other": 3,
    "nothing": None,
}

CONDITIONS = [
    (attr("name").exists(), True),
    (attr("missing").missing(), True),
    (attr("name").eq("Alice"), True),
    (attr("name").ne("Alice"), False),
    (attr("missing").ne("Alice"), True),
    (attr("missing").eq("Alice"), False),
    (attr("size").lt(4) & attr("size").le(3), True),
    (attr("size").gt(3) | attr("size").ge(3), True),
    (~attr("size").between(1, 3), False),
    (attr("size").between(3, 3), True),
    (attr("name").begins_with("Al"), True),
    (attr("name").contains("lic"), True),
    (attr("tags").contains("red"), True),
    (attr("size").is_in([1, 2, 3]), True),
    (attr("a.b").eq("dotted"), True),
    (attr("data", "x.y", 1).eq(20), True),
    (attr("data", "x.y").size_eq(2), True),
    (attr("name").size_lt(5) | attr("name").size_gt(5), False),
    (attr("name").size_le(5) & attr("name").size_ge(5), True),
    (attr("size").eq(attr("other")), True),
    (attr("nothing").eq(None), True),
    (attr("name").eq("Bob") & (attr("size").eq(3) | attr("size").eq(4)), False),
    (~(attr("name").eq("Bob") | attr("size").eq(4)) & attr("pk").exists(), True),
]


@ON_BOTH
@pytest.mark.parametrize(("condition", "holds"), CONDITIONS)
def test_it_means_what_it_says(table, on, condition, holds):
    table.put(ITEM)
    assert bool(table.query("USER#alice", filter=None).items)
    found = table.update({"pk": "USER#alice", "sk": "1"}, Update().set("seen", 1), returning="old")
    assert found == ITEM
    assert accepts(table, condition) is holds


def accepts(table, condition):
    from dynamo.errors import ConditionFailed

    try:
        table.put(ITEM, condition=condition)
    except ConditionFailed:
        return False
    return True


UPDATES = [
    (Update().set("name", "Bob"), {"name": "Bob"}),
    (Update().set(("data", "x.y"), []), {"data": {"x.y": [], "n": 1}}),
    (Update().set("other", attr("size")), {"other": 3}),
    (Update().set_if_missing("name", "Bob").set_if_missing("new", 1), {"new": 1}),
    (Update().add("size", 2), {"size": 5}),
    (Update().add("tags", {"green"}), {"tags": {"red", "blue", "green"}}),
    (Update().increment("size", -1), {"size": 2}),
    (Update().increment(("data", "m"), 5, start=100), {"data": {**ITEM["data"], "m": 105}}),
    (Update().append("list", 1, "b"), {"list": [1, "b"]}),
    (Update().append(("data", "x.y"), 30), {"data": {"x.y": [10, 20, 30], "n": 1}}),
    (Update().discard("tags", {"red"}), {"tags": {"blue"}}),
    (
        Update().remove("a.b", ("data", "n")).set("name", "Bob").add("n", 1).remove("nothing"),
        {"a.b": ..., "nothing": ..., "data": {"x.y": [10, 20]}, "name": "Bob", "n": 1},
    ),
    (Update().discard("tags", {"red", "blue"}), {"tags": ...}),
]


@ON_BOTH
@pytest.mark.parametrize(("update", "changes"), UPDATES)
def test_it_changes_what_it_says(table, on, update, changes):
    table.put(ITEM)
    expected = {name: value for name, value in (ITEM | changes).items() if value is not ...}
    key = {"pk": "USER#alice", "sk": "1"}
    assert table.update(key, update, returning="new") == expected
    assert table.get(key) == expected


def test_it_refuses_an_update_without_a_change():
    with pytest.raises(InvalidItem, match="without a change"):
        Update().parts()


@pytest.mark.parametrize(
    "twice",
    [
        lambda: Update().set("a", 1).remove("a"),
        lambda: Update().set(("a", "b"), 1).set("a", {}),
        lambda: Update().set("a", {}).add(("a", "b", "c"), 1),
    ],
)
def test_it_refuses_to_change_a_path_twice(twice):
    with pytest.raises(InvalidItem, match="twice"):
        twice()


def test_an_update_is_never_changed_in_place():
    first = Update().set("a", 1)
    first.set("b", 2)
    assert first == Update().set("a", 1)


@pytest.mark.parametrize(
    "build",
    [
        lambda: attr(),
        lambda: attr(""),
        lambda: attr(0),
        lambda: attr("a", ""),
        lambda: attr("a").is_in([]),
        lambda: attr("a").is_in(range(101)),
        lambda: attr("a").between(2, 1),
        lambda: between("b", "a").parts("sk"),
        lambda: Aliases().render(attr("a").eq(1.5).parts),
    ],
)
def test_it_refuses_what_dynamodb_would_refuse(build):
    with pytest.raises(InvalidItem):
        build()


def test_it_refuses_an_expression_that_is_too_long():
    update = Update()
    for number in range(400):
        update = update.set(f"attribute-{number}", number)
    with pytest.raises(InvalidItem, match="4096"):
        Aliases().render(update.parts())


def test_names_and_values_are_only_ever_aliases():
    aliases = Aliases()
    text = aliases.render((attr("status) OR (x").eq("1) OR (1 = 1")).parts)
    assert text == "#0 = :0"
    assert aliases.parameters() == {
        "ExpressionAttributeNames": {"#0": "status) OR (x"},
        "ExpressionAttributeValues": {":0": {"S": "1) OR (1 = 1"}},
    }


def test_a_key_range_names_the_sort_key():
    assert begins_with("PAY#").parts("sk")[1] == ("sk",)
