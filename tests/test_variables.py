"""Every variable is documented where people look, and nothing else is."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Read for what the system says, not as a setting of ours.
NOT_OURS = {"DJANGO_SETTINGS_MODULE"}


def read_by_config():
    return {name for file in (ROOT / "config").glob("*.py") for name in names_read(file)} - NOT_OURS


def names_read(file):
    """The first argument of env.str("NAME"), secret("NAME"), ….get("NAME") and ….setdefault."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.args[0].value
            if isinstance(name, str) and re.fullmatch(r"[A-Z][A-Z0-9_]+[A-Z0-9]", name):
                yield name


def in_readme():
    section = (ROOT / "README.md").read_text().split("## Variables")[1].split("\n## ")[0]
    return re.findall(r"^\| `([A-Z0-9_]+)` \|", section, re.M)


def in_example():
    return re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.M)


def test_the_readme_lists_what_config_reads_each_once():
    assert sorted(in_readme()) == sorted(read_by_config())


def test_the_example_lists_what_config_reads_each_once():
    assert sorted(in_example()) == sorted(read_by_config())


def test_the_reader_of_this_test_finds_both_kinds():
    assert {"SITE_NAME", "SECRET_KEY", "STORAGE", "AWS_SECRETS_ID", "ENV_FILE"} <= read_by_config()


def test_the_first_start_writes_known_variables_only():
    from config.first_start import content

    assert set(re.findall(r"^([A-Z0-9_]+)=", content(), re.M)) <= read_by_config()
