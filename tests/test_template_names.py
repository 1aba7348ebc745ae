"""Every template that a template or code names exists."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader_tags import ExtendsNode, IncludeNode

ROOT = Path(settings.BASE_DIR)
FOLDERS = [ROOT / "templates", *ROOT.glob("*/templates")]
TEMPLATES = sorted(
    str(file.relative_to(folder))
    for folder in FOLDERS
    for file in folder.rglob("*")
    if file.suffix in (".html", ".txt")
)
NAMED = re.compile(r'"([a-z_]+(?:/[a-z_-]+)*\.html)"')


def compiled(name):
    return engines["django"].get_template(name).template


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_it_extends_or_includes_exists(name):
    for node in compiled(name).nodelist.get_nodes_by_type((ExtendsNode, IncludeNode)):
        wanted = node.parent_name if isinstance(node, ExtendsNode) else node.template
        if isinstance(wanted.var, str):
            compiled(wanted.var)


def test_every_template_that_code_names_exists():
    files = [file for app in settings.INSTALLED_APPS for file in (ROOT / app).rglob("*.py")]
    named = {name for file in files for name in NAMED.findall(file.read_text())}
    assert named, "the pattern finds nothing"
    for name in named:
        compiled(name)
