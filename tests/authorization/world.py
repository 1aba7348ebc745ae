"""Alice's things, and each role's way to ask for them."""

from copy import deepcopy

from django.test import Client
from django.urls import reverse

from accounts.services import exports
from alerts import services as alerts
from apikeys.services.counting import counts
from billing import services as billing
from billing.items import MethodFacts, ProviderName
from core import ids
from core.actor import Actor
from core.scopes import Scope
from dynamo.schema import schema_named
from mfa.items import Method
from mfa.services import devices as mfa
from sessions import services as sessions
from tests import engines
from tests.alerts.receivers import add as add_webhook
from tests.apikeys.keys import issue
from tests.authorization.routes import registered
from tests.billing.lives import buy, pay, settle
from tests.mfa.people import turn_on_totp
from tests.mfa.trust import trust, trusts
from tests.newsfeed.feeds import FOLLOWERS, comment, delete, follow, publish, save_draft
from tests.newsfeed.uploads import TEXT, upload

FORM = "application/x-www-form-urlencoded"


class World:
    def __init__(self, alice, bob, mallory, client_for):
        people = {"owner": alice, "follower": bob, "stranger": mallory}
        self.cookies = {role: client_for(user).cookies for role, user in people.items()}
        self.things = things_of(alice, bob)
        self.headers = {"key": {"Authorization": f"Bearer {self.things['secret']}"}}
        self.places = registered()
        self.stored = deepcopy(engines.rows())

    def ask(self, role, route):
        """(status, tables that changed beyond counters); what it changed is put back."""
        client = Client(headers=self.headers.get(role), raise_request_exception=False)
        client.cookies = deepcopy(self.cookies.get(role, client.cookies))
        url = reverse(route.name, kwargs=self.arguments(route))
        if "-api:" in route.name:
            answer = client.generic(route.method, url, "{}", content_type="application/json")
        else:
            answer = client.generic(route.method, url, content_type=FORM)
        counts.forget()  # of the key's calls, which would be written at some time later
        if route.method == "GET" and answer.status_code != 200:
            return answer.status_code, []
        return answer.status_code, self.put_back()

    def arguments(self, route):
        return {name: self.things[name] for name in self.places[route]}

    def put_back(self):
        now = engines.rows()
        changed = [table for table in now if now[table] != self.stored[table]]
        if changed:
            engines.put_back(self.stored)
        return [table for table in changed if table not in incidental()]


def incidental():
    """What a refused request may touch: counters, and the session that asked."""
    return {schema_named(name).table_name for name in ("rate_limits", "sessions")}


def things_of(alice, bob, provider=ProviderName.STRIPE):
    """What the paths name; the provider is that of all payments."""
    actor = Actor(alice.user_sub)
    follow(bob, alice)
    notes = upload(alice, TEXT, "notes.txt")
    post = publish(alice, visibility=FOLLOWERS, media=(notes.media_id,))
    turn_on_totp(alice)
    trust(alice)
    (device,) = mfa.confirmed_devices(alice.user_sub, Method.TOTP)
    card = MethodFacts(provider_ref="pm_1", type="card", brand="visa", last4="4242")
    method = billing.save_method(
        user_sub=alice.user_sub, provider=provider, facts=card, actor=actor
    )
    payment = pay(alice.user_sub, provider=provider)
    settle(payment)
    bought = buy(alice.user_sub, bob.user_sub)
    issued = issue(alice, Scope.KEYS_READ)
    return {
        "secret": issued.secret,
        "key_id": issued.key.key_id,
        "post_id": post.post_id,
        "media_id": notes.media_id,
        "variant": "full",
        "deleted_id": deleted(alice),
        "draft_id": save_draft(alice).draft_id,
        "comment_id": comment(bob, post).comment_id,
        "handle": alice.handle,
        "user_sub": alice.user_sub,
        "event_id": "evt_1",
        "payment_id": payment.payment_intent_id,
        "reference": bought.reference,
        "month": f"{bought.created_at:%Y-%m}",
        "method_id": method.payment_method_id,
        "provider": str(provider),
        "method": "totp",
        "channel": "email",
        "device_id": device.device_id,
        "message_id": ids.new_id(),
        "name": "0" * 32,
        "alert_id": alerts.list_alerts(user_sub=alice.user_sub).items[0].alert_id,
        "endpoint_id": add_webhook(alice).endpoint.endpoint_id,
        "delivery_id": ids.new_id(),
        "status": 503,
        "sid": sessions.list_sessions(user_sub=alice.user_sub, current_key=None)[0].sid,
        "browser_sid": trusts()[0]["sid"],
        "export_id": exports.start_export(user=alice, actor=actor).export_id,
        "attempt": ids.new_id(),
        "approval_id": ids.new_id(),
        "token": "forged",
    }


def deleted(author):
    """The id of a post that can be brought back."""
    post = publish(author)
    delete(author, post)
    return post.post_id
