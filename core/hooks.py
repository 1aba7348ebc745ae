"""The receiver of local mode: every request that came to /dev/hooks/, for the page to show."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from core import clock, ids

KEPT = 50
MAX_BODY = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    received_at: str
    headers: Mapping[str, str]
    body: str
    status: int  # what it was answered with


def store(*, headers: Mapping[str, str], body: bytes, status: int) -> None:
    """Write one request whole or not at all; only the newest 50 stay."""
    text = body[:MAX_BODY].decode(errors="replace")
    now = clock.text(clock.now())
    hook = Hook(received_at=now, headers=dict(headers), body=text, status=status)
    name = ids.new_id()
    draft = _folder() / f".{name}.draft"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(json.dumps(asdict(hook)).encode())
    draft.replace(_folder() / f"{name}.json")
    for old in _files()[KEPT:]:
        old.unlink(missing_ok=True)


def list_hooks() -> list[Hook]:
    """Newest first."""
    return [Hook(**json.loads(file.read_bytes())) for file in _files()]


def _folder() -> Path:
    folder = Path(settings.LOCAL_DIR) / "hooks"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _files() -> list[Path]:
    return sorted(_folder().glob("*.json"), reverse=True)
