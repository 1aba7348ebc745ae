from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from dynamo import provisioning
from dynamo.client import call
from dynamo.schema import schema_named
from tests.dynamo.commands import run
from tests.dynamo.conftest import ON_BOTH


@ON_BOTH
def test_check_tables_passes_what_was_created(on, account):
    run("create_tables", "--yes")
    assert run("check_tables").count(": ok") == 12


@ON_BOTH
def test_check_tables_names_every_difference_and_its_fix(on, account):
    schema = schema_named("billing")
    other = provisioning.table_parameters(schema_named("alerts"), protected=False)
    call("CreateTable", **(other | {"TableName": schema.table_name}))
    output = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("check_tables", "--only", "billing", "--only", "users", stdout=output)
    text = output.getvalue()
    assert caught.value.returncode == 1
    assert "its key is user_sub + alert_id, not pk + sk: no command changes a key" in text
    assert "index gsi1 is missing: run `manage.py create_tables --update`" in text
    assert "index unread-index is not in the schema" in text
    assert "TTL on ttl is off: run `manage.py create_tables --update`" in text
    assert "fresh-test-users: does not exist: run `manage.py create_tables`" in text


@ON_BOTH
def test_check_tables_sees_another_index_under_the_same_name(on, account):
    schema = schema_named("sessions")
    made = provisioning.table_parameters(schema, protected=True)
    made["GlobalSecondaryIndexes"][0]["Projection"] = {"ProjectionType": "ALL"}
    call("CreateTable", **made)
    provisioning.enable_ttl(schema)
    output = StringIO()
    with pytest.raises(CommandError, match="1 problem found"):
        call_command("check_tables", "--only", "sessions", stdout=output)
    assert "index user_sub-index projects other attributes: delete index" in output.getvalue()


@ON_BOTH
def test_access_probes_every_table_and_leaves_nothing(on, account):
    run("create_tables", "--yes", "--only", "billing", "--only", "rate_limits")
    arguments = ["check_tables", "--access", "--only", "billing", "--only", "rate_limits"]
    assert run(*arguments).count(": ok") == 2
    for logical in ("billing", "rate_limits"):
        assert call("Scan", TableName=schema_named(logical).table_name)["Items"] == []


def test_access_names_the_missing_action(account, faults):
    run("create_tables", "--yes", "--only", "billing")
    for operation in ("Query", "UpdateItem", "TransactWriteItems"):
        faults.refuse(operation, "AccessDeniedException", times=9)
    output = StringIO()
    with pytest.raises(CommandError, match="4 problems"):
        call_command("check_tables", "--access", "--only", "billing", stdout=output)
    for action in ("Query", "Query on index/gsi1", "UpdateItem", "ConditionCheckItem"):
        assert f"the credentials lack dynamodb:{action}\n" in output.getvalue()
    assert call("Scan", TableName=schema_named("billing").table_name)["Items"] == []


def test_check_tables_sees_a_key_that_is_not_text(account):
    schema = schema_named("rate_limits")
    made = provisioning.table_parameters(schema, protected=True)
    made["AttributeDefinitions"] = [{"AttributeName": "pk", "AttributeType": "N"}]
    call("CreateTable", **made)
    provisioning.enable_ttl(schema)
    output = StringIO()
    with pytest.raises(CommandError, match="1 problem found"):
        call_command("check_tables", "--only", "rate_limits", stdout=output)
    assert "its key attributes are not text: pk: no command changes a key" in output.getvalue()


def test_credentials_that_may_not_describe_a_table_are_still_probed(account, faults):
    run("create_tables", "--yes", "--only", "billing")
    faults.refuse("DescribeTable", "AccessDeniedException", times=2)
    faults.refuse("Query", "AccessDeniedException", times=1)
    output = StringIO()
    with pytest.raises(CommandError, match="1 problem found"):
        call_command("check_tables", "--access", "--only", "billing", stdout=output)
    assert "not compared with its schema" in output.getvalue()
    assert "lack dynamodb:Query\n" in output.getvalue()
    with pytest.raises(CommandError, match="AccessDeniedException"):
        run("check_tables", "--only", "billing")


def test_access_is_proved_without_the_right_to_describe(account, faults):
    run("create_tables", "--yes", "--only", "billing")
    faults.refuse("DescribeTable", "AccessDeniedException")
    assert ": ok" in run("check_tables", "--access", "--only", "billing")
