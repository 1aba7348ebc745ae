import pytest
from django.core.management import CommandError

from dynamo import provisioning
from dynamo.client import call, is_local
from dynamo.schema import configured_schemas, schema_named
from tests import engines
from tests.dynamo.commands import COMMANDS, run, standing
from tests.dynamo.conftest import ON_BOTH


@ON_BOTH
def test_create_tables_makes_what_the_apps_declare(on, account):
    output = run("create_tables", "--yes")
    assert len(standing()) == 12
    for number, schema in enumerate(configured_schemas(), start=1):
        assert f"[{number}/12] {schema.table_name}: created." in output
        state = provisioning.read_state(schema)
        assert list(provisioning.differences(schema, state)) == []
        assert state.ttl == schema.ttl
        assert state.protected is not is_local()
        assert state.restorable is (schema.restorable and not is_local())
    assert "region: us-east-1" in output
    assert "endpoint: " in output


@ON_BOTH
def test_create_tables_can_be_repeated(on, account):
    run("create_tables", "--yes")
    output = run("create_tables", "--yes")
    assert output.count(": exists.") == 12
    assert "created" not in output


def test_a_new_table_is_on_demand_encrypted_and_tagged(account):
    run("create_tables", "--yes", "--only", "users")
    description = provisioning.read_state(schema_named("users")).description
    assert description["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert description["SSEDescription"]["Status"] == "ENABLED"
    tags = call("ListTagsOfResource", ResourceArn=description["TableArn"])["Tags"]
    assert {"Key": "table", "Value": "users"} in tags


def test_only_and_a_dry_run(account):
    output = run("create_tables", "--dry-run", "--only", "users", "--only", "totp")
    assert output.count("would be created") == 2
    assert standing() == []
    run("create_tables", "--yes", "--only", "users", "--only", "totp")
    assert standing() == ["totp", "users"]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_table_names_the_choices(account, command):
    with pytest.raises(CommandError, match=r"no such table. Choose from: alert_prefs, alerts"):
        run(command, "--only", "user")
    assert standing() == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_required_name_that_is_missing_is_named(account, settings, command):
    settings.DYNAMODB_TABLES = settings.DYNAMODB_TABLES | {"totp": "", "sms": ""}
    with pytest.raises(CommandError, match="DDB_SMS_TABLE, DDB_TOTP_TABLE"):
        run(command)


def test_billing_without_a_name_is_skipped(account, settings):
    settings.DYNAMODB_TABLES = settings.DYNAMODB_TABLES | {"billing": ""}
    assert "billing: skipped, BILLING_TABLE_NAME is not set." in run("create_tables", "--yes")
    assert len(standing()) == 11


@pytest.mark.parametrize("command", COMMANDS)
def test_an_outage_is_one_sentence(account, faults, nobody, command):
    with faults.outage(), pytest.raises(CommandError, match="does not answer"):
        run(command, *(["--yes"] if command != "check_tables" else []))


@pytest.mark.skipif(bool(engines.TEST_ENDPOINT), reason="a local endpoint is never asked about")
def test_create_tables_asks_off_loopback(account, nobody, person):
    with pytest.raises(CommandError, match="add --yes"):
        run("create_tables")
    assert person("n") == []
    with pytest.raises(CommandError, match="Nothing was changed"):
        run("create_tables")
    assert standing() == []
    person("y")
    assert "account: 123456789012" in run("create_tables", "--only", "users")
    assert standing() == ["users"]


@ON_BOTH
def test_update_adds_what_is_missing_step_by_step(on, account):
    schema = schema_named("sessions")
    bare = provisioning.table_parameters(schema, protected=False)
    del bare["GlobalSecondaryIndexes"]
    bare["AttributeDefinitions"] = provisioning.attribute_definitions(["session_hash"])
    call("CreateTable", **bare)
    only = ["--only", "sessions", "--yes"]

    assert "create_tables --update" in run("create_tables", *only)
    assert "would add index user_sub-index" in run("create_tables", *only, "--update", "--dry-run")
    assert provisioning.read_state(schema).ttl is None

    output = run("create_tables", *only, "--update")
    assert "index user_sub-index is missing; done: add index user_sub-index." in output
    assert "done: switch TTL on for expires_at." in output
    assert "ok" in run("check_tables", "--only", "sessions")


def test_it_waits_for_the_backups_of_a_new_table(account, faults, monkeypatch):
    waited = []
    monkeypatch.setattr(provisioning.time, "sleep", waited.append)
    schema = schema_named("users")
    call("CreateTable", **provisioning.table_parameters(schema, protected=False))
    code = "ContinuousBackupsUnavailableException"
    faults.refuse("UpdateContinuousBackups", code, times=2)
    provisioning.enable_restore(schema)
    assert waited == [provisioning.BACKUP_POLL_SECONDS] * 2
    backups = call("DescribeContinuousBackups", TableName=schema.table_name)
    assert "'PointInTimeRecoveryStatus': 'ENABLED'" in str(backups)


def test_it_waits_until_a_table_is_active(account, faults, monkeypatch):
    waited = []
    monkeypatch.setattr(provisioning.time, "sleep", waited.append)

    def creating(answer):
        table = {**answer["Table"], "TableStatus": "CREATING"}
        return answer | {"Table": table}

    call("CreateTable", **provisioning.table_parameters(schema_named("users"), protected=False))
    faults.answer("DescribeTable", creating, times=2)
    provisioning.wait_until_active("fresh-test-users")
    assert len(waited) == 2


def test_it_never_moves_a_ttl(account):
    schema = schema_named("users")
    call("CreateTable", **provisioning.table_parameters(schema, protected=True))
    wrong = {"AttributeName": "elsewhere", "Enabled": True}
    call("UpdateTimeToLive", TableName=schema.table_name, TimeToLiveSpecification=wrong)
    output = run("create_tables", "--yes", "--update", "--only", "users")
    assert "its TTL is on elsewhere: switch TTL off for elsewhere" in output
    assert provisioning.read_state(schema).ttl == "elsewhere"


def test_a_new_table_that_is_not_known_everywhere_yet_is_waited_for(account, faults, monkeypatch):
    monkeypatch.setattr(provisioning, "POLL_SECONDS", 0.01)
    schema = schema_named("users")
    faults.refuse("DescribeTable", "ResourceNotFoundException", times=2)
    provisioning.create_table(schema, protected=False)
    assert faults.hits == ["DescribeTable"] * 2
    assert provisioning.read_state(schema).ttl == schema.ttl
