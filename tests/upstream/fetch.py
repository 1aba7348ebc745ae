"""Django's own session tests, out of its source distribution, into `.upstream/` (once)."""

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".upstream" / f"django-{django.get_version()}"


def session_tests():
    """The folder to put on sys.path. It holds `sessions_tests` and nothing else: other packages
    of Django's test suite (`responses`, `cache` …) would hide real modules."""
    if not (FOLDER / "sessions_tests" / "tests.py").exists():
        FOLDER.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER.parent) as scratch:
            unpack(download(Path(scratch)), Path(scratch) / "unpacked")
            if not FOLDER.exists():
                os.replace(Path(scratch) / "unpacked", FOLDER)
    return FOLDER


def download(folder):
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    what = ["--no-deps", "--no-binary", "django", f"django=={django.get_version()}"]
    subprocess.run([*pip, *what, "--dest", str(folder)], check=True)
    (archive,) = folder.glob("django-*.tar.gz")
    return archive


def unpack(archive, folder):
    with tarfile.open(archive) as sdist:
        for member in sdist.getmembers():
            _, _, path = member.name.partition("/tests/")
            if member.isfile() and path.startswith("sessions_tests/") and ".." not in path:
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(sdist.extractfile(member).read())


if __name__ == "__main__":
    print(session_tests())
