"""What the tables of alerts hold after somebody used every page."""

import re

from alerts import services as alerts
from alerts.repository import ALERT_PREFS, ALERTS
from core.ids import is_id
from dynamo.table import Table
from tests.alerts.people import actor, newest, prefer, tell
from tests.dumps import dump_tables

NUMBER = "+4915123456789"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def use_every_page(user, client):
    for _ in range(3):
        tell(user)
    alert_id = newest(user).alert_id
    client.get("/alerts/")
    client.get(f"/alerts/{alert_id}/")
    client.post("/alerts/read-all/", {"upto": alert_id})
    alerts.choose_phone(user_sub=user.user_sub, number=NUMBER, actor=actor(user))
    choices = {"account": {"in_app": "off"}, "money": {"email": "off", "in_app": "off"}}
    prefer(user, choices=choices)


def test_every_row_has_its_key_its_owner_and_its_times(client_for, alice):
    use_every_page(alice, client_for(alice))
    rows, choices = list(Table(ALERTS).scan()), list(Table(ALERT_PREFS).scan())
    assert (len(rows), len(choices)) == (3, 1)
    for row in rows + choices:
        assert row["user_sub"] == alice.user_sub
        assert row["sv"] == 1
        assert TIME.fullmatch(row["created_at"])
        assert TIME.fullmatch(row["updated_at"])
    assert all(is_id(row["alert_id"]) for row in rows)
    assert all(is_id(row.get("unread_id", row["alert_id"])) for row in rows)
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
    assert copy["preferences"]["phone"] == NUMBER
    for _ in range(2):
        personal_data.erase(alice.user_sub)
    left = dump_tables("alerts", "alert_prefs")
    assert alice.user_sub not in left
    assert bob.user_sub in left
