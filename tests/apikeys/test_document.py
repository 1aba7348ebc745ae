"""What docs/api.md tells a newcomer to do, word for word."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from apikeys import services
from apikeys.errors import KeyLimitExceeded
from core.ids import new_id
from core.scopes import DESCRIPTIONS, Scope
from tests.apikeys.keys import ACTOR, issue
from tests.newsfeed.feeds import publish
from users import services as users

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


def blocks(language, section):
    text = DOCUMENT.read_text().split(f"\n## {section}\n")[1].split("\n## ")[0]
    return re.findall(rf"^ *```{language}\n(.*?)```", text, re.S | re.M)


@pytest.fixture
def run(live_server):
    """Runs a command as somebody would who has pasted the key into their shell."""

    def with_key(key, *command):
        environment = {"SITE": live_server.url, "KEY": key, "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            command, env=environment, capture_output=True, timeout=60, check=True, text=True
        )
        return done.stdout

    return with_key


def made_in_the_browser(browser):
    """The text of a key, from the page that shows it."""
    asked = {
        "name": "first steps",
        "scopes": ["profile:read", "profile:write"],
        "expires_in_days": "90",
        "key_id": new_id(),
    }
    page = browser.post("/settings/api-keys/new/", asked).content.decode()
    return re.findall(r"lk_live_\w{26}_\w{38}", page)[0]


@pytest.mark.engine
@pytest.mark.skipif(not shutil.which("curl"), reason="the document's commands need curl")
def test_a_newcomer_with_curl_gets_what_the_document_says(alice, client_for, run):
    key = made_in_the_browser(client_for(alice))

    def asked(command):
        return json.loads(run(key, "sh", "-c", command))

    what, read, change, ask_for_more = [
        block for block in blocks("sh", "Five minutes") if "curl" in block
    ]
    key_id = asked(what)["key"]["key_id"]
    assert key_id in key
    assert asked(read)["handle"] == "alice_h"
    assert asked(change)["bio"] == users.get_profile(alice.user_sub).bio == "Written by a program."
    refused = asked(ask_for_more)
    assert (refused["status"], refused["code"]) == (403, "scope_missing")
    assert refused["detail"] in DOCUMENT.read_text()
    services.revoke_key(user_sub=alice.user_sub, key_id=key_id, actor=ACTOR)
    assert asked(what)["code"] == "key_revoked"


def test_the_shell_learns_the_key_by_pasting():
    [prepare] = [block for block in blocks("sh", "Five minutes") if "curl" not in block]
    command = ["bash", "-c", f"{prepare}\nprintenv SITE KEY"]
    done = subprocess.run(command, input="lk_x\n", capture_output=True, check=True, text=True)
    assert done.stdout.splitlines() == ["http://127.0.0.1:8000", "lk_x"]


@pytest.mark.engine
def test_a_newcomer_with_python_gets_what_the_document_says(alice, run):
    texts = [f"Post {number}" for number in range(25)]  # more than a page
    for text in texts:
        publish(alice, text)
    key = issue(alice, Scope.PROFILE_READ, Scope.PROFILE_WRITE, Scope.FEED_READ).secret
    [start] = blocks("python", "Five minutes")
    [lists] = blocks("python", "Pages of a list")
    bio, *posts = run(key, sys.executable, "-c", start + lists).splitlines()
    assert bio == users.get_profile(alice.user_sub).bio == "Written in Python."
    assert [line.split(maxsplit=1)[1] for line in posts] == texts[::-1]


def test_the_answer_over_the_limit_is_the_one_that_is_shown():
    [shown] = [json.loads(block) for block in blocks("json", "Limits")]
    assert shown["type"] == KeyLimitExceeded.problem_type
    assert shown["violated-policies"] == KeyLimitExceeded.members["violated-policies"]
    assert (shown["code"], shown["detail"]) == (KeyLimitExceeded.code, KeyLimitExceeded.message)


def test_every_area_and_every_link_within_the_document_is_there():
    text = DOCUMENT.read_text()
    for scope in DESCRIPTIONS:
        assert f"| `{scope.partition(':')[0]}` |" in text
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= anchors
