"""OAuth: the app's id and secret for a bearer token, which ends."""

import base64
import secrets
from urllib.parse import parse_qsl

from billing.sandbox import access, play
from billing.sandbox.ccbill.errors import Unauthorized
from billing.sandbox.play import Request
from billing.sandbox.state import State, Wire

PATH = "/ccbill/ccbill-auth/oauth/token"
BEARER = "ccbill.bearer"
LIFE_SECONDS = 3600


def issue(state: State, request: Request) -> Wire:
    """Raises Refused."""
    name, secret = access.ccbill_app()
    own = base64.b64encode(f"{name}:{secret}".encode()).decode()
    if request.headers.get("Authorization") != f"Basic {own}":
        raise Unauthorized
    if request.method != "POST" or dict(parse_qsl(request.text)) != {
        "grant_type": "client_credentials"
    }:
        body = {"error": "invalid_request", "error_description": "Missing grant type"}
        raise play.Refused("Missing grant type", status=400, body=body)
    for old in state.all(BEARER):
        if old["ends"] <= state.now():
            del state.objects[old["id"]]
    token = secrets.token_hex(16)
    state.put(token, BEARER, ends=state.now() + LIFE_SECONDS)
    return {
        "access_token": token,
        "token_type": "bearer",
        "expires_in": LIFE_SECONDS,
        "scope": "transaction",
    }


def check(state: State, request: Request) -> None:
    """Raises Refused unless the call carries a token that lives."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    found = state.find(token)
    if found is None or found["object"] != BEARER or found["ends"] <= state.now():
        raise Unauthorized
