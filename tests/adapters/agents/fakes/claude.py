"""Speaks the control protocol of Claude Code as it was seen to; what it does stands in the prompt.

The last word `does-X` in the prompt is one of: edit, command (both ask first), sneak (edits without
asking), hang (until it is interrupted), deaf (to everything but KILL), quit (without a result).
"""

from __future__ import annotations

import json
import re
import signal
import sys
from pathlib import Path
from typing import Any

USAGE = {"input_tokens": 100, "output_tokens": 7, "cache_read_input_tokens": 20}


def say(**event: Any) -> None:
    print(json.dumps(event), flush=True)


def hear() -> dict[str, Any]:
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    heard: dict[str, Any] = json.loads(line)
    return heard


def assistant(id_: str, **block: Any) -> None:
    message = {"id": id_, "model": "fake-1", "content": [block], "usage": USAGE}
    say(type="assistant", uuid=id_, message=message)


def use(tool: str, given: dict[str, Any], *, ask: bool = True) -> dict[str, Any]:
    """Call a tool; what was answered to the request."""
    assistant("m1", type="tool_use", id="t1", name=tool, input=given)
    if not ask:
        return {"behavior": "allow"}
    request = {"subtype": "can_use_tool", "tool_name": tool, "input": given, "tool_use_id": "t1"}
    say(type="control_request", request_id="r1", request=request)
    while (heard := hear()).get("type") != "control_response":
        if heard.get("type") == "control_request":
            result("error_during_execution")
    answered: dict[str, Any] = heard["response"]["response"]
    return answered


def done(answer: dict[str, Any], text: str) -> None:
    refused = answer["behavior"] == "deny"
    said = answer["message"] if refused else text
    block = {"type": "tool_result", "tool_use_id": "t1", "content": said, "is_error": refused}
    say(type="user", message={"content": [block]})
    assistant("m2", type="text", text="done")
    result("success")


def result(subtype: str) -> None:
    total = {name: 2 * value for name, value in USAGE.items()}
    say(type="result", subtype=subtype, is_error=subtype != "success", result=subtype,
        total_cost_usd=0.0123, usage=total)  # fmt: skip
    hear()
    sys.exit(0)


def main() -> None:
    say(type="system", subtype="init", session_id="s1", model="fake-1", claude_code_version="0")
    prompt = hear()["message"]["content"][0]["text"]
    found = re.findall(r"does-(\w+)", prompt)
    path = str(Path.cwd() / "hello.txt")
    match found[-1] if found else "":
        case "edit":
            answer = use("Write", {"file_path": path, "content": "hello\n"})
            if answer["behavior"] == "allow":
                Path(path).write_text("hello\n")
            done(answer, "written")
        case "sneak":
            Path(path).write_text("hello\n")
            done(use("Write", {"file_path": path}, ask=False), "written")
        case "command":
            answer = use("Bash", {"command": "make all"})
            if answer["behavior"] == "allow":
                Path(path).write_text("made\n")
            done(answer, "made")
        case "hang":
            assistant("m1", type="text", text="thinking")
            while hear().get("type") != "control_request":
                pass
            result("error_during_execution")
        case "deaf":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            assistant("m1", type="text", text="thinking")
            while True:
                signal.pause()


if __name__ == "__main__":
    main()
