"""CCBill's form and its webhooks as a person and CCBill use them, without a browser."""

import base64
import json
from urllib.parse import urlencode

from billing.sandbox import access
from billing.sandbox.ccbill import reversals, webhooks
from billing.sandbox.ccbill.wire import form_digest
from tests.billing.wire import call, visit

FORM = f"/wap-frontflex/flexforms/{access.CCBILL_FLEX_ID}"
HEADERS = {"Accept": "application/vnd.mcn.transaction-service.api.v.2+json"}


def link(**changed):
    """To a form for $15.00; None takes a parameter away, and a price that is changed here keeps
    the digest of the old one."""
    params = {
        "clientSubacc": access.CCBILL_SUBACCOUNT,
        "initialPrice": "15.00",
        "initialPeriod": "30",
        "currencyCode": "840",
        "formDigest": form_digest("15.00", "30", "840"),
        "pay": "a.pass",
        **changed,
    }
    kept = {name: value for name, value in params.items() if value is not None}
    return f"{access.ccbill_url()}{FORM}?{urlencode(kept)}"


def pay(url, card="pays"):
    """(status, text, location)."""
    return visit(url, card=card)


def told(sandbox, *kinds):
    """The events of CCBill, oldest first."""
    found = list(reversed(sandbox.state.all(webhooks.EVENT)))
    return [event for event in found if not kinds or event["type"] in kinds]


def sold(sandbox, card="pays", **changed):
    """The number of a subscription that was just paid for by the form."""
    assert pay(link(**changed), card)[0] == 303
    return told(sandbox, "NewSaleSuccess")[-1]["body"]["subscriptionId"]


def reversed_by(sandbox):
    """What was sent back, latest first."""
    return [(one["type"], one["amount"]) for one in sandbox.state.all(reversals.REVERSAL)]


def deliver(client, event, **extra):
    """Post one event to our site as CCBill does."""
    posted = webhooks.posted(event)
    return client.post(posted.path, posted.body, content_type="application/json", **extra)


def datalink(action, number, **more):
    """What is between <results> and </results>, as CCBill writes it."""
    username, password = access.ccbill_datalink()
    params = {
        "clientAccnum": access.CCBILL_ACCOUNT,
        "clientSubacc": access.CCBILL_SUBACCOUNT,
        "username": username,
        "password": password,
        "returnXML": "1",
        "action": action,
        "subscriptionId": number,
        **more,
    }
    kept = {name: value for name, value in params.items() if value is not None}
    status, text, _ = call(f"{access.datalink_url()}/utils/subscriptionManagement.cgi", body=kept)
    assert status == 200
    return text.partition("<results>")[2].partition("</results>")[0]


def status_of(number):
    """The fields of viewSubscriptionStatus."""
    lines = datalink("viewSubscriptionStatus", number).split()
    return dict(line[1:].split("<")[0].split(">") for line in lines)


def bearer():
    """What CCBill answers to the app's id and secret."""
    name, secret = access.ccbill_app()
    headers = {
        "Authorization": f"Basic {http_basic(name, secret)}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    url = f"{access.ccbill_url()}/ccbill-auth/oauth/token"
    return json.loads(call(url, body={"grant_type": "client_credentials"}, headers=headers)[1])


def http_basic(name, secret):
    return base64.b64encode(f"{name}:{secret}".encode()).decode()


def rest(path, body=None, *, token="", **headers):
    """(status, what it answers) of the RESTful API."""
    sent = {
        **HEADERS,
        "Authorization": f"Bearer {token or bearer()['access_token']}",
        "Content-Type": "application/json",
        **headers,
    }
    text = None if body is None else json.dumps(body)
    status, answer, _ = call(f"{access.ccbill_url()}{path}", body=text, headers=sent)
    return status, json.loads(answer) if answer else None
