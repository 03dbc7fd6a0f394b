"""`python -P -m looptui.demo.scripted SCRIPT ITERATION`: plays one step in the working directory.

Every line it prints begins with "scripted:". Exit code 2 means that the script cannot be played,
1 that the tree is not what the step expects, else it is what the step says.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from looptui.demo.script import BadScript, Delete, Edit, Step, Write, load, step_for


class Unexpected(RuntimeError):
    """The tree does not hold what the step wants to change."""


def say(text: str) -> None:
    for line in text.strip().splitlines():
        print(f"scripted: {line}", flush=True)


def inside(root: Path, path: str) -> Path:
    """A path of the script in the tree; the sandbox confines, this only catches slips."""
    whole = (root / path).resolve()
    if not whole.is_relative_to(root.resolve()):
        raise BadScript(f"{path} is outside of the worktree")
    return whole


def play(step: Step, root: Path) -> None:
    """Say and do what the step says. Raises BadScript, Unexpected and OSError."""
    say(step.say)
    time.sleep(step.sleep)
    acts: list[Edit | Write | Delete] = [*step.edit, *step.write, *step.delete]
    for act in acts:
        told = perform(act, root)
        if told:
            say(told)


def perform(act: Edit | Write | Delete, root: Path) -> str:
    """Do one thing; the sentence for people, empty when there was nothing to do."""
    file = inside(root, act.path)
    if isinstance(act, Write):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(act.text, "utf-8")
        return f"write {act.path}"
    if isinstance(act, Delete):
        file.unlink(missing_ok=True)
        return f"delete {act.path}"
    text = file.read_text("utf-8") if file.is_file() else ""
    if text.count(act.old) != 1:
        if act.optional:
            return ""
        raise Unexpected(f"{act.path} does not hold exactly once: {act.old.strip()}")
    file.write_text(text.replace(act.old, act.new), "utf-8")
    return f"edit {act.path}"


def main(argv: list[str]) -> int:
    if len(argv) != 2 or not argv[1].isdigit():
        print("usage: python -P -m looptui.demo.scripted SCRIPT ITERATION", file=sys.stderr)
        return 2
    try:
        step = step_for(load(Path(argv[0])), int(argv[1]))
        if step is None:
            say("the script is over; nothing is changed")
            return 0
        play(step, Path.cwd())
    except (BadScript, Unexpected, OSError) as error:
        say(f"cannot go on: {error}")
        return 1 if isinstance(error, Unexpected) else 2
    if step.killed:
        os.kill(os.getpid(), signal.SIGKILL)
    return step.exit


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
