import os
import subprocess
import sys

import pytest

from core.local import folder


def test_a_second_run_is_told_who_has_the_folder(tmp_path):
    with (
        folder.taken(tmp_path, "http://127.0.0.1:8000/"),
        pytest.raises(folder.Busy, match=f"process {os.getpid()}, http://127.0.0.1:8000/"),
        folder.taken(tmp_path, "http://127.0.0.1:8001/"),
    ):
        pass


def test_the_folder_is_free_again_afterwards(tmp_path):
    for _ in range(2):
        with folder.taken(tmp_path / "new", ""):
            assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_a_child_that_still_runs_keeps_the_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "PATIENCE", 0.2)
    with folder.taken(tmp_path, "") as descriptor:
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[descriptor]
        )
    with child:
        with pytest.raises(folder.Busy, match="did not end"), folder.taken(tmp_path, ""):
            pass
        child.communicate()
    with folder.taken(tmp_path, ""):
        pass


def test_the_demo_is_kept_until_it_is_forgotten(tmp_path):
    assert folder.demo(tmp_path) == ""
    folder.keep_demo(tmp_path, "Sign in as alice")
    assert folder.demo(tmp_path) == "Sign in as alice"
    folder.forget_demo(tmp_path)
    assert folder.demo(tmp_path) == ""
