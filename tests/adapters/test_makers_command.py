"""Any command as maker: how the prompt reaches it, how it ends, what it may touch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from looptui.adapters.makers.command import LONGEST_ARGUMENT, CommandMaker
from looptui.core.spec import MakerSpec
from looptui.ports import MakerReport
from tests.adapters.children import maker_task, sandbox

PROMPT = "# Goal\n\nMake it grün. $(touch pwned) {worktree}\n"


def script(text: str, **fields: object) -> MakerSpec:
    return MakerSpec("command", argv=("sh", "-c", text, "sh"), **fields)  # type: ignore[arg-type]


async def make(
    place: Path, spec: MakerSpec, prompt: str = PROMPT, **changes: float
) -> tuple[MakerReport, Path, bytes]:
    task = replace(maker_task(place, spec, prompt=prompt), **changes)  # type: ignore[arg-type]
    seen = bytearray()
    report = await CommandMaker().make(task, sandbox(), seen.extend)
    assert task.transcript.read_bytes() == bytes(seen)
    return report, task.worktree, bytes(seen)


@pytest.mark.parametrize(
    ("spec", "more"),
    [
        (script("cat > got"), ()),
        (script('cp "$1" got', prompt_by="file"), ("{prompt_file}",)),
        (script('printf %s "$1" > got; test -z "$(cat)"', prompt_by="argument"), ()),
        (script('cp "$1" got; cat > rest'), ("{prompt_file}",)),
    ],
    ids=["stdin", "file", "argument", "both"],
)
async def test_the_prompt_arrives_as_it_is(
    tmp_path: Path, spec: MakerSpec, more: tuple[str, ...]
) -> None:
    report, worktree, _ = await make(tmp_path, replace(spec, argv=(*spec.argv, *more)))
    assert report.outcome == "ended"
    assert (worktree / "got").read_text() == PROMPT
    assert not (worktree / "pwned").exists()


async def test_a_long_prompt_goes_by_stdin_and_not_by_argument(tmp_path: Path) -> None:
    prompt = "x" * (LONGEST_ARGUMENT + 1)
    spec = script("wc -c > got")
    report, worktree, _ = await make(tmp_path, spec, prompt)
    assert (worktree / "got").read_text().strip() == str(len(prompt))
    other = tmp_path / "other"
    other.mkdir()
    report, worktree, _ = await make(other, replace(spec, prompt_by="argument"), prompt)
    assert report.outcome == "failed"
    assert "prompt_by" in report.reason
    assert not (worktree / "got").exists()


async def test_the_prompt_file_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    spec = MakerSpec("command", argv=("sh", "-c", 'stat -c %a "$0"; echo "$0"', "{prompt_file}"))
    _, _, output = await make(tmp_path, spec)
    mode, path = output.decode().split()
    assert mode == "600"
    assert not Path(path).exists()


async def test_it_works_in_the_worktree(tmp_path: Path) -> None:
    spec = MakerSpec("command", argv=("sh", "-c", 'test "$PWD" = "$0"', "{worktree}"))
    report, _, _ = await make(tmp_path, spec)
    assert (report.outcome, report.exit_code) == ("ended", 0)


@pytest.mark.parametrize(
    ("text", "limits", "outcome", "reason"),
    [
        ("exit 0", {}, "ended", ""),
        ("echo no key >&2; exit 3", {}, "failed", "exit 3: no key"),
        ("kill -ABRT $$", {}, "failed", "killed by SIGABRT"),
        ("sleep 600", {"seconds": 0.3}, "timeout", "it took longer than 0.3 s"),
        ("echo a; sleep 600", {"idle_seconds": 0.3}, "idle", "it printed nothing for 0.3 s"),
        ("yes", {}, "flooded", "it printed more than 64 MiB"),
        (r"printf 'a\033[2J'; exit 1", {}, "failed", "exit 1: a␛[2J"),
    ],
)
async def test_how_it_ends(
    tmp_path: Path, text: str, limits: dict[str, float], outcome: str, reason: str
) -> None:
    report, _, output = await make(tmp_path, script(text), PROMPT, **limits)
    assert (report.outcome, report.reason) == (outcome, reason)
    assert len(output) <= 64 << 20
    assert (report.exit_code is None) == (outcome not in ("ended", "failed"))


async def test_output_keeps_it_from_being_idle(tmp_path: Path) -> None:
    text = "for i in 1 2 3 4 5 6; do echo $i; sleep 0.2; done"
    report, _, output = await make(tmp_path, script(text), idle_seconds=0.9)
    assert report.outcome == "ended"
    assert output == b"1\n2\n3\n4\n5\n6\n"


async def test_output_goes_raw_to_the_transcript_after_what_is_there(tmp_path: Path) -> None:
    task = maker_task(tmp_path, script(r"printf '\033[31mred\033[0m\377'; echo err >&2"))
    task.transcript.write_bytes(b"before\n")
    await CommandMaker().make(task, sandbox(), lambda data: None)
    assert task.transcript.read_bytes() == b"before\n\x1b[31mred\x1b[0m\xfferr\n"


async def test_a_program_that_vanished_is_missing(tmp_path: Path) -> None:
    report, _, _ = await make(tmp_path, MakerSpec("command", argv=("no-such-agent",)))
    assert report.outcome == "missing"
    assert "no-such-agent" in report.reason


async def test_only_the_environment_of_the_task_arrives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER_KEY", "secret-value")
    task = maker_task(tmp_path, script("env"))
    task = replace(task, env={**task.env, "AGENT_KEY": "mine"})
    await CommandMaker().make(task, sandbox(), lambda data: None)
    printed = task.transcript.read_text()
    assert "AGENT_KEY=mine" in printed
    assert "OTHER_KEY" not in printed


async def test_it_writes_nowhere_but_in_the_worktree(tmp_path: Path) -> None:
    if not sandbox().confines:
        pytest.skip("this machine has no sandbox")
    outside = tmp_path / "outside"
    outside.mkdir()
    spec = MakerSpec("command", argv=("sh", "-c", f"touch in; touch '{outside}/x'; true"))
    _, worktree, _ = await make(tmp_path, spec)
    assert (worktree / "in").exists()
    assert list(outside.iterdir()) == []


def test_check_says_why_it_cannot_run() -> None:
    check = CommandMaker().check
    assert check(MakerSpec("command", argv=("sh",))) is None
    assert "argv" in (check(MakerSpec("command")) or "")
    assert "no-such-agent" in (check(MakerSpec("command", argv=("no-such-agent",))) or "")
    assert "/no/agent" in (check(MakerSpec("command", argv=("/no/agent",))) or "")
