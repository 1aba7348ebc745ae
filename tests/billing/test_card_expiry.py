"""Saved cards that expire: told 30 and 7 days before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.items import AlertKind
from billing import services as billing
from billing.items import ProviderName
from billing.services.method_reports import apply_method_report
from core import clock
from core.actor import Actor
from jobs import services as jobs
from jobs.kinds import JobKind
from jobs.worker import run_due
from tests.accounts.approving import kinds
from tests.billing.doubles import CARD

NOBODY = Actor(None)


@pytest.fixture(autouse=True)
def day(time_machine):
    time_machine.move_to("2026-08-01T12:00:00Z", tick=True)


def save(user, *, month=9, year=2026):
    return billing.save_method(
        user_sub=user.user_sub,
        provider=ProviderName.STRIPE,
        facts=replace(CARD, exp_month=month, exp_year=year),
        actor=NOBODY,
    )


def report(facts):
    return apply_method_report(
        provider=ProviderName.STRIPE,
        provider_ref=CARD.provider_ref,
        facts=facts,
        actor=NOBODY,
    )


def dues():
    return sorted(row.due for _, row in jobs.list_jobs(kind=JobKind.CARD_EXPIRY))


def warnings(user):
    return kinds(user).count(AlertKind.CARD_EXPIRING)


def test_its_owner_is_told_thirty_and_seven_days_before(alice, ahead):
    save(alice)
    ahead(days=30)  # 31 August: 31 days left
    run_due()
    assert warnings(alice) == 0
    ahead(days=1)
    run_due()
    assert warnings(alice) == 1
    ahead(days=22)
    run_due()
    assert warnings(alice) == 1
    ahead(days=1)
    run_due()
    assert warnings(alice) == 2
    ahead(days=60)
    run_due()
    assert warnings(alice) == 2
    assert dues() == []


@pytest.mark.parametrize(
    ("month", "year", "jobs_"), [(8, 2026, 1), (7, 2026, 0), (0, 0, 0), (12, 2032, 1)]
)
def test_only_what_is_still_to_come_is_told(alice, month, year, jobs_):
    save(alice, month=month, year=year)
    assert len(dues()) == jobs_


def test_a_card_of_december_ends_with_the_year(alice):
    save(alice, month=12, year=2026)
    (due,) = dues()
    assert due.startswith("2026-12-02T00:00")


def test_a_removed_card_is_not_told_of(alice, ahead):
    method = save(alice)
    billing.remove_method(
        user_sub=alice.user_sub, payment_method_id=method.payment_method_id, actor=NOBODY
    )
    ahead(days=32)
    run_due()
    assert warnings(alice) == 0
    assert dues() == []


def test_a_renewed_card_is_told_of_at_its_new_end_only(alice, ahead):
    save(alice)
    renewed = replace(CARD, exp_month=9, exp_year=2029)
    assert report(renewed) == alice.user_sub
    report(renewed)  # the same word again asks for no second job
    assert len(dues()) == 2
    ahead(days=32)
    run_due()
    assert warnings(alice) == 0
    assert len(dues()) == 1
    later = clock.now() + timedelta(days=365 * 3)
    ahead(days=(later - clock.now()).days + 1)
    run_due()
    assert warnings(alice) == 1
