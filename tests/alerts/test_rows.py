"""What the tables of alerts hold after somebody used every page."""

import re

from alerts.repository import ALERT_PREFS, ALERTS
from core.ids import is_id
from dynamo.table import Table
from tests.alerts.people import newest, tell
from tests.dumps import dump_tables

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def use_every_page(user, client):
    for _ in range(3):
        tell(user)
    alert_id = newest(user).alert_id
    client.get("/alerts/")
    client.get(f"/alerts/{alert_id}/")
    client.post("/alerts/read-all/", {"upto": alert_id})
    client.post("/settings/alerts/", {"version": 1, "account-email": "on"})


def test_every_row_has_its_key_its_owner_and_its_times(client_for, alice):
    use_every_page(alice, client_for(alice))
    alerts, choices = list(Table(ALERTS).scan()), list(Table(ALERT_PREFS).scan())
    assert (len(alerts), len(choices)) == (3, 1)
    for row in alerts + choices:
        assert row["user_sub"] == alice.user_sub
        assert row["sv"] == 1
        assert TIME.fullmatch(row["created_at"])
        assert TIME.fullmatch(row["updated_at"])
    assert all(is_id(row["alert_id"]) for row in alerts)
    assert all(is_id(row.get("unread_id", row["alert_id"])) for row in alerts)
    assert is_id(choices[0]["read_upto"])


def test_a_copy_of_ones_data_has_them_and_erasing_leaves_nothing(client_for, alice, bob):
    from alerts import personal_data

    use_every_page(alice, client_for(alice))
    tell(bob)
    copy = personal_data.export(alice.user_sub)
    assert len(list(copy["alerts"])) == 3
    assert copy["preferences"]["choices"] == {
        "account": {"in_app": "off"},
        "money": {"email": "off", "in_app": "off"},
    }
    for _ in range(2):
        personal_data.erase(alice.user_sub)
    left = dump_tables("alerts", "alert_prefs")
    assert alice.user_sub not in left
    assert bob.user_sub in left
