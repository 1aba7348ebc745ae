"""What has to hold on every page: accessible, within the window, keyboard, forced colours."""

import pytest
from playwright.sync_api import expect

PUBLIC = ["/", "/sign-in/", "/sign-up/"]
GALLERY = ["/gallery/manage/?quiet", "/gallery/manage/", "/gallery/entrance/"]
THEMES = ["light", "dark"]
FOCUSED = """() => {
  const it = document.activeElement, style = getComputedStyle(it);
  return [it.outerHTML, style.outlineStyle, style.outlineWidth];
}"""
pytestmark = pytest.mark.usefixtures("gallery")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("path", PUBLIC + GALLERY)
def test_axe_finds_nothing(page, axe, path, theme):
    page.emulate_media(color_scheme=theme)
    page.goto(path)
    axe(page)


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_the_open_drawer(page, axe, theme):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/gallery/manage/?quiet")
    page.get_by_role("button", name="Open menu").click()
    axe(page)


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_a_form_with_errors(page, axe, theme):
    page.emulate_media(color_scheme=theme)
    page.goto("/gallery/entrance/")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("4 things need fixing").wait_for()
    axe(page)


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_on_an_error_page(page, axe, base_url, theme):
    page.expected.add(f"{base_url}/nowhere/")
    page.emulate_media(color_scheme=theme)
    page.goto("/nowhere/")
    axe(page)


@pytest.mark.parametrize("path", [*PUBLIC, *GALLERY, "/api/docs/"])
def test_nothing_scrolls_sideways_on_the_smallest_phone(page, path):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", ["/", "/gallery/manage/?quiet", "/gallery/entrance/"])
def test_every_stop_of_the_tab_key_shows(page, path):
    page.goto(path)
    stops = page.locator("a[href]:visible, button:enabled:visible, input:visible, select:visible")
    for _ in range(stops.count()):
        page.keyboard.press("Tab")
        html, style, width = page.evaluate(FOCUSED)
        assert (style, width) == ("solid", "2px"), html


def test_buttons_keep_an_edge_when_the_system_chooses_the_colours(page):
    page.emulate_media(forced_colors="active")
    page.goto("/gallery/manage/?quiet")
    for text in ("Primary", "Running low"):
        outline = page.get_by_text(text, exact=True).first.evaluate(
            "e => getComputedStyle(e.closest('.btn, .badge')).outlineStyle"
        )
        assert outline == "solid"


def test_the_api_reference_draws_itself_from_our_own_files(page):
    page.goto("/api/docs/")
    page.get_by_role("heading", name="API").first.wait_for()
    page.get_by_role("heading", name="sessions", exact=True).click()
    expect(page.get_by_text("/api/v1/sessions/").first).to_be_visible()
