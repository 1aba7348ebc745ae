"""What people do at the pages, for everything that it leaves in storage."""

import re

from django.test import Client

from core import ids
from tests.accounts.mailbox import deliver, last_code
from tests.billing import checkout
from tests.factories import PASSWORD
from tests.newsfeed.feeds import BODY


def submit(client, path, **form):
    answer = client.post(path, form)
    assert answer.status_code == 302, (path, answer.content.decode())
    return answer.url


def sign_up(name):
    """The client of a new person, who typed the code of the mail."""
    client = Client()
    form = {"email": f"{name}@example.com", "handle": f"{name}_h", "password": PASSWORD}
    page = submit(client, "/sign-up/", **form)
    deliver()
    assert submit(client, page, code=last_code()) == "/account/"
    return client


def publish(client, body="Hello", visibility="public", **form):
    """The page of the new post."""
    token = re.search(r'name="token" value="(\w+)"', text_of(client, "/posts/new/")).group(1)
    typed = {"body": body, "visibility": visibility, "token": token, **form}
    return submit(client, "/posts/new/", **typed)


def publish_paid(client):
    return publish(client, BODY, "paid", unlock_price="5")


def keep(client, do, **form):
    """A draft, or a post that is published later."""
    typed = {"token": ids.new_id(), "body": "Later", "visibility": "public", "do": do, **form}
    return submit(client, "/posts/new/", **typed)


def unlock(client, page):
    assert submit(client, f"{page}unlock/", price="500", version="1") == page


def top_up(client, sandbox, amount="1000"):
    """Paid at the sandbox by a card that is kept; its webhooks settle the payment."""
    form = {"amount": amount, "pay_with": "stripe", "key": "k1", "save_method": "on"}
    checkout.pay(submit(client, "/wallet/top-up/", **form))
    assert set(checkout.deliver_all(Client(), sandbox)) == {200}


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()
