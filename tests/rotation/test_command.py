"""A new key takes over everything that is stored under an old one, and the old one may go."""

import json
from datetime import timedelta

from standardwebhooks import Webhook

from alerts import services as alerts
from alerts.items import Channel, SuspensionReason
from alerts.services import webhooks
from alerts.services.suspending import suspension_writes
from alerts.services.webhooks import signing
from apikeys import services as api_keys
from core import clock, sealed
from dynamo.expressions import Update
from dynamo.schema import all_schemas
from dynamo.table import Table, transact
from mfa.repository.tables import DEVICES
from tests.accounts.mailbox import deliver
from tests.alerts.receivers import Receiver, add, work
from tests.alerts.test_webhook_endpoints import named
from tests.apikeys.keys import PROFILE, issue, program
from tests.apikeys.owners import do
from tests.dumps import dump_tables
from tests.families import rows_of
from tests.mfa.people import (
    PHONE,
    enter_code,
    enter_password,
    phone_code,
    turn_on_totp,
)
from tests.rotation.life import SECRET_JOB, call_out, refused, run
from tests.walks.keys import names_a_key, texts_of, undeclared


def kinds_under(key_id):
    return {
        each.kind
        for each in sealed.declared()
        for _, _, _, row in rows_of(each.schema.logical)
        if each.key_id(row) == key_id
    }


def test_whatever_is_stored_under_a_key_is_declared(life):
    assert {path for table, _, _, row in every_row() for path in undeclared(table, row)} == set()


def test_a_value_that_nobody_declared_is_found(alice):
    row = {"user_sub": alice.user_sub, "device_id": "X", "more": [{"blob": f"t1.{'A' * 40}"}]}
    assert undeclared("totp", row) == {("more", 0, "blob")}


def test_with_the_old_key_gone_everything_still_works(life, keys, time, registry):
    for key in life.rotated:  # nobody will use them
        do(api_keys.revoke_key, key)
    time.shift(timedelta(minutes=60))  # until no code is open, and no key can come back
    keys.add_new()
    assert program(life.api_key).get(PROFILE).status_code == 200
    run()
    keys.remove_old()
    assert enter_code(enter_password(life.user)[0], phone_code(life.totp)).status_code == 302
    preferences = alerts.get_preferences(life.user.user_sub)
    assert preferences.phone_number == PHONE
    assert preferences.suspended[Channel.EMAIL].is_about(life.user.email)
    assert preferences.suspended[Channel.SMS].is_about(PHONE)
    assert signs_with(life, life.hook.secret)
    assert signs_with(life, life.old_hook.secret)
    assert program(life.api_key).get(PROFILE).status_code == 200
    seen = []
    registry.handler(SECRET_JOB)(lambda job: seen.append(job.secret))
    time.shift(timedelta(days=2))
    deliver()
    assert seen == [{"token": "of the job"}]


def signs_with(life, secret):
    endpoint = webhooks.get_owned_endpoint(life.user.user_sub, life.hook.endpoint.endpoint_id)
    headers = signing.headers_for(endpoint, webhook_id="msg_1", body="{}", at=clock.now())
    return Webhook(secret).verify("{}", headers) == {}


def test_the_last_call_of_a_webhook_is_signed_though_its_key_is_gone(alice, keys, monkeypatch):
    there, hook = Receiver(), add(alice)
    monkeypatch.setattr("core.outbound.post", there.post)
    webhooks.remove_endpoint(**named(alice, hook))
    keys.add_new()
    run()
    keys.remove_old()
    work()
    ((_, body, headers),) = there.got
    assert Webhook(hook.secret).verify(body, headers)["type"] == "webhook.removed"


def test_a_copy_of_ones_data_can_still_be_downloaded(life, keys):
    keys.add_new()
    refused()
    keys.remove_old()
    assert b"alice@example.com" in life.client.get(life.export).content


def test_every_kind_is_there_and_moves_or_says_why_not(life, keys):
    kinds = {each.kind: each.stays for each in sealed.declared()}
    assert kinds_under("t1") == {*kinds}
    keys.add_new()
    printed, why = refused()
    assert kinds_under("t1") == {kind for kind, stays in kinds.items() if stays}
    assert why == "Keep these keys for now, and run it again later: t1."
    assert "t1 is needed for API keys: only their owners have them" in printed
    assert "t1 is needed for codes in mails: they end after a quarter of an hour." in printed


