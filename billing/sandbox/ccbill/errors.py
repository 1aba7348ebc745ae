"""Errors of the RESTful API, in its shape."""

from datetime import UTC, datetime
from uuid import uuid4

from billing.sandbox import play

VALIDATION = 200000


class Refused(play.Refused):
    """`field` names what a validation found, `message` says why."""

    def __init__(
        self, message: str, *, status: int = 400, code: int = VALIDATION, field: str = ""
    ) -> None:
        errors = [{"field": field, "message": message}] if field else []
        body = {
            "id": str(uuid4()),
            "url": "",
            "errors": errors,
            "generalMessage": "Validation failed!" if field else message,
            "errorCode": code,
            "timestamp": f"{datetime.now(UTC).isoformat(timespec='milliseconds')[:-6]}Z",
        }
        super().__init__(message, status=status, body=body)


class Unauthorized(play.Refused):
    def __init__(self) -> None:
        text = "Full authentication is required to access this resource"
        body = {"error": "unauthorized", "error_description": text}
        super().__init__(text, status=401, body=body)


def absent(field: str) -> Refused:
    return Refused("Attribute required", field=field)


def wrong(field: str) -> Refused:
    return Refused("Problem with the attribute values", field=field)


def broken_error() -> Refused:
    return Refused("An error occurred, please try again later.", status=500, code=100100)
