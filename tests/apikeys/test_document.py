"""The five minutes of docs/api.md, word for word."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from apikeys import services
from core.scopes import Scope
from tests.apikeys.keys import ACTOR, issue
from users import services as users

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


def commands():
    """The curl commands, as somebody would paste them."""
    section = DOCUMENT.read_text().split("## Five minutes")[1].split("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.S)
    return [block for block in blocks if "curl" in block]


@pytest.mark.skipif(not shutil.which("curl"), reason="the document's commands need curl")
def test_a_newcomer_gets_what_the_document_says(alice, live_server):
    issued = issue(alice, Scope.PROFILE_READ, Scope.PROFILE_WRITE)
    environment = {"SITE": live_server.url, "KEY": issued.secret, "PATH": "/usr/bin:/bin"}

    def run(command):
        done = subprocess.run(
            ["sh", "-c", command], env=environment, capture_output=True, timeout=20, check=True
        )
        return json.loads(done.stdout)

    read, change, ask_for_more = commands()
    assert run(read)["handle"] == "alice_h"
    assert run(change)["bio"] == users.get_profile(alice.user_sub).bio == "Written by a program."
    refused = run(ask_for_more)
    assert (refused["status"], refused["code"]) == (403, "scope_missing")
    assert refused["detail"] in DOCUMENT.read_text()
    services.revoke_key(user_sub=alice.user_sub, key_id=issued.key.key_id, actor=ACTOR)
    assert run(read)["code"] == "key_revoked"
