"""What a person can do next with a run, in the words of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from looptui.projections.values import RunView


def kept(view: RunView) -> list[str]:
    """Where the work of a run is that never landed, and how to get it; nothing where it waits."""
    lines = []
    if view.good and not view.needs:
        lines.append(f"iteration {view.good} passed every gate; its candidate never landed:")
        lines.append(f"  looptui diff {view.id} --iteration {view.good}")
        end = "" if view.ended else f"looptui stop {view.id}; "
        lines.append(f"  {end}looptui promote {view.id}   puts it on a branch of its own")
    if view.rescued:
        lines.append(f"its work is kept: git show {view.rescued}")
    return lines
