"""A person changes what others see of them, as a browser does it."""

import pytest
from playwright.sync_api import expect

from tests.accounts.pictures import photo_with_place, picture
from tests.journeys.browser import LOOKS
from tests.journeys.test_accounts import BOTH

PAGE = "/settings/profile/"


@pytest.fixture(autouse=True)
def folder(avatar_folder):
    return avatar_folder


def choose(page, data, name="me.jpg"):
    file = {"name": name, "mimeType": "image/jpeg", "buffer": data}
    page.get_by_label("New picture").set_input_files(file)
    page.get_by_role("button", name="Upload picture").click()


@pytest.mark.engine
@pytest.mark.parametrize("script", BOTH)
def test_a_person_changes_name_bio_handle_and_picture(page, alice, sign_in, axe, script):
    sign_in(alice)
    page.goto(PAGE)
    page.get_by_label("Display name").fill("Alice Adams")
    page.get_by_label("Bio").fill("One\ntwo")
    page.get_by_role("button", name="Save profile").click()
    expect(page.get_by_role("status").first).to_contain_text("saved")
    expect(page.get_by_label("Bio")).to_have_value("One\ntwo")
    page.get_by_role("textbox", name="Handle").fill("alice_adams")
    page.get_by_role("button", name="Change handle").click()
    expect(page.get_by_text("@alice_adams")).to_be_visible()
    choose(page, photo_with_place())
    expect(page.get_by_role("status").first).to_contain_text("new picture")
    page.wait_for_load_state()  # with its pictures
    drawn = page.evaluate(
        "[...document.querySelectorAll('img.avatar')].map(image => image.naturalWidth)"
    )
    assert drawn == [256, 256]
    if script == "on":
        axe(page)
    page.get_by_role("button", name="Remove picture").click()
    expect(page.locator("img.avatar")).to_have_count(0)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_what_is_wrong_stands_at_its_field(page, alice, sign_in, axe, theme, width):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(alice)
    page.goto(PAGE)
    choose(page, b"<svg/>", "me.svg.jpg")
    expect(page.get_by_text("cannot be read as a picture")).to_be_visible()
    expect(page.get_by_label("New picture")).to_have_attribute("aria-invalid", "true")
    axe(page)
    page.get_by_role("textbox", name="Handle").fill("admin")
    page.get_by_role("button", name="Change handle").click()
    expect(page.get_by_text("This handle is reserved")).to_be_visible()
    expect(page.get_by_role("textbox", name="Handle")).to_have_value("admin")
    axe(page)


def test_a_second_tab_does_not_overwrite_the_first(page, alice, sign_in, context, axe):
    sign_in(alice)
    page.goto(PAGE)
    other = context.new_page()
    other.goto(PAGE)
    other.get_by_label("Bio").fill("from the other tab")
    other.get_by_role("button", name="Save profile").click()
    page.get_by_label("Bio").fill("from this tab")
    page.get_by_role("button", name="Save profile").click()
    expect(page.get_by_role("alert")).to_contain_text("changed elsewhere")
    expect(page.get_by_text("from the other tab")).to_be_visible()
    expect(page.get_by_label("Bio")).to_have_value("from this tab")
    axe(page)
    page.get_by_role("button", name="Save profile").click()
    expect(page.get_by_role("status").first).to_contain_text("saved")


def test_a_picture_opened_alone_runs_nothing(page, alice, sign_in):
    sign_in(alice)
    page.goto(PAGE)
    choose(page, picture("JPEG", comment=b"<script>document.title='ran'</script>"))
    address = page.evaluate("document.querySelector('img.avatar').src")
    page.expected.add(address)  # Chromium's own style for a lone picture is refused
    answer = page.goto(address)
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["content-type"] == "image/webp"
    assert page.title() != "ran"
