"""What every step needs: the recorder of the run and the outside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from looptui.core.spec import Loop
from looptui.core.state import RunState
from looptui.engine.outside import Outside
from looptui.engine.recorder import Recorder
from looptui.ports import Workspace


@dataclass(frozen=True, slots=True)
class Job:
    """One run, as a step sees it."""

    recorder: Recorder
    outside: Outside

    @property
    def state(self) -> RunState:
        return self.recorder.state

    @property
    def loop(self) -> Loop:
        return self.recorder.state.loop

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.state.id, Path(self.state.worktree or ""))

    @property
    def environment(self) -> Path:
        """The prepared environment that is laid over worktrees and exports."""
        return self.outside.state_dir / "environments" / self.state.id

    @property
    def exports(self) -> Path:
        return self.outside.state_dir / "exports"

    async def beneath(self, tree: str) -> str:
        """The tree that a candidate changes: the base, or the target onto which it was merged."""
        onto = self.state.merged_onto
        if onto is None or tree != self.state.candidate:
            return self.state.base_tree
        return await self.outside.repository.tree_of(onto)
