"""Which sandbox is taken, and whether a program works in it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from looptui.adapters.sandbox import choose, choosing, probe
from looptui.adapters.sandbox.bubblewrap import Bubblewrap
from looptui.errors import EnvironmentUnfit
from looptui.ports import Sandbox
from tests.adapters.sandbox.place import SYSTEM_PATH, Place, executable


def test_the_strongest_is_chosen() -> None:
    assert isinstance(choose(), Bubblewrap)
    assert choose().confines


def test_none_only_for_a_person_who_asked() -> None:
    chosen = choose(unsandboxed=True)
    assert (chosen.name, chosen.confines) == ("none", False)


def test_the_next_one_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "binaries", lambda: (Path("/bin/false"),))
    assert choose().name == "landlock"


def test_nothing_that_works_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = partial(Bubblewrap, Path("/bin/false"))
    monkeypatch.setattr(choosing, "_candidates", lambda: iter([("/bin/false", broken)]))
    with pytest.raises(EnvironmentUnfit, match="/bin/false: exit code 1") as caught:
        choose()
    assert caught.value.exit_code == 6
    assert "apt install bubblewrap" in caught.value.hint
    assert "--unsandboxed" in caught.value.hint


async def test_a_program_that_is_the_same_inside(sandbox: Sandbox, place: Place) -> None:
    for name in ("python3", "git", "sh"):
        said = await probe(
            sandbox, [name], cwd=place.worktree, env=place.env, confinement=place.confinement()
        )
        assert said is None


async def test_a_program_that_is_not_the_same_inside(confining: Sandbox, place: Place) -> None:
    needs = place.home / "needs"
    needs.write_text("1.0\n")
    executable(place.home / "tool", f'#!/bin/sh\necho "tool $(cat {str(needs)!r})"\n')
    place.env["PATH"] = f"{place.home}:{SYSTEM_PATH}"
    said = await probe(
        confining, ["tool"], cwd=place.worktree, env=place.env, confinement=place.confinement()
    )
    assert said is not None
    assert "tool 1.0" in said
    assert confining.name in said


async def test_a_program_of_the_repository_is_never_tried_outside(
    confining: Sandbox, place: Place
) -> None:
    executable(place.worktree / "agent", f"#!/bin/sh\necho x > '{place.home}/evil'\n")
    said = await probe(
        confining, ["./agent"], cwd=place.worktree, env=place.env, confinement=place.confinement()
    )
    assert said is None
    assert not (place.home / "evil").exists()


async def test_a_program_that_cannot_be_found(confining: Sandbox, place: Place) -> None:
    said = await probe(
        confining, ["nope"], cwd=place.worktree, env=place.env, confinement=place.confinement()
    )
    assert said == "nope: command not found"
