"""Which Chromium drives the journeys, and how: the same glyphs and pixels on every machine."""

import os
import shutil

import pytest

CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
    or shutil.which("google-chrome")
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
]
CONTEXT = {
    "viewport": {"width": 1280, "height": 800},
    "locale": "en-GB",
    "timezone_id": "UTC",
    "reduced_motion": "reduce",
    "service_workers": "block",
}


def looks(*widths):
    """(theme, width): light on the wide screen; the others are `long`.

    The frame and all components are looked at in every theme and width each time (test_looks).
    """
    wide, narrow = widths
    others = [("dark", narrow), ("light", narrow), ("dark", wide)]
    return [("light", wide), *(pytest.param(*look, marks=pytest.mark.long) for look in others)]


LOOKS = looks(1280, 390)
