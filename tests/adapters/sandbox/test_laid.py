"""Directories of which a throw-away copy is seen: an environment over each export."""

from __future__ import annotations

import sys
import venv
from dataclasses import replace
from pathlib import Path

import pytest

from looptui.adapters.sandbox.bubblewrap import Bubblewrap, binaries
from looptui.adapters.sandbox.landlock import Landlock
from looptui.adapters.sandbox.none import Unconfined
from looptui.proc import Ended
from tests.adapters.sandbox.place import Place, executable, ok


@pytest.fixture
def environment(place: Place) -> Path:
    """What setup prepared, in the hidden state directory."""
    made = place.state / "environments" / "run" / "node modules"
    (made / "deep").mkdir(parents=True)
    (made / "deep" / "file").write_text("prepared\n")
    return made


@pytest.fixture
def bwrap(environment: Path) -> Bubblewrap:
    """The first bubblewrap here that can do it; an older one and an older kernel cannot."""
    able = [made for made in map(Bubblewrap, binaries()) if made.lays(environment)]
    if not able:
        pytest.skip("no bubblewrap here makes overlays")
    return able[0]


async def laid(
    bwrap: Bubblewrap, place: Place, environment: Path, *argv: str, checkout: Path | None = None
) -> Ended:
    where = place.worktree / "modules"
    where.mkdir(exist_ok=True)
    confinement = replace(
        place.confinement(),
        laid=((environment, where),),
        stands_for=(checkout,) if checkout else (),
    )
    return await place.confined(bwrap, confinement, *argv)


async def test_it_is_seen_changed_and_as_it_was_the_next_time(
    bwrap: Bubblewrap, place: Place, environment: Path
) -> None:
    script = "cat modules/deep/file; echo new > modules/deep/file; rm -r modules/*; ls -A modules"
    for _ in range(2):
        assert ok(await laid(bwrap, place, environment, "sh", "-c", script)) == "prepared\n"
    assert (environment / "deep/file").read_text() == "prepared\n"
    assert list((place.worktree / "modules").iterdir()) == []


async def test_it_is_seen_in_the_place_of_the_checkout_too(
    bwrap: Bubblewrap, place: Place, environment: Path
) -> None:
    checkout = place.home / "the project"
    checkout.mkdir()
    look = ("cat", f"{checkout}/modules/deep/file", f"{checkout}/file")
    ended = await laid(bwrap, place, environment, *look, checkout=checkout)
    assert ok(ended) == "prepared\nfile\n"


async def test_a_python_in_it_starts(bwrap: Bubblewrap, place: Place, environment: Path) -> None:
    venv.create(environment, with_pip=False, symlinks=True)
    code = "import sys, json; print(sys.prefix)"
    ended = await laid(bwrap, place, environment, "modules/bin/python3", "-c", code)
    assert ok(ended).strip() == str(place.worktree / "modules")


async def test_a_link_in_it_opens_nothing(
    bwrap: Bubblewrap, place: Place, environment: Path
) -> None:
    executable(place.home / "tools/bin/tool", "#!/bin/sh\necho SECRET\n")
    (environment / "tool").symlink_to(place.home / "tools/bin/tool")
    ended = await laid(bwrap, place, environment, "modules/tool")
    assert ended.reason == "missing"
    assert "SECRET" not in ended.output


def test_who_can(place: Place, environment: Path, tmp_path: Path) -> None:
    old = executable(tmp_path / "old", "#!/bin/sh\necho 'Unknown option --overlay-src'; exit 1\n")
    assert not Bubblewrap(old).lays(environment)
    assert not Bubblewrap(Path("/no/such/bwrap")).lays(environment)
    assert not Unconfined().lays(environment)
    if sys.platform == "linux":
        assert not Landlock().lays(environment)
