"""What is stored of keys: copies for their owner, erasure, and under which key the digests are."""

import json
from datetime import timedelta

import pytest
import time_machine

from apikeys import personal_data, sealed, services
from apikeys.items import RotationStart
from core import clock
from tests.apikeys.keys import issue, rows
from tests.apikeys.owners import do, edit, put, rotate

KINDS = {entry.path: entry for entry in sealed.SEALED}
CURRENT, OLD, NEW = ("pepper",), ("previous", "pepper"), ("pending", "pepper")


def under(path):
    [row] = rows().values()
    return KINDS[path].key_id(row)


def test_a_copy_of_ones_data_has_no_digest_of_any_secret(alice):
    for start in RotationStart:
        rotate(edit(issue(alice).key, description="words"), start=start)
    digests = [
        each["secret_hash"]
        for row in rows().values()
        for each in (row, row.get("previous"), row.get("pending"))
        if each
    ]
    copied = personal_data.export(alice.user_sub)["api_keys"]
    assert len(digests) == 4
    assert not any(digest in json.dumps(copied) for digest in digests)
    assert {row["description"] for row in copied} == {"words"}


def test_a_copy_counts_the_networks_that_it_does_not_know(alice):
    key = issue(alice).key
    put(key, seen_networks={"hash of one", "hash of another"})
    [row] = personal_data.export(alice.user_sub)["api_keys"]
    assert row["seen_networks"] == 2


@pytest.mark.parametrize(("start", "path"), [("now", OLD), ("first_use", NEW)])
def test_both_secrets_of_a_rotation_hang_on_a_field_key(alice, start, path):
    key = rotate(issue(alice).key, hours=1, start=RotationStart(start)).key
    assert under(CURRENT) == under(path) == "t1"
    with time_machine.travel(key.created_at + timedelta(hours=2)):
        assert under(path) == ("" if path is OLD else "t1")
    do(services.end_overlap, key)
    assert under(path) == ""


def test_a_pepper_of_its_own_hangs_on_none(alice, settings):
    settings.API_KEYS_PEPPERS = f"1:{'x' * 32}"
    rotate(issue(alice).key)
    assert under(CURRENT) == under(OLD) == ""


def test_what_can_be_turned_on_again_still_counts(alice):
    key = issue(alice).key
    do(services.disable_key, key)
    assert under(CURRENT) == "t1"
    revoked = do(services.revoke_key, key)
    assert under(CURRENT) == "t1"
    with time_machine.travel(revoked.revoked_at + timedelta(hours=1)):
        assert under(CURRENT) == ""
    do(services.undo_revoke, key)
    with time_machine.travel(key.expires_at):
        assert under(CURRENT) == ""
    assert clock.now() < key.expires_at
