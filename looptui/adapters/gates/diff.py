"""A gate on the change itself: how many files and lines, and which paths not."""

from __future__ import annotations

import time

from looptui.adapters.gates import signature
from looptui.core.protect import matches
from looptui.core.spec import GateSpec
from looptui.ports import FileChange, GateResult, GateTask, Sandbox
from looptui.text import safe

_SHOWN = 50


class DiffGate:
    """Fails a candidate that is larger than agreed or touches what it may not."""

    kind = "diff"

    def check(self, spec: GateSpec) -> str | None:
        if spec.max_files is None and spec.max_lines is None and not spec.deny_paths:
            return f"gate {spec.id} has no max_files, max_lines or deny_paths"
        return None

    async def run(self, task: GateTask, sandbox: Sandbox) -> GateResult:
        started = time.monotonic()
        lines = sum((change.added or 0) + (change.deleted or 0) for change in task.changes)
        size = f"{_count(len(task.changes), 'file')}, {_count(lines, 'line')}"
        denied = _denied(task.changes, task.spec.deny_paths)
        reasons = _too_large(task.spec, len(task.changes), lines)
        if denied:
            reasons.append(f"{_count(len(denied), 'denied path')}")
        listed = [safe(f"{path} (matches {glob})") for path, glob in denied.items()][:_SHOWN]
        return GateResult(
            state="fail" if reasons else "pass",
            seconds=time.monotonic() - started,
            summary="; ".join([size, *reasons]),
            signature=signature.of_tests(denied | dict.fromkeys(reasons, "")) if reasons else "",
            output="\n".join([*reasons, *listed]),
        )


def _too_large(spec: GateSpec, files: int, lines: int) -> list[str]:
    reasons = []
    if spec.max_files is not None and files > spec.max_files:
        reasons.append(f"more than {_count(spec.max_files, 'file')}")
    if spec.max_lines is not None and lines > spec.max_lines:
        reasons.append(f"more than {_count(spec.max_lines, 'line')}")
    return reasons


def _denied(changes: tuple[FileChange, ...], globs: tuple[str, ...]) -> dict[str, str]:
    """Paths that a glob forbids, with that glob; of a rename both ends count."""
    paths = [path for change in changes for path in (change.old_path, change.path) if path]
    found = ((path, matches(path, globs)) for path in paths)
    return {path: glob for path, glob in found if glob}


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
