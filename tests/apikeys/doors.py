"""The API's doors to keys, in one word each."""

from tests.apikeys.keys import KEYS


def path_of(issued, end=""):
    return f"{KEYS}{issued.key.key_id}/{end}"


def send(client, method, path, **body):
    return getattr(client, method)(path, body, content_type="application/json")


def refusal(answer):
    return answer.status_code, answer.json()["code"]
