"""Mails, webhooks, copies of one's data, jobs and logs say nothing of a text."""

import logging

import pytest
from django.core import mail

from accounts.services import exports
from dynamo.schema import schema_named
from dynamo.table import Table
from tests.alerts.receivers import Receiver, add
from tests.leaks.canaries import found, word
from tests.leaks.outputs import addresses, crawl
from tests.leaks.world import OWNER, PEOPLE, World
from tests.newsfeed import feeds


@pytest.fixture
def receiver(monkeypatch):
    receiver = Receiver()
    monkeypatch.setattr("core.outbound.post", receiver.post)
    return receiver


def test_what_people_are_told_holds_no_text(receiver, monkeypatch):
    made = World.write
    monkeypatch.setattr(
        World, "write", lambda world: ([add(each) for each in world.people.values()], made(world))
    )
    world = World()
    feeds.work()
    told = [str(message.message()) + message.body for message in mail.outbox]
    told += [str(each) for each in receiver.got]
    kept = {each for each, roles in world.words.items() if "stranger" not in roles}
    assert not found(kept, "\n".join(told))


@pytest.mark.parametrize("role", [*PEOPLE, OWNER])
def test_a_copy_of_ones_data_holds_what_is_ones_own(world, role):
    person = world.person(role)
    there = found(world.words, exports.collect(person))
    assert not there & world.kept_from(role)
    if role == OWNER:
        assert world.shown_to(OWNER) - {word("quoted")} <= there  # said by another


def test_a_text_is_in_its_own_rows_and_what_is_locked_in_fewer(world):
    rows = [*Table(schema_named("app")).scan()]
    holders = {row["sk"].partition("#")[0] for row in rows if found(world.words, row)}
    assert holders <= {"META", "CARD", "REV", "DRAFT", "SCHED", "COMMENT"}
    locked = {word(name) for name in ("paid", "whole", "former", "anew", "deletedpaid")}
    holders = {row["sk"].partition("#")[0] for row in rows if found(locked, row)}
    assert holders == {"META", "REV"}


def test_no_line_of_a_log_holds_a_text(caplog, client_for):
    caplog.set_level(logging.INFO)
    world = World()
    for _ in crawl(client_for(world.owner), addresses(world), most=0):
        pass
    assert caplog.records
    lines = "\n".join(f"{each.getMessage()} {vars(each)}" for each in caplog.records)
    assert not found(world.words, lines)
