"""What `check --gates` measures before any change, in this process."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from looptui.core.spec import GateSpec, MakerSpec, Setup, Workspace
from looptui.wire.baseline import measure
from looptui.wire.desk import Desk
from tests.core.runs import a_loop
from tests.engine.project import make_project


@pytest.mark.parametrize("argv", [(), (("sh", "-c", "grep -q old .venv/old && touch .venv/new"),)])
async def test_what_is_shared_is_copied_once_for_the_maker_and_once_for_gates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: tuple[tuple[str, ...], ...]
) -> None:
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path / "home"))
    repo = make_project(tmp_path)
    (repo / ".gitignore").write_text(".venv\n")
    (repo / ".venv").mkdir()
    (repo / ".venv/old").write_text("old\n")
    copied: list[str] = []

    def counted(source: Any, target: Any, real: Any = shutil.copy2) -> Any:
        copied.append(Path(source).name)
        return real(source, target)

    monkeypatch.setattr(shutil, "copy2", counted)
    seen = "test -e .venv/old" + (" && test -e .venv/new" if argv else "")
    setup = Setup(argv=argv, share=(".venv",))
    gate = GateSpec("pytest", argv=("sh", "-c", seen))
    desk = Desk.open(repo)
    try:
        found = await measure(
            desk,
            a_loop(
                maker=MakerSpec("command", ("sh",)), gates=(gate,), workspace=Workspace(setup=setup)
            ),
        )
    finally:
        await desk.close()
    assert [(one.state, one.discriminates) for one in found.verdicts] == [("pass", False)]
    assert copied.count("old") <= (2 if desk.outside.sandbox.lays(tmp_path) else 3)