def test_no_row_is_newer_for_it_and_no_plain_text_is_printed(life, keys, caplog):
    stamps = [row["updated_at"] for *_, row in rows_of("totp", "sms", "alerts", "app")]
    keys.add_new()
    printed, why = refused()
    after = [row["updated_at"] for *_, row in rows_of("totp", "sms", "alerts", "app")]
    assert after == stamps
    blobs = [text for *_, row in every_row() for _, text in texts_of(row) if names_a_key(text)]
    said = printed + why + caplog.text
    for text in [life.totp, PHONE, "alice@", "whsec_", "of the job", *blobs]:
        assert text not in said


def every_row():
    return rows_of(*(schema.logical for schema in all_schemas()))


def test_a_dry_run_counts_by_kind_and_key_and_changes_nothing(life, keys):
    keys.add_new()
    before = dump_tables()
    printed = run("--dry-run")
    assert dump_tables() == before
    assert "  authenticator secrets under t1: 1 to be written anew\n" in printed
    assert "test-totp: 1 rows\n" in printed
    assert printed.endswith("Nothing was changed. Keys to replace: t1.\n")


def test_the_second_run_finds_nothing_to_do(alice, keys, time):
    turn_on_totp(alice)
    keys.add_new()
    assert "authenticator secrets under t1: 1 written anew" in run()
    before = dump_tables()
    printed = run()
    assert "authenticator secrets under t2: 1 under the first key" in printed
    assert printed.endswith("Keys that may be removed: t1.\n")
    assert dump_tables() == before


def test_a_run_that_broke_off_goes_on(alice, bob, keys, faults, time):
    turn_on_totp(alice)
    turn_on_totp(bob)
    keys.add_new()
    with faults.outage():
        _, why = refused()
    assert why.startswith("Broke off: Scan ")
    assert "run it again" in why
    assert "authenticator secrets under t1: 2 written anew" in run()


def test_values_of_a_key_that_is_gone_are_named_by_its_id_alone(alice, keys, time):
    secret, _ = turn_on_totp(alice)
    keys.remove_old()
    before = dump_tables("totp")
    for arguments in ([], ["--dry-run"]):
        printed, why = refused(*arguments)
        assert "authenticator secrets under t1: 1 unreadable" in printed
        assert why == "No key of this id is configured, so its values are lost: t1."
        assert secret not in printed + why
    assert dump_tables("totp") == before


def test_a_value_that_its_key_does_not_open_is_reported_and_left(alice, keys, time):
    turn_on_totp(alice)
    [(_, pk, sk, row)] = rows_of("totp")
    key = {"user_sub": pk, "device_id": sk}
    Table(DEVICES["totp"]).update(key, Update().set("secret", row["secret"][:-8] + "AAAAAAA="))
    keys.add_new()
    before = dump_tables("totp")
    assert refused()[1] == "Their key does not open some values: t1."
    assert dump_tables("totp") == before


def test_a_key_of_a_program_moves_at_its_next_use(alice, keys):
    used, unused = issue(alice).secret, issue(alice).secret
    keys.add_new()
    assert program(used).get(PROFILE).status_code == 200
    assert refused()[1] == "Keep these keys for now, and run it again later: t1."
    keys.remove_old()
    assert program(used).get(PROFILE).status_code == 200
    assert program(unused).get(PROFILE).status_code == 401
    assert "API keys under t1: 1 unreadable" in refused()[0]


def test_peppers_of_their_own_make_keys_independent(alice, keys, settings):
    settings.API_KEYS_PEPPERS = "1:a pepper of its own of enough length 01"
    secret = issue(alice).secret
    keys.add_new()
    assert run().endswith("Keys that may be removed: t1.\n")
    keys.remove_old()
    assert program(secret).get(PROFILE).status_code == 200


def test_a_suspension_of_a_former_address_is_about_no_address_afterwards(alice, keys):
    user_sub = alice.user_sub
    writes = suspension_writes(
        user_sub=user_sub,
        channel=Channel.EMAIL,
        address="former@example.com",
        reason=SuspensionReason.BOUNCED,
    )
    transact(writes)
    keys.add_new()
    run()
    suspension = alerts.get_preferences(user_sub).suspended[Channel.EMAIL]
    assert suspension.address_digest.startswith("t2.")
    assert not suspension.is_about("former@example.com")
    assert not suspension.is_about(alice.email)


def test_the_role_of_operators_may_read_and_write_every_table_of_it():
    document = json.loads(call_out("export_tables", "--format", "iam-policy", "--role", "admin"))
    allowed = next(each for each in document["Statement"] if each["Sid"] == "Tables")
    assert {"dynamodb:Scan", "dynamodb:GetItem", "dynamodb:UpdateItem"} <= {*allowed["Action"]}
    tables = {each.schema.table_name for each in sealed.declared()}
    assert tables <= {arn.rpartition("/")[2] for arn in allowed["Resource"]}
