"""The local engine: MiniStack in a process of its own, on one loopback port, fenced.

It keeps its data in memory and writes it out only when it is ended by SIGTERM or SIGINT.
"""

import http.client
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from core.local.child import Child

HOST = "127.0.0.1"
SERVICES = "dynamodb,sqs,sns,ses,kms,s3"
READY_SECONDS = 30
SAVE_SECONDS = 15.0
POLL_SECONDS = 0.05
LAST_LINES = 15
# An unsigned call is enough: the engine reads account and region from the scope, and no more.
LIST_TABLES = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Target": "DynamoDB_20120810.ListTables",
    "Authorization": "AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=0",
}


class EngineFailed(Exception):
    """The engine ended or did not answer; the message holds the last lines of its log."""


class Engine:
    """`folder` holds its state and log; `inherited` is all it sees of our environment."""

    def __init__(self, *, port: int, folder: Path, inherited: Mapping[str, str]) -> None:
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self.child = Child("engine", "-m", "ministack")
        self._folder = folder
        self._state = folder / "aws"
        self._log = folder / "engine.log"
        self._started = self._state / "started"
        self._saved = self._state / "dynamodb.json"
        self._environment = {**inherited, **self._settings()}

    def was_killed(self) -> bool:
        """Whether the engine's last run ended before it could save."""
        try:
            return self._started.stat().st_mtime_ns > self._saved.stat().st_mtime_ns
        except FileNotFoundError:
            return self._started.exists()

    def start(self, *, keep_open: Sequence[int] = ()) -> None:
        """Start it and wait for its first answer. Raises EngineFailed."""
        for folder in (self._folder, self._state, self._folder / "tmp"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._started.touch()
        with self._log.open("wb") as log:
            self.child.start(
                environment=self._environment,
                folder=self._folder,
                output=log,
                keep_open=keep_open,
            )
        self._wait_until_ready()

    def stop(self) -> bool:
        """End it and let it save. False if it had to be killed, so that its data is lost."""
        in_time = self.child.stop(seconds=SAVE_SECONDS)
        if self.child.exit_code == 0:
            self._started.unlink(missing_ok=True)
        return in_time

    def last_lines(self) -> str:
        """The end of its log, for a message."""
        try:
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-LAST_LINES:])

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not answers(self.port):
            if self.child.exit_code is not None:
                raise EngineFailed(f"The local engine ended at its start.\n{self.last_lines()}")
            if time.monotonic() > deadline:
                self.stop()
                said = self.last_lines()
                raise EngineFailed(f"The local engine gave no answer in {READY_SECONDS} s.\n{said}")
            time.sleep(POLL_SECONDS)

    def _settings(self) -> dict[str, str]:
        return {
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "SERVICES": SERVICES,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self._state),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self._state / "s3"),
            "TMPDIR": str(self._folder / "tmp"),
            "HOME": str(self._folder),
            "DOCKER_HOST": f"unix://{self._folder}/no-docker.sock",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
        }


def answers(port: int) -> bool:
    """Whether something that speaks DynamoDB answers on this port of loopback."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=2)) as connection:
        try:
            connection.request("POST", "/", body="{}", headers=LIST_TABLES)
            answer = connection.getresponse()
            return answer.status == 200 and "TableNames" in json.load(answer)
        except (OSError, http.client.HTTPException, ValueError):
            return False
