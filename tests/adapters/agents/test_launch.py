"""How agents are started: words, variables, and what is out of their sight meanwhile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from looptui.adapters.agents import launch
from looptui.core.spec import MakerSpec
from looptui.detecting.presets import presets
from tests.adapters.children import lay_out, maker_task


def test_what_would_configure_an_agent_is_out_of_its_sight_and_back_afterwards(
    tmp_path: Path,
) -> None:
    worktree = lay_out(tmp_path / "w", {".claude/settings.json": "{}", ".claude/x.md": "kept"})
    with launch.hidden(worktree, (".claude/settings.json", ".mcp.json"), tmp_path / "aside"):
        assert not (worktree / ".claude/settings.json").exists()
        assert (worktree / ".claude/x.md").exists()
        (worktree / ".mcp.json").write_text("new")
    assert (worktree / ".claude/settings.json").read_text() == "{}"
    assert (worktree / ".mcp.json").read_text() == "new", "its own work, flagged at the review"


def test_what_it_makes_in_that_place_meanwhile_is_its_work(tmp_path: Path) -> None:
    worktree = lay_out(tmp_path / "w", {".codex/config.toml": "old"})
    with launch.hidden(worktree, (".codex",), tmp_path / "aside"):
        lay_out(worktree, {".codex/config.toml": "new"})
    assert (worktree / ".codex/config.toml").read_text() == "new"


def test_no_link_leads_out_of_the_worktree(tmp_path: Path) -> None:
    outside = lay_out(tmp_path / "outside", {"settings.json": "{}"})
    worktree = tmp_path / "w"
    worktree.mkdir()
    (worktree / ".claude").symlink_to(outside)
    with launch.hidden(worktree, (".claude/settings.json",), tmp_path / "aside"):
        assert (outside / "settings.json").exists()
    with launch.hidden(worktree, (".claude",), tmp_path / "aside"):
        assert not (worktree / ".claude").exists()
        assert (outside / "settings.json").exists()
    assert (worktree / ".claude").is_symlink()


def test_litter_is_swept_but_nothing_that_was_there(tmp_path: Path) -> None:
    worktree = lay_out(tmp_path / "w", {"cache/a": "mine"})
    with launch.swept(worktree, ("cache", "other")):
        lay_out(worktree, {"other/b": "", "cache/c": ""})
    assert sorted(one.name for one in worktree.iterdir()) == ["cache"]


def test_model_budget_and_more_words_stand_where_the_agent_wants_them(tmp_path: Path) -> None:
    spec = MakerSpec("codex-exec", argv=("npx", "codex"), args=("-c", "x=1"), model="m")
    task = maker_task(tmp_path, spec, prompt="go")
    with launch.start(presets()["codex-exec"], task, confined=True) as begun:
        words = " ".join(begun.argv)
        assert words.startswith("npx codex exec --json")
        assert words.endswith("--sandbox danger-full-access --model m -c x=1 -")
        assert begun.stdin == b"go"
        assert begun.env["HOME"] == str(begun.home)
        assert begun.env["CODEX_HOME"] == f"{begun.home}/.codex"
        assert (begun.home / ".codex").is_dir()
    with launch.start(presets()["codex-exec"], task, confined=False) as begun:
        assert "--sandbox workspace-write" in " ".join(begun.argv)
    assert not begun.home.exists()
    claude = replace(task, loop=replace(task.loop, maker=MakerSpec("claude-code")))
    with launch.start(presets()["claude-code"], claude, confined=True) as begun:
        assert "--max-budget-usd" not in begun.argv
    with launch.start(
        presets()["claude-code"], replace(claude, micro_usd=1_230_000), confined=True
    ) as begun:
        assert begun.argv[-2:] == ("--max-budget-usd", "1.230000")


def test_a_prompt_too_long_for_an_argument_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    long = "x" * (launch.LONGEST_ARGUMENT + 1)
    assert "argument" in launch.too_long(presets()["mini-swe-agent"], long)
    assert launch.too_long(presets()["claude-print"], long) == ""


def test_a_program_of_node_sees_the_packages_beside_it(tmp_path: Path) -> None:
    modules = tmp_path / "lib/node_modules"
    lay_out(modules, {"agent/bin/agent.js": "", "agent/node_modules/dep/index.js": ""})
    (modules / "agent/bin/agent.js").chmod(0o755)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/agent").symlink_to(modules / "agent/bin/agent.js")
    assert launch.package(str(tmp_path / "bin/agent")) == (modules,)
    assert launch.package("sh") == ()
    assert launch.package("no-such-program") == ()
