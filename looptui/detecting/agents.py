"""Coding agents on PATH, and the command line with which each works without a person.

The recipes are those that were seen to work headless, unless a note says otherwise; each reads
nothing that a repository could plant (settings, plug-ins, hooks), as far as it can be told not to.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from looptui.detecting.values import Agent

_ANY_KEY = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one agent is called; the first word is its program."""

    name: str
    title: str
    argv: tuple[str, ...]
    prompt_by: Literal["stdin", "file", "argument"] = "argument"
    env: tuple[str, ...] = _ANY_KEY
    note: str = ""


RECIPES: tuple[Recipe, ...] = (
    Recipe(
        "claude-code", "Claude Code",
        ("claude", "-p", "--setting-sources", "user", "--permission-mode", "acceptEdits"),
        "stdin", ("ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"),
    ),
    Recipe(
        "codex", "Codex", ("codex", "exec", "--sandbox", "workspace-write", "--ephemeral", "-"),
        "stdin", ("CODEX_API_KEY", "OPENAI_API_KEY"),
    ),
    Recipe(
        "aider", "aider",
        ("aider", "--message-file", "{prompt_file}", "--yes-always", "--no-auto-commits",
         "--no-gitignore", "--no-check-update", "--no-analytics", "--no-pretty", "--no-stream",
         "--input-history-file", "/dev/null", "--chat-history-file", "/dev/null"),
        "file",
    ),
    Recipe("opencode", "opencode", ("opencode", "--pure", "run")),
    Recipe(
        "gemini", "Gemini CLI", ("gemini", "--approval-mode", "auto_edit", "-p"),
        env=("GEMINI_API_KEY",),
    ),
    Recipe(
        "qwen", "Qwen Code",
        ("qwen", "--auth-type", "openai", "--approval-mode", "auto-edit", "-p"),
        env=("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL"),
    ),
    Recipe(
        "pi", "pi", ("pi", "-ne", "--no-session", "-p"),
        note="it asks for no permission of its own: the sandbox alone holds it",
    ),
    Recipe(
        "mini-swe-agent", "mini-SWE-agent", ("mini", "-y", "--exit-immediately", "-t"),
        env=(*_ANY_KEY, "MSWEA_MODEL_NAME", "MSWEA_CONFIGURED"),
    ),
    Recipe(
        "goose", "goose", ("goose", "run", "--no-session", "-i", "{prompt_file}"), "file",
        (*_ANY_KEY, "GOOSE_PROVIDER", "GOOSE_MODEL"),
        note="called as its manual says, not tried by us; a migration tool has the same name",
    ),
)  # fmt: skip
"""In the order in which they are offered."""


def look(environ: Mapping[str, str]) -> tuple[Agent, ...]:
    """The agents on the PATH of an environment; nothing is started."""
    found = []
    for recipe in RECIPES:
        program = shutil.which(recipe.argv[0], path=environ.get("PATH", ""))
        if program is not None:
            keys = tuple(name for name in recipe.env if environ.get(name))
            found.append(
                Agent(
                    recipe.name, recipe.title, recipe.argv, recipe.prompt_by,
                    recipe.env, keys, program, recipe.note,
                )
            )  # fmt: skip
    return tuple(found)
