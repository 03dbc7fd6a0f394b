"""Directories of a run: made by whoever ran in them, removed by us."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

from looptui.engine.files import lay, lay_out
from looptui.removing import remove

NOBODY = 65_534


def _locked_tree(place: Path) -> Path:
    top = place / "top"
    (top / "a" / "b" / "c").mkdir(parents=True)
    (top / "a" / "b" / "file").write_text("x")
    (top / "a" / "link").symlink_to("/")
    for path in (top / "a" / "b" / "c", top / "a" / "b", top / "a", top):
        path.chmod(0)
    return top


def _as_nobody(work: Callable[[], bool]) -> bool:
    """Work done without the powers of root, who may enter every directory."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which do nothing here
        child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            os._exit(0 if work() else 1)
        finally:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_tree_that_nobody_may_enter_is_removed() -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o777)

        def work() -> bool:
            top = _locked_tree(place)
            remove(top)
            return not os.path.lexists(top)

        assert _as_nobody(work)
    assert Path("/").is_dir()


async def test_what_only_the_environment_has_is_left_to_the_sandbox(tmp_path: Path) -> None:
    environment, export, copied = (tmp_path / name for name in ("made", "export", "copied"))
    for name in ("modules/deep/a", "src/pkg/version", "src/only/b", "top"):
        (environment / name).parent.mkdir(parents=True, exist_ok=True)
        (environment / name).write_text("made")
    (environment / "link").symlink_to("modules")
    for place in (export, copied):
        (place / "src/pkg").mkdir(parents=True)
        (place / "top").write_text("the candidate")
    left = await lay_out(environment, export)
    assert sorted(left) == [(environment / name, export / name) for name in ("modules", "src/only")]
    assert all(list(place.iterdir()) == [] for _, place in left)
    await lay(environment, copied)
    for place in (export, copied):
        assert (place / "src/pkg/version").read_text() == "made"
        assert (place / "top").read_text() == "the candidate"
        assert (place / "link").readlink() == Path("modules")
    assert (copied / "modules/deep/a").read_text() == "made"
    assert await lay_out(tmp_path / "none", export) == ()
