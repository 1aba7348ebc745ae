from concurrent.futures import ThreadPoolExecutor

import pytest

from alerts import services as alerts
from alerts.errors import PreferencesChanged
from alerts.repository import ALERTS
from dynamo.table import Table
from jobs.services import list_jobs
from tests.alerts.people import choose, tell

pytestmark = pytest.mark.engine


def together(count, work):
    with ThreadPoolExecutor(max_workers=10) as pool:
        return list(pool.map(work, range(count)))


def test_parallel_alerts_lose_none_and_each_has_its_job(alice):
    together(30, lambda number: tell(alice, device=f"browser {number}"))
    rows = list(Table(ALERTS).scan())
    assert len({row["context"]["device"] for row in rows}) == 30
    assert {job.ids["alert_id"] for _, job in list_jobs()} == {row["alert_id"] for row in rows}
    assert alerts.badge(alice.user_sub) == 30


def test_of_parallel_changes_of_one_version_one_is_kept(alice):
    def attempt(number):
        try:
            choose(alice, account={"email": number % 2 == 0})
        except PreferencesChanged:
            return False
        return True

    assert together(10, attempt).count(True) == 1
    assert alerts.get_preferences(alice.user_sub).version == 2
