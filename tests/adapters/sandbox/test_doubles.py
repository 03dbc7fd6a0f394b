"""The working directory in the place of the checkout for which an environment was made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from looptui.adapters.sandbox.bubblewrap import Bubblewrap
from looptui.adapters.sandbox.doubles import doubles
from tests.adapters.sandbox.place import Place, executable, ok

LOOK = 'ls -A "$1"; cat "$1/pkg/mod"'


async def test_a_hidden_checkout_is_the_worktree(bwrap: Bubblewrap, place: Place) -> None:
    checkout = _checkout(place)
    seen = await _sh(bwrap, place, checkout, f'{LOOK}; echo new > "$1/pkg/new"')
    assert seen == ".git\nfile\npkg\nthe candidate\n"
    assert (place.worktree / "pkg/new").read_text() == "new\n"
    assert not (checkout / "pkg/new").exists()


async def test_an_environment_in_the_checkout_stays(bwrap: Bubblewrap, place: Place) -> None:
    checkout = _checkout(place)
    executable(checkout / ".venv/bin/tool", "#!/bin/sh\necho tool\n")
    place.env["PATH"] = f"{checkout}/.venv/bin:{place.env['PATH']}"
    assert await _sh(bwrap, place, checkout, f"tool; {LOOK}") == (
        "tool\n.venv\nfile\npkg\nthe candidate\n"
    )
    assert sorted(path.name for path in place.worktree.iterdir()) == [".git", "file", "pkg"]


async def test_what_is_pinned_is_so_in_its_double_too(bwrap: Bubblewrap, place: Place) -> None:
    checkout = _checkout(place)
    said = await _sh(
        bwrap, place, checkout, 'echo planted > "$1/.git" || rm -f "$1/.git" || echo refused'
    )
    assert said.endswith("refused\n")
    assert (place.worktree / ".git").read_text() == "gitdir: ours\n"


async def test_the_checkout_itself_cannot_be_changed(bwrap: Bubblewrap, place: Place) -> None:
    checkout = _checkout(place)
    await _sh(bwrap, place, checkout, 'echo planted > "$1/pkg/mod"; rm -rf "$1"/*')
    assert (checkout / "pkg/mod").read_text() == "the checkout\n"
    assert (checkout / "secret").exists()


def test_in_a_place_that_is_not_hidden_only_what_is_there_too(tmp_path: Path) -> None:
    tree, place = tmp_path / "tree", tmp_path / "place"
    for name in ("both", "kind", "tree-only", "link"):
        (tree / name).mkdir(parents=True)
    (place / "both").mkdir(parents=True)
    (place / "kind").write_text("a file here")
    (place / "link").symlink_to(tmp_path)
    assert list(doubles(tree, [place], (), ())) == [(tree / "both", place / "both")]


def test_a_directory_is_not_seen_within_itself(tmp_path: Path) -> None:
    tree = tmp_path / "repo" / "state" / "tree"
    tree.mkdir(parents=True)
    (tree / "inner").mkdir()
    for place in (tmp_path / "repo", tree, tree / "inner", tmp_path / "absent"):
        assert list(doubles(tree, [place], (), ())) == []


def _checkout(place: Place) -> Path:
    checkout = place.home / "the project"
    (checkout / "pkg").mkdir(parents=True)
    (checkout / "pkg/mod").write_text("the checkout\n")
    (checkout / "secret").write_text("SECRET\n")
    (place.worktree / "pkg").mkdir()
    (place.worktree / "pkg/mod").write_text("the candidate\n")
    return checkout


async def _sh(sandbox: Bubblewrap, place: Place, checkout: Path, script: str) -> str:
    confinement = replace(place.confinement(), stands_for=(checkout,))
    return ok(await place.confined(sandbox, confinement, "sh", "-c", script, "sh", str(checkout)))
