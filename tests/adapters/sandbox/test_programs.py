"""Programs that live in hidden places work, and what a child planted opens nothing."""

from __future__ import annotations

import shutil
import subprocess
import venv
from pathlib import Path

import pytest

from looptui.ports import Sandbox
from tests.adapters.sandbox.place import SYSTEM_PATH, Place, executable, ok


async def test_a_tool_below_home_with_its_library(confining: Sandbox, place: Place) -> None:
    """As npm and version managers install: a link on PATH, the program, its library beside."""
    installed = place.home / ".tools" / "v1"
    executable(installed / "bin" / "tool", '#!/bin/sh\ncat "$(dirname "$0")/../lib/data"\n')
    (installed / "lib").mkdir()
    (installed / "lib" / "data").write_text("data\n")
    (installed / "etc").mkdir()
    (installed / "etc" / "token").write_text("SECRET token\n")
    (place.home / ".tools" / "current").symlink_to("v1")
    place.env["PATH"] = f"{place.home}/.tools/current/bin:{SYSTEM_PATH}"
    assert ok(await place.run(confining, "tool")) == "data\n"
    assert "SECRET" not in (await place.sh(confining, f"cat '{installed}/etc/token'")).output


async def test_a_link_on_path_leads_to_its_program(confining: Sandbox, place: Place) -> None:
    executable(place.home / ".local/share/app/versions/2.0", "#!/bin/sh\necho two\n")
    (place.home / ".local/bin").mkdir()
    (place.home / ".local/bin/app").symlink_to("../share/app/versions/2.0")
    (place.home / ".local/share/app/token").write_text("SECRET token\n")
    place.env["PATH"] = f"{place.home}/.local/bin:{SYSTEM_PATH}"
    assert ok(await place.run(confining, "app")) == "two\n"
    ended = await place.sh(confining, f"cat '{place.home}/.local/share/app/token'")
    assert "SECRET" not in ended.output


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("project") / ".venv"
    venv.create(made, with_pip=False, symlinks=True)
    executable(made / "bin" / "hello", f"#!{made}/bin/python3\nimport hello_module\n")
    library = next((made / "lib").glob("python3*/site-packages"))
    (library / "hello_module.py").write_text("print('hello')\n")
    return made


async def test_a_virtual_environment_in_a_hidden_place(
    confining: Sandbox, place: Place, environment: Path
) -> None:
    place.env["PATH"] = f"{environment}/bin:{SYSTEM_PATH}"
    assert ok(await place.run(confining, "hello")) == "hello\n"
    assert ok(await place.run(confining, f"{environment}/bin/python", "-c", "print(1)")) == "1\n"


async def test_a_copied_environment_in_the_worktree(
    confining: Sandbox, place: Place, environment: Path
) -> None:
    """Its interpreter is a link to a place outside, its scripts name the one it was copied from."""
    copy = place.worktree / ".venv"
    subprocess.run(["cp", "-a", environment, copy], check=True)
    place.env["PATH"] = f"{copy}/bin:{SYSTEM_PATH}"
    assert ok(await place.run(confining, "python3", "-m", "hello_module")) == "hello\n"
    assert ok(await place.run(confining, ".venv/bin/hello")) == "hello\n"


@pytest.mark.parametrize("way", ["directory", "program", "interpreter", "pyvenv", "file"])
async def test_what_a_child_planted_opens_nothing(
    confining: Sandbox, place: Place, way: str
) -> None:
    """The next command runs a shell that must not see more because of it."""
    private = place.home.parent / "private"  # a first line cannot name a path with a space
    (private / "bin").mkdir(parents=True)
    shutil.copy("/bin/sh", private / "bin" / "shell")
    for diary in (private / "bin" / "diary", private / "lib" / "diary"):
        diary.parent.mkdir(exist_ok=True)
        diary.write_text("SECRET diary\n")
    script = f"cat '{private}/bin/diary' '{private}/lib/diary' .venv/bin"
    planted = place.worktree / ".venv"
    programs = planted / "bin"
    (planted / "lib" / "python3.11").mkdir(parents=True)
    (planted / "lib" / "python3.11" / "os.py").touch()
    if way == "directory":
        programs.symlink_to(private / "bin")
    elif way == "file":
        programs.symlink_to(private / "bin" / "diary")
    elif way == "program":
        programs.mkdir()
        (programs / "sh").symlink_to(private / "bin" / "shell")
    elif way == "interpreter":
        executable(programs / "sh", f"#!{private}/bin/shell\n{script}\n")
    else:
        programs.mkdir()
        (planted / "base").mkdir()
        (planted / "base" / "bin").symlink_to(private / "bin")
        (planted / "pyvenv.cfg").write_text(f"home = {planted}/base/bin\nhome = {private}/bin\n")
    place.env["PATH"] = f"{programs}:{SYSTEM_PATH}"
    place.env["VIRTUAL_ENV"] = str(planted)
    ended = await place.run(confining, "sh", "-c", script, str(programs))
    assert ended.reason in {"exit", "missing"}
    assert "SECRET" not in ended.output


async def test_a_file_named_in_the_command_is_shown(confining: Sandbox, place: Place) -> None:
    agent = place.home / "agent.py"
    agent.write_text("print('agent')\n")
    assert ok(await place.run(confining, "python3", str(agent))) == "agent\n"
    assert ok(await place.run(confining, "env", f"X={agent}", "sh", "-c", 'cat "$X"')) == (
        "print('agent')\n"
    )


async def test_a_certificate_named_by_a_variable_is_shown(confining: Sandbox, place: Place) -> None:
    bundle = place.home / "ca.pem"
    bundle.write_text("certificate\n")
    place.env["SSL_CERT_FILE"] = str(bundle)
    assert ok(await place.sh(confining, 'cat "$SSL_CERT_FILE"')) == "certificate\n"
