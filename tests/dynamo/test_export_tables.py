import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from dynamo.client import call
from tests.dynamo.commands import run, standing


def test_a_cloudformation_template_makes_the_same_tables():
    template = json.loads(run("export_tables", "--format", "cloudformation"))
    assert len(template["Resources"]) == 12
    sessions = template["Resources"]["SessionsTable"]
    properties = sessions["Properties"]
    assert sessions["Type"] == "AWS::DynamoDB::Table"
    assert sessions["DeletionPolicy"] == "Retain"
    assert properties["TableName"] == "test-sessions"
    assert properties["KeySchema"] == [{"AttributeName": "session_hash", "KeyType": "HASH"}]
    assert properties["TimeToLiveSpecification"]["AttributeName"] == "expires_at"
    assert not properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    defined = {d["AttributeName"] for d in properties["AttributeDefinitions"]}
    assert defined == {"session_hash", "user_sub", "created_at"}


@pytest.mark.engine
def test_an_engine_accepts_the_template(account):
    template = json.loads(run("export_tables", "--format", "cloudformation"))
    for resource in template["Resources"].values():
        properties = dict(resource["Properties"])
        for later in ("TimeToLiveSpecification", "PointInTimeRecoverySpecification"):
            properties.pop(later, None)
        encrypted = {"SSESpecification": {"Enabled": properties["SSESpecification"]["SSEEnabled"]}}
        call("CreateTable", **(properties | encrypted))
    assert len(standing()) == 12


def policy(*arguments):
    return json.loads(run("export_tables", "--format", "iam-policy", *arguments))


def allowed(document):
    return {action for statement in document["Statement"] for action in statement["Action"]}


def test_the_web_role_never_scans_or_manages():
    actions = allowed(policy("--role", "web"))
    assert {"dynamodb:GetItem", "dynamodb:ConditionCheckItem"} <= actions
    assert not any("Scan" in action or "Table" in action or "*" in action for action in actions)


def test_each_role_is_allowed_more():
    web, worker, admin = (allowed(policy("--role", role)) for role in ("web", "worker", "admin"))
    assert web < worker < admin
    assert worker - web == {"dynamodb:Scan"}
    assert "dynamodb:CreateTable" in admin


def test_a_policy_names_these_tables_and_indexes_only():
    document = policy("--region", "eu-west-1", "--account", "123456789012")
    tables, indexes = (statement["Resource"] for statement in document["Statement"])
    assert len(tables) == 12
    assert "arn:aws:dynamodb:eu-west-1:123456789012:table/test-users" in tables
    assert "arn:aws:dynamodb:eu-west-1:123456789012:table/test-billing/index/gsi1" in indexes
    assert len(indexes) == 4
    assert set(document["Statement"][1]["Action"]) == {"dynamodb:Query"}


@pytest.mark.parametrize("arguments", [[], ["--format", "terraform"], ["--role", "root"]])
def test_export_tables_names_its_choices(arguments):
    with pytest.raises(CommandError, match=r"format|role"):
        call_command("export_tables", *arguments)


def test_a_skipped_table_does_not_spoil_the_document(settings):
    settings.DYNAMODB_TABLES = settings.DYNAMODB_TABLES | {"billing": ""}
    notices = StringIO()
    output = StringIO()
    call_command("export_tables", "--format", "cloudformation", stdout=output, stderr=notices)
    assert len(json.loads(output.getvalue())["Resources"]) == 11
    assert "BILLING_TABLE_NAME is not set" in notices.getvalue()
