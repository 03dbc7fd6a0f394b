"""Real agent CLIs: where they come from, and how each is pointed at our model server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.model_server import Call, ModelServer, Reply, Tool

CACHE = Path(os.environ.get("LOOPTUI_AGENTS") or Path.home() / ".cache" / "looptui-agents")
"""Where agents are installed; kept from one run of the tests to the next."""
FILE, TEXT = "hello.txt", "hello from the model\n"
SHELL = f"printf 'hello from the model\\n' > {FILE}"
EDIT = f"{FILE}\n```\n<<<<<<< SEARCH\n=======\n{TEXT}>>>>>>> REPLACE\n```\n"
TOKENS = {"tokens_in": 120, "tokens_out": 7, "cached": 20}


@dataclass(frozen=True)
class Agent:
    """One CLI: its package, its program, and the settings that lead it to a server."""

    package: str
    program: str
    env: Callable[[ModelServer], Mapping[str, str]]
    model: str = ""
    args: Callable[[ModelServer], tuple[str, ...]] = lambda server: ()
    python: tuple[str, ...] = field(default=())
    """Installed by uv instead of npm: the packages."""


def _anthropic(server: ModelServer) -> Mapping[str, str]:
    return {"ANTHROPIC_BASE_URL": server.root, "ANTHROPIC_API_KEY": "sk-test"}


def _openai(server: ModelServer) -> Mapping[str, str]:
    return {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": server.url,
            "OPENAI_API_BASE": server.url}  # fmt: skip


def _codex(server: ModelServer) -> tuple[str, ...]:
    provider = (
        f'{{name="loop",base_url="{server.url}",wire_api="responses",env_key="OPENAI_API_KEY"}}'
    )
    return ("-c", 'model_provider="loop"', "-c", f"model_providers.loop={provider}")


def _opencode(server: ModelServer) -> Mapping[str, str]:
    options = {"baseURL": server.url, "apiKey": "sk-test"}
    provider = {"npm": "@ai-sdk/openai-compatible", "options": options, "models": {"m": {}}}
    return {"OPENCODE_CONFIG_CONTENT": json.dumps({"provider": {"loop": provider},
                                                   "model": "loop/m"})}  # fmt: skip


def _gemini(server: ModelServer) -> Mapping[str, str]:
    return {"GEMINI_API_KEY": "sk-test", "GOOGLE_GEMINI_BASE_URL": server.root}


def _qwen(server: ModelServer) -> Mapping[str, str]:
    return {**_openai(server), "OPENAI_MODEL": "m"}


_CLAUDE = Agent("@anthropic-ai/claude-code", "claude", _anthropic, "claude-sonnet-5")
_CODEX = Agent("@openai/codex", "codex", _openai, "gpt-5.5", _codex)
_OPENCODE = Agent("opencode-ai", "opencode", _opencode, "loop/m")
_GEMINI = Agent("@google/gemini-cli", "gemini", _gemini, "gemini-2.5-pro")
_QWEN = Agent("@qwen-code/qwen-code", "qwen", _qwen, "m")
AGENTS: Mapping[str, Agent] = {
    "claude-code": _CLAUDE,
    "claude-print": _CLAUDE,
    "codex": _CODEX,
    "codex-exec": _CODEX,
    "opencode": _OPENCODE,
    "opencode-run": _OPENCODE,
    "gemini": _GEMINI,
    "gemini-print": _GEMINI,
    "qwen": _QWEN,
    "qwen-print": _QWEN,
    "claude-acp": Agent("@zed-industries/claude-agent-acp", "claude-agent-acp", _anthropic),
    "codex-acp": Agent("@zed-industries/codex-acp", "codex-acp", _openai, "", _codex),
    "pi": Agent("@mariozechner/pi-coding-agent", "pi", _openai, "loop/m"),
    "aider": Agent("aider", "aider", _openai, "openai/m", lambda server: ("--edit-format", "diff"),
                   ("aider-chat",)),
    "mini-swe-agent": Agent("mini", "mini", _openai, "openai/m", lambda server: (),
                            ("mini-swe-agent", "mcp")),
}  # fmt: skip


@cache
def installed(agent: Agent) -> Path | None:
    """The program, installed if need be; None where that is impossible."""
    place = CACHE / agent.program
    folder = place / ("bin" if agent.python else "node_modules/.bin")
    if not (folder / agent.program).exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        try:
            _install(agent, place)
        except (OSError, subprocess.SubprocessError):
            return None
    return folder / agent.program if (folder / agent.program).exists() else None


def _install(agent: Agent, place: Path) -> None:
    if agent.python:
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        _run(uv, "venv", "-q", "--python", sys.executable, str(place))
        _run(uv, "pip", "install", "-q", "--python", str(place / "bin/python"), *agent.python)
    else:
        place.mkdir(parents=True, exist_ok=True)
        _run("npm", "install", "--no-audit", "--no-fund", "--prefix", str(place), agent.package)


def _run(*argv: str) -> None:
    subprocess.run(argv, check=True, capture_output=True, timeout=600)


# --- what the model says -----------------------------------------------------------------------


def tools_of(call: Call) -> list[str]:
    """Names of the tools that a request offers."""
    found: list[str] = []
    for tool in call.body.get("tools") or ():
        found += [one["name"] for one in tool.get("functionDeclarations", ())]
        name = tool.get("name") or tool.get("function", {}).get("name")
        found += [name] if name else []
    return found


def answered(call: Call) -> bool:
    """Whether the result of a tool is in the conversation already."""
    said: Any = [call.body.get(key) for key in ("messages", "input", "contents")]
    text = json.dumps(said)
    signs = ('"tool_result"', "_call_output", '"functionResponse"', '"role": "tool"')
    return any(sign in text for sign in signs)


def writing(worktree: Path) -> Callable[[Call], Reply]:
    """A model that writes one file with whatever tool there is, and then says that it is done."""
    path = str(worktree / FILE)
    acts: Mapping[str, Mapping[str, Any]] = {
        "Write": {"file_path": path, "content": TEXT},
        "write_file": {"file_path": path, "content": TEXT},
        "write": {"filePath": path, "path": path, "content": TEXT},
        "exec_command": {"cmd": SHELL},
        "shell": {"command": ["bash", "-lc", SHELL]},
        "bash": {"command": SHELL},
    }

    def reply(call: Call) -> Reply:
        if answered(call):
            end = "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"
            if tools_of(call) == ["bash"]:
                return Reply(tools=(Tool("bash", {"command": end}),), **TOKENS)  # type: ignore[arg-type]
            return Reply("done", **TOKENS)  # type: ignore[arg-type]
        name = next((one for one in acts if one in tools_of(call)), "")
        if name:
            return Reply(tools=(Tool(name, acts[name]),), **TOKENS)  # type: ignore[arg-type]
        return Reply(EDIT if not tools_of(call) else "done", **TOKENS)  # type: ignore[arg-type]

    return reply
