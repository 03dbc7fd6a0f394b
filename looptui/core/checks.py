"""Whether a checker has to be asked of a tree, and what its verdict is worth."""

from __future__ import annotations

import re

from looptui.core.effects import Check
from looptui.core.events.checking import CheckFinished
from looptui.core.state import RunState

MAX_ERRORS = 2
"""Verdicts in a row that a checker may fail to give on one tree; then a person decides."""


def due(state: RunState, tree: str) -> Check | None:
    """The question to the checker that is still open on a tree whose gates all pass."""
    if state.loop.checker is None:
        return None
    said = state.verdicts.get(tree)
    if said is not None and said.state != "error":
        return None
    if state.check_errors.get(tree, 0) >= MAX_ERRORS:
        return None
    return Check(tree, len(state.iterations))


def objection(state: RunState, tree: str) -> str:
    """Why the checker does not pass a tree, in words; empty where it does or none is set.

    What a person waived no longer stands in the way, but a score below the threshold does.
    """
    if state.loop.checker is None:
        return ""
    said = state.verdicts.get(tree)
    if said is None:
        return "no checker has judged it"
    if said.state == "pass" or _waived(state, said):
        return ""
    if said.state == "error":
        return f"the checker gave no verdict: {said.summary}"
    return f"the checker does not pass it: {said.summary}"


def _waived(state: RunState, said: CheckFinished) -> bool:
    """Whether all that kept a tree from passing was waived by a person."""
    if said.state != "fail" or said.left_out or said.score < said.threshold:
        return False
    if len(said.criteria) < len(state.loop.criteria) or any(not one.met for one in said.criteria):
        return False
    entries = [state.flaws.get(one.id) for one in said.findings if one.material]
    return bool(entries) and all(entry and entry.state == "waived" for entry in entries)


def spent(state: RunState) -> bool:
    """Whether the checker's family of models has had all its rounds; then a person decides.

    Rounds count anew once a person said what should change.
    """
    spec = state.loop.checker
    if spec is None:
        return False
    told = max((one.n for one in state.iterations if one.feedback), default=0)
    lost = [family for n, family in state.lost_rounds if n > told]
    return bool(lost) and lost.count(lost[-1]) >= spec.rounds


def opinion(state: RunState, tree: str | None) -> float | None:
    """The score that the checker gave a tree; None where it gave none."""
    said = state.verdicts.get(tree or "")
    if said is None or said.state == "error":
        return None
    return 1.0 if said.state == "pass" else min(said.score, 0.999)


_FAMILIES = {
    "claude": "claude", "gpt": "gpt", "chatgpt": "gpt", "codex": "gpt", "gemini": "gemini",
    "gemma": "gemini", "llama": "llama", "mistral": "mistral", "mixtral": "mistral",
    "codestral": "mistral", "devstral": "mistral", "qwen": "qwen", "qwq": "qwen",
    "deepseek": "deepseek", "grok": "grok", "kimi": "kimi", "glm": "glm",
}  # fmt: skip
_O_SERIES = re.compile(r"o\d")


def family(model: str) -> str:
    """Models that are likely to be wrong about the same things: `claude`, `gpt`, `qwen`."""
    bare = model.rpartition("/")[2].lower()
    words: list[str] = re.findall(r"[a-z]+", bare)
    known = next((_FAMILIES[word] for word in words if word in _FAMILIES), None)
    if known is None and _O_SERIES.match(bare):
        return "gpt"
    return known or (words[0] if words else bare)
