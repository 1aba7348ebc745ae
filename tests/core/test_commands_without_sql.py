from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import CommandError

from core.management import commands
from core.management.without_sql import WithoutSql

NAMES = [
    file.stem
    for file in Path(commands.__path__[0]).glob("*.py")
    if "WithoutSql" in file.read_text()
]


def test_there_are_such_commands():
    assert {"migrate", "flush", "changepassword", "createsuperuser"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_command_that_needs_sql_says_what_to_use_instead(name):
    assert get_commands()[name] == "core"
    with pytest.raises(CommandError, match=r"stores nothing in SQL: .+"):
        call_command(name)


@pytest.mark.parametrize("argv", [["--fake", "users", "0001"], ["alice"], ["--nonsense"]])
def test_it_says_so_whatever_its_arguments_are(argv, capsys):
    command = load_command_class("core", "migrate")
    assert isinstance(command, WithoutSql)
    # In a thread of its own: after a browser test an event loop runs in this one.
    with ThreadPoolExecutor(1) as thread, pytest.raises(SystemExit) as exit_:
        thread.submit(command.run_from_argv, ["manage.py", "migrate", *argv]).result()
    assert exit_.value.code == 1
    assert "create_tables" in capsys.readouterr().err


def test_no_command_of_django_reaches_for_sql():
    """A new version of Django may bring another one."""
    theirs = {"check", "compilemessages", "diffsettings", "makemessages", "runserver"}
    theirs |= {"sendtestemail", "shell", "startapp", "startproject", "collectstatic", "findstatic"}
    django = {name for name, app in get_commands().items() if str(app).startswith("django.")}
    assert django - theirs == set()
