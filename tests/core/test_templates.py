"""Rules that hold for every template of the project."""

import re
from pathlib import Path

import html5lib
import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import override_settings
from django.utils import translation

ROOT = Path(settings.BASE_DIR) / "templates"
CSS = Path(settings.BASE_DIR) / "core" / "static" / "core" / "css"
SANDBOX_CSS = Path(settings.BASE_DIR) / "billing" / "sandbox" / "style.css"  # a site of its own
TEMPLATES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file())
PAGES = [name for name in TEMPLATES if name.endswith(".html") and not name.startswith("emails/")]
ERRORS = [name for name in PAGES if re.fullmatch(r"errors/\d+\.html", name)]
SHOWN = [
    "/",
    "/sign-in/",
    "/sign-up/",
    "/nowhere/",
    "/api/docs/",
    "/gallery/manage/",
    "/gallery/entrance/",
]


def source(name):
    return (ROOT / name).read_text()


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_it_holds_nothing_that_the_content_security_policy_forbids(name):
    html = re.sub(r"{%.*?%}", "", source(name))
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert not re.search(r"\shx-", html), "write data-hx-*"


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_does_not_name_the_site(name):
    assert "latchkey" not in source(name).lower()


def classes_of(sheets):
    return set(re.findall(r"\.([a-z][\w-]*)", "".join(path.read_text() for path in sheets)))


def test_every_class_that_a_template_uses_has_a_rule_in_a_stylesheet_of_its_page():
    of_site, of_sandbox = classes_of(CSS.glob("*.css")), classes_of([SANDBOX_CSS])
    missing = set()
    for name in PAGES:
        rules = of_sandbox if name.startswith("billing/sandbox/") else of_site
        for value in re.findall(r'\bclass="([^"{]*)', source(name)):
            missing |= set(value.split()) - rules
    assert missing == {"dark-mode"}  # of Swagger UI


def test_the_stylesheets_load_nothing_from_elsewhere_and_embed_nothing():
    for path in CSS.glob("*.css"):
        for url in re.findall(r'url\("?([^")]*)', path.read_text()):
            assert (CSS / url).resolve().is_file(), f"{path.name}: {url}"


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_needs_no_context(name):
    html = get_template(name).render()
    assert "<h1>" in html
    assert "help" not in html


@pytest.mark.parametrize("name", [name for name in ERRORS if name != "errors/401.html"])
def test_an_error_page_needs_no_addresses_either(name):
    with override_settings(ROOT_URLCONF="core.theme"):
        assert 'href="/"' in get_template(name).render()


def test_an_error_page_shows_what_it_is_given():
    shown = {"status": 429, "message": "<Slow down>", "retry_after": "120", "request_id": "01K"}
    html = get_template("errors/429.html").render({**shown, "theme": "dark"})
    assert "&lt;Slow down&gt;" in html
    assert "Try again in 2 minutes." in html
    assert "<code>01K</code>" in html
    assert 'data-theme="dark"' in html


@pytest.mark.parametrize("path", SHOWN)
def test_a_page_is_valid_html(client, settings, path):
    settings.ROOT_URLCONF = "tests.journeys.gallery"
    parser = html5lib.HTMLParser()
    parser.parse(client.get(path).content)
    assert not parser.errors


@pytest.mark.parametrize("path", SHOWN)
def test_no_id_is_used_twice(client, settings, path):
    settings.ROOT_URLCONF = "tests.journeys.gallery"
    ids = re.findall(r'\sid="([^"]+)"', client.get(path).content.decode())
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/sign-up/", "/nowhere/"])
def test_every_text_of_a_page_can_be_translated(client, monkeypatch, path):
    mark = lambda message: f"«{message}»"  # noqa: E731
    for name in ("gettext", "pgettext"):
        monkeypatch.setattr(translation._trans, name, lambda *words: mark(words[-1]))
    monkeypatch.setattr(translation._trans, "ngettext", lambda one, many, n: mark(many))
    tree = html5lib.parse(client.get(path).content, namespaceHTMLElements=False)
    plain = [
        text.strip()
        for element in tree.find("body").iter()
        if element.tag not in ("script", "code", "template", "path", "svg")
        for text in (element.text, element.tail)
        if text and re.search(r"[A-Za-z]{2}", text) and "«" not in text
    ]
    assert [text for text in plain if text != settings.SITE_NAME] == []
