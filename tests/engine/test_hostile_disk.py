"""Disks that are full or read-only, at every place where looptui writes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.engine.shell import MEND, Shell


def _mountable() -> bool:
    if os.geteuid() != 0 or not shutil.which("mount"):
        return False
    tried = ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(tried, check=False, capture_output=True).returncode == 0


mounts = pytest.mark.skipif(not _mountable(), reason="needs to mount")


@contextmanager
def mounted(*options: str) -> Iterator[None]:
    place = options[-1]
    subprocess.run(["mount", *options], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


@mounts
@pytest.mark.parametrize("size", ["64k", "300k", "600k"])
def test_a_full_disk_loses_nothing(tmp_path: Path, size: str) -> None:
    shell = Shell.at(tmp_path)
    shell.home.mkdir()
    home = str(shell.home)
    with mounted("-t", "tmpfs", "-o", f"size={size},mode=0700", "none", home):
        before = shell.user_files()
        full = shell.go()
        assert full.code == 6
        assert "is full" in full.err
        assert shell.user_files() == before
        subprocess.run(["mount", "-o", "remount,size=50m", home], check=True)
        again = shell.run("resume", "fix-tests") if shell.status() else shell.go()
        assert again.code == 4, again
        assert shell.approve().code == 0
        assert shell.commits() == 2
        shell.leaves_nothing()


@mounts
@pytest.mark.parametrize("what", ["transcript", "candidate"])
def test_a_maker_that_fills_the_disk(tmp_path: Path, what: str) -> None:
    fills = "while True: os.write(1, os.urandom(1 << 16))"
    grows = "open('huge', 'wb').write(os.urandom(6 << 20))"
    shell = Shell.at(tmp_path, f"{MEND}\nimport os\n{fills if what == 'transcript' else grows}")
    shell.home.mkdir()
    home = str(shell.home)
    with mounted("-t", "tmpfs", "-o", "size=10m,mode=0700", "none", home):
        full = shell.go()
        assert full.code in (4, 6), full
        assert "full" in full.err
        shell.rests()
        subprocess.run(["mount", "-o", "remount,size=300m", home], check=True)
        again = shell.run("resume", "fix-tests")
        assert again.code == 4, again
        assert shell.approve().code == 0
        shell.leaves_nothing()


@mounts
def test_a_read_only_state_directory(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    assert shell.go().code == 4
    home = str(shell.home)
    with mounted("--bind", home, home):
        subprocess.run(["mount", "-o", "remount,bind,ro", home], check=True)
        assert shell.run("status").code == 0
        assert shell.run("show", "fix-tests").code == 0
        for words in (("resume", "fix-tests"), ("run", str(shell.loop), "--headless", "--trust")):
            done = shell.run(*words)
            assert done.code == 6, done
            assert "read-only" in done.err
    assert shell.approve().code == 0


@mounts
def test_a_full_disk_below_the_repository(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted("-t", "tmpfs", "-o", "size=4m", "none", str(disk)):
        there = Shell.at(
            disk / "x", f"{MEND}\nimport os\nopen('huge', 'wb').write(os.urandom(6 << 20))"
        )
        shell = Shell(there.repo, tmp_path / "home", {"TMPDIR": str(tmp_path)})
        assert shell.go().code == 4
        before = shell.user_files()
        blocked = shell.approve()
        assert blocked.code == 4
        assert "No space left" in blocked.err
        assert shell.user_files() == before
        assert shell.git("fsck") == ""
        subprocess.run(["mount", "-o", "remount,size=50m", str(disk)], check=True)
        assert shell.run("promote", "fix-tests").code == 0
        assert shell.commits() == 2
