"""What the alerts of a key lead to, and what they ask."""

import pytest
from django.core import mail

from alerts.items import AlertKind
from apikeys import services
from tests.accounts.mailbox import deliver
from tests.alerts.people import newest, tell
from tests.apikeys.keys import issue
from tests.apikeys.owners import do
from tests.apikeys.seen import LIST, page_of


def page_and_mail(user, client_for):
    deliver()
    page = client_for(user).get(f"/alerts/{newest(user).alert_id}/").content.decode()
    return page, mail.outbox[-1].body


def test_they_lead_to_the_very_key(alice, client_for):
    key = do(services.disable_key, issue(alice).key)
    page, sent = page_and_mail(alice, client_for)
    assert f'href="{page_of(key)}"' in page
    assert f"{page_of(key)}\n" in sent


def test_one_that_names_no_key_leads_to_the_list(alice, client_for):
    tell(alice, AlertKind.APIKEY_CREATED, key="from before", hint="lk_live_…")
    page, sent = page_and_mail(alice, client_for)
    assert f'class="btn" href="{LIST}"' in page
    assert f"{LIST}\n" in sent


@pytest.mark.parametrize(
    "kind",
    [
        AlertKind.APIKEY_EXPIRED,
        AlertKind.APIKEY_EXPIRING,
        AlertKind.APIKEY_IDLE,
        AlertKind.APIKEY_LEAKED,
        AlertKind.APIKEY_OLD_SECRET_LEAKED,
        AlertKind.APIKEY_OLD_SECRET_USED,
    ],
)
def test_what_nobody_did_is_not_asked_about(alice, client_for, kind):
    tell(alice, kind, key="ci", hint="lk_live_…", until="tomorrow")
    page, sent = page_and_mail(alice, client_for)
    assert "API key “ci”" in sent
    assert "this was you" not in sent
    assert "not-me" not in page + sent
