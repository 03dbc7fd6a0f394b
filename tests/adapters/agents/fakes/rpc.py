"""Speaks JSON-RPC as Codex's app server or as an agent over ACP does, as it was seen to.

`python rpc.py codex|acp`; a word `does-X` in the prompt is edit, sneak or hang.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

PATH = str(Path.cwd() / "hello.txt")


def say(**message: Any) -> None:
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)


def hear() -> dict[str, Any]:
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    heard: dict[str, Any] = json.loads(line)
    return heard


def ask(method: str, **params: Any) -> dict[str, Any]:
    say(id="a1", method=method, params=params)
    while (heard := hear()).get("id") != "a1":
        pass
    answered: dict[str, Any] = heard["result"]
    return answered


def wait_for(method: str) -> dict[str, Any]:
    while (heard := hear()).get("method") != method:
        pass
    return heard


def wanted(text: str) -> str:
    found = re.search(r"does-(\w+)", text)
    return found[1] if found else ""


def codex() -> None:
    say(id=hear()["id"], result={})
    begun = wait_for("thread/start")
    assert begun["params"]["approvalPolicy"] == "untrusted"
    say(id=begun["id"], result={"thread": {"id": "th1"}, "model": "fake-2"})
    turn = wait_for("turn/start")
    say(id=turn["id"], result={"turn": {"id": "tu1"}})
    does = wanted(turn["params"]["input"][0]["text"])
    item = {"type": "fileChange", "id": "i1", "changes": [{"path": PATH}], "status": "inProgress"}
    if does == "hang":
        said = {"type": "agentMessage", "id": "i0", "text": "thinking"}
        say(method="item/completed", params={"item": said})
        stop = wait_for("turn/interrupt")
        say(id=stop["id"], result={})
        codex_ends("interrupted")
    say(method="item/started", params={"item": item})
    told = {"itemId": "i1", "threadId": "th1", "turnId": "tu1", "startedAtMs": 0}
    answer = {} if does == "sneak" else ask("item/fileChange/requestApproval", **told)
    allowed = answer.get("decision", "accept") == "accept"
    if allowed:
        Path(PATH).write_text("hello\n")
    status = "completed" if allowed else "declined"
    say(method="item/completed", params={"item": {**item, "status": status}})
    codex_ends("completed")


def codex_ends(status: str) -> None:
    for calls in (1, 2):
        total = {"inputTokens": 120 * calls, "outputTokens": 7 * calls, "cachedInputTokens": 20}
        usage = {"total": total, "last": {"inputTokens": 120, "outputTokens": 7}}
        say(method="thread/tokenUsage/updated", params={"tokenUsage": usage})
    say(method="turn/completed", params={"turn": {"id": "tu1", "status": status}})
    hear()


def acp() -> None:
    begun = hear()
    files = begun["params"]["clientCapabilities"]["fs"]
    assert files == {"readTextFile": False, "writeTextFile": False}
    say(id=begun["id"], result={"protocolVersion": 1, "agentInfo": {"name": "fake"}})
    say(id=wait_for("session/new")["id"], result={"sessionId": "s1"})
    prompt = wait_for("session/prompt")
    does = wanted(prompt["params"]["prompt"][0]["text"])
    call = {"toolCallId": "c1", "title": "Write hello.txt", "kind": "edit",
            "locations": [{"path": PATH}]}  # fmt: skip
    if does == "hang":
        content = {"type": "text", "text": "thinking"}
        update({"sessionUpdate": "agent_message_chunk", "content": content})
        wait_for("session/cancel")
        acp_ends(prompt["id"], "cancelled")
    update({"sessionUpdate": "tool_call", **call, "status": "pending"})
    allowed = does == "sneak" or acp_allows(call)
    if allowed:
        Path(PATH).write_text("hello\n")
    status = "completed" if allowed else "failed"
    update({"sessionUpdate": "tool_call_update", "toolCallId": "c1", "status": status})
    update({"sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": "done"}})
    acp_ends(prompt["id"], "end_turn")


def acp_allows(call: dict[str, Any]) -> bool:
    options = [{"optionId": "for-ever", "name": "Always", "kind": "allow_always"},
               {"optionId": "yes", "name": "Yes", "kind": "allow_once"},
               {"optionId": "no", "name": "No", "kind": "reject_once"}]  # fmt: skip
    answer = ask("session/request_permission", sessionId="s1", toolCall=call, options=options)
    chosen = answer["outcome"].get("optionId")
    assert chosen != "for-ever"
    return bool(chosen == "yes")


def update(update: dict[str, Any]) -> None:
    say(method="session/update", params={"sessionId": "s1", "update": update})


def acp_ends(id_: int, reason: str) -> None:
    usage = {"inputTokens": 200, "outputTokens": 14, "cachedReadTokens": 40}
    say(id=id_, result={"stopReason": reason, "usage": usage})
    hear()


if __name__ == "__main__":
    {"codex": codex, "acp": acp}[sys.argv[1]]()
