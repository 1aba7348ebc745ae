"""Shoots pages of a running server in both themes at desktop and phone width, to be looked at.

    python -m tests.journeys.screenshots / /sign-in/ --cookie sessionid=…

The pictures land in screenshots/, which git ignores; compare them only within one run.
"""

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.journeys.browser import CHROMIUM, CONTEXT, FLAGS

WIDTHS = (1280, 390)
THEMES = ("light", "dark")


def shoot(browser, options, width, theme):
    context = browser.new_context(
        **{**CONTEXT, "viewport": {"width": width, "height": 844 if width < 600 else 800}},
        color_scheme=theme,
        has_touch=width < 600,
        is_mobile=width < 600,
    )
    for cookie in options.cookie:
        name, _, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": options.server}])
    for path in options.paths:
        page = context.new_page()
        page.goto(options.server + path)
        if (
            width < 600
        ):  # a full-page shot forgets the touch screen, and with it the larger controls
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": height})
        name = path.strip("/").replace("/", "-").replace("?", "-") or "home"
        page.screenshot(path=options.out / f"{name}-{width}-{theme}.png", full_page=width >= 600)
    context.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+", help="paths on the server, such as /sign-in/")
    parser.add_argument("--server", default="http://127.0.0.1:8000")
    parser.add_argument("--cookie", action="append", default=[], help="name=value, repeatable")
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width in WIDTHS:
            for theme in THEMES:
                shoot(browser, options, width, theme)
        browser.close()
    print(f"{len(options.paths) * len(WIDTHS) * len(THEMES)} pictures in {options.out}/")


if __name__ == "__main__":
    main()
