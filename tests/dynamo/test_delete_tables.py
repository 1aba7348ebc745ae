import pytest
from django.core.management import CommandError

from dynamo import provisioning
from dynamo.client import call
from dynamo.errors import TableMissing
from dynamo.schema import schema_named
from tests.dynamo.commands import run, standing
from tests.dynamo.conftest import ON_BOTH


@ON_BOTH
def test_delete_tables_refuses_protected_tables_and_deletes_nothing(on, account, nobody):
    run("create_tables", "--yes", "--no-deletion-protection", "--only", "alerts")
    users = provisioning.table_parameters(schema_named("users"), protected=True)
    call("CreateTable", **users)
    with pytest.raises(CommandError, match="protection is on for fresh-test-users"):
        run("delete_tables", "--yes")
    assert standing() == ["alerts", "users"]


def test_delete_tables_refuses_when_nobody_is_there(account, nobody):
    run("create_tables", "--yes", "--no-deletion-protection", "--only", "users")
    with pytest.raises(CommandError, match="add --yes"):
        run("delete_tables")
    assert standing() == ["users"]


def test_delete_tables_wants_the_name_typed(account, person):
    names = ["--only", "users", "--only", "totp"]
    run("create_tables", "--yes", "--no-deletion-protection", *names)
    asked = person("yes", "fresh-test-users")
    output = run("delete_tables")
    assert [question.split()[1] for question in asked] == ["fresh-test-totp", "fresh-test-users"]
    assert "fresh-test-totp: kept." in output
    assert "fresh-test-users: deleted." in output
    assert standing() == ["totp"]


@ON_BOTH
def test_delete_tables_deletes_what_is_chosen(on, account, nobody):
    run("create_tables", "--yes", "--no-deletion-protection", "--only", "users", "--only", "totp")
    run("delete_tables", "--yes", "--only", "users")
    assert standing() == ["totp"]
    with pytest.raises(TableMissing):
        call("DescribeTable", TableName="fresh-test-users")
