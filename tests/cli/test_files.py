"""`check`, `schema` and `config` as a shell and an editor see them."""

from __future__ import annotations

import json
import re
import venv

from tests.cli.shell import PYTEST, Shell


def test_check_tells_all_errors_of_all_files_with_their_lines(shell: Shell) -> None:
    first = shell.loop(breakers="iteratons = 5\ncost_usd = -1")
    second = shell.loop(name="second", more="[permissions]\nwrit = []")
    third = shell.loop(name="third")
    done = shell("check", str(first), str(second), str(third), "missing.toml")
    assert done.code == 2
    told = [line for line in done.out.splitlines() if re.match(r"\S+:\d+: \S+: ", line)]
    assert len([line for line in told if line.startswith(f"{first}:")]) == 2
    assert len([line for line in told if line.startswith(f"{second}:")]) == 1
    line = next(n for n, text in enumerate(first.read_text().split("\n"), 1) if "iteratons" in text)
    assert f'{first}:{line}: breakers.iteratons: unknown key, did you mean "iterations"?' in told
    assert "missing.toml: There is no loop file missing.toml" in done.out
    assert f"{third}: ok" in done.err
    assert shell("status", "--json").json["runs"] == []


def test_check_as_json_names_the_same(shell: Shell) -> None:
    wrong = shell.loop(breakers="iteratons = 5")
    right = shell.loop(name="right")
    done = shell("check", "--json", str(wrong), str(right))
    assert (done.code, done.json["ok"]) == (2, False)
    bad, good = done.json["files"]
    (problem,) = bad["problems"]
    assert (problem["key"], problem["severity"]) == ("breakers.iteratons", "error")
    assert (good["ok"], good["loop"]) == (True, "right")


def test_check_can_ask_whether_the_commands_are_here(shell: Shell) -> None:
    file = shell.loop(gate=("no-such-program-here", "-q"))
    assert shell("check", str(file)).code == 0
    done = shell("check", str(file), "--gates")
    assert done.code == 6
    assert "cannot run here: gate tests: no-such-program-here was not found" in done.out
    (told,) = shell("check", str(file), "--gates", "--json").json["files"]
    assert len(told["obstacles"]) == 1
    assert shell("check", str(shell.loop(name="fine")), "--gates").code == 0
    more = '[workspace]\nsetup = [["no-such-tool", "sync"], ["sh", "-c", ":"], ["./of-the-repo"]]'
    done = shell("check", str(shell.loop(name="prepared", more=more)), "--gates")
    assert done.code == 6
    assert [line for line in done.out.splitlines() if "cannot run" in line] == [
        f"{shell.place / 'prepared.toml'}: cannot run here: setup: no-such-tool was not found;"
        " install it or correct setup in [workspace]"
    ]


def test_check_with_gates_looks_for_the_modules_that_they_run(shell: Shell) -> None:
    """An interpreter without the test runner is no gate that fails: it cannot run at all."""
    bare = shell.place / "bare"
    venv.create(bare, with_pip=False)
    python = str(bare / "bin/python3")
    file = shell.loop(gate=(python, "-m", "pytest", "-q"))
    done = shell("check", str(file), "--gates")
    assert done.code == 6, done.err
    assert f"gate tests is unavailable: {python} has no pytest" in done.out
    assert f"{python} -m pip install pytest" in done.out
    ours = shell.loop(gate=(python, "-m", "test_calc"), name="ours")
    assert shell("check", str(ours), "--gates").code == 0, "the repository has that module"
    made = shell.loop(
        gate=(python, "-m", "pytest"), name="made", more='[workspace]\nsetup = ["true"]'
    )
    assert shell("check", str(made), "--gates").code == 0, "its setup may install it"
    assert shell("check", str(shell.loop(gate=PYTEST)), "--gates").code == 0


def test_check_with_gates_says_that_no_sandbox_works(shell: Shell) -> None:
    shell.lose_sandbox()
    done = shell("check", str(shell.loop()), "--gates")
    assert done.code == 6
    assert "No sandbox works on this machine" in done.out


def test_check_with_gates_names_what_this_version_will_refuse(shell: Shell) -> None:
    file = shell.loop(more='[triggers]\nschedule = "0 7 * * *"')
    done = shell("check", str(file), "--gates")
    assert done.code == 6
    assert "triggers.schedule: not in this version" in done.out


def test_check_without_words_takes_the_loops_of_the_repository(shell: Shell) -> None:
    assert shell("check").code == 2
    assert shell("init").code == 0
    assert shell("check").code == 0
    (shell.repo / ".looptui/loops/broken.toml").write_text("name = \n")
    done = shell("check")
    assert done.code == 2
    assert "broken.toml:1: " in done.out


def test_check_needs_no_repository_for_a_path(shell: Shell) -> None:
    assert shell("check", str(shell.loop()), cwd=shell.place).code == 0
    told = shell("check", "nowhere.toml", cwd=shell.place)
    assert (told.code, "there is no file nowhere.toml" in told.out) == (2, True)


def test_schemas_are_json_schemas(shell: Shell) -> None:
    for thing in ("loop", "config"):
        made = shell("schema", thing).json
        assert made["$schema"].startswith("https://json-schema.org/")
        assert made["type"] == "object"
    assert shell("schema", "theme").code == 2


def test_config_says_what_holds_and_what_made_it_so(shell: Shell) -> None:
    user = shell.place / "state/config/config.toml"
    user.parent.mkdir(parents=True)
    user.write_text('[ui]\ntheme = "paper"\n[limits]\nmax_concurrent = 3\n')
    repo = shell.repo / ".looptui/config.toml"
    repo.parent.mkdir()
    repo.write_text("[limits]\nmax_concurrent = 2\n[ui]\nglyphs = 'ascii'\n")
    shell.env["LOOPTUI_NOTIFY__WHEN"] = "never"
    shown = shell("config", "show", "--origin")
    assert shown.code == 0
    assert re.search(rf'ui.theme = "paper" +# user {re.escape(str(user))}:2', shown.out)
    assert re.search(rf"limits.max_concurrent = 2 +# repo {re.escape(str(repo))}:2", shown.out)
    assert re.search(r'notify.when = "never" +# env LOOPTUI_NOTIFY__WHEN', shown.out)
    assert 'ui.glyphs = "unicode"' in shown.out
    assert f"{repo}:4: warning: ui.glyphs" in shown.err
    rows = {row["key"]: row for row in shell("config", "--json").json["settings"]}
    assert rows["ui.theme"] == {
        "key": "ui.theme", "value": '"paper"', "layer": "user", "where": f"{user}:2", "later": ""
    }  # fmt: skip


def test_a_maker_that_is_none_is_an_error(shell: Shell) -> None:
    file = shell.loop()
    file.write_text(file.read_text().replace('agent = "command"', 'agent = "comand"'))
    checked = shell("check", str(file))
    assert checked.code == 2
    assert 'maker.agent: no maker "comand"' in checked.out
    assert 'did you mean "command"?' in checked.out
    assert shell.run(file).code == 2
    assert shell("status", "--json").json["runs"] == []


def test_check_says_what_nobody_measures(shell: Shell) -> None:
    checked = shell("check", str(shell.loop()))
    assert checked.code == 0
    assert "cost_usd and tokens never trip" in checked.err
    (file,) = shell("check", str(shell.loop()), "--json").json["files"]
    assert len(file["notes"]) == 1


def test_config_path_names_the_files_and_works_anywhere(shell: Shell) -> None:
    inside = shell("config", "path", "--json").json["files"]
    assert [row["layer"] for row in inside] == ["user", "repo"]
    outside = shell("config", "path", cwd=shell.place)
    assert outside.code == 0
    assert outside.out == f"user {shell.place / 'state/config/config.toml'} (not there)\n"


def test_a_broken_config_is_told_with_its_line(shell: Shell) -> None:
    user = shell.place / "state/config/config.toml"
    user.parent.mkdir(parents=True)
    user.write_text("[ui]\nthem = 'paper'\n")
    done = shell("config")
    assert (done.code, done.out) == (2, "")
    assert f'{user}:2: ui.them: unknown key, did you mean "theme"?' in done.err
    assert shell("doctor").code == 6


def test_json_is_one_object_on_stdout_and_talk_is_on_stderr(shell: Shell) -> None:
    for words in (("config",), ("doctor",), ("status",), ("needs",), ("worktree", "list")):
        assert json.loads(shell(*words, "--json").out)["schema"].startswith("looptui.")


def test_check_with_gates_runs_those_of_trusted_files_on_the_base(shell: Shell) -> None:
    more = '[[gates]]\nid = "lint"\nkind = "command"\nargv = ["true"]'
    file = shell.loop(more=more)
    before = set((shell.repo / ".git").rglob("*"))
    unread = shell("check", str(file), "--gates")
    assert unread.code == 0
    assert "did not run on the base: read it, then say --gates --trust" in unread.err
    assert shell("check", str(file), "--trust").code == 2

    told = shell("check", str(file), "--gates", "--trust")
    assert told.code == 0, told.err
    assert "gate tests on the base: fail, exit 1: red first, as it should be" in told.out
    assert "gate lint on the base: pass, exit 0: passes already: it guards what is" in told.out
    (seen,) = shell("check", str(file), "--gates", "--json").json["files"]
    assert seen["baseline"]["base"] == shell.git("rev-parse", "HEAD")
    assert [one["discriminates"] for one in seen["baseline"]["verdicts"]] == [True, True]
    assert set((shell.repo / ".git").rglob("*")) == before
    assert shell("status", "--json").json["runs"] == []
    assert list(shell.place.glob("state/*/exports/*")) == []


def test_a_gate_that_passes_before_any_change_does_not_discriminate(shell: Shell) -> None:
    file = shell.loop(gate=("true",))
    told = shell("check", str(file), "--gates", "--trust")
    assert told.code == 0
    assert "does not discriminate: it passes before any change" in told.out
    assert "the goal is met on the base already" in told.out


def test_gates_that_cannot_be_judged_on_the_base_are_told(shell: Shell) -> None:
    hangs = shell.loop(gate=("sleep", "60"))
    hangs.write_text(hangs.read_text().replace('"60"]', '"60"]\ntimeout = "1s"'))
    told = shell("check", str(hangs), "--gates", "--trust")
    assert told.code == 6
    assert "error, timed out after 1 s: cannot run here" in told.out
    setup = shell.loop(name="unset", more='[workspace]\nsetup = [["false"]]')
    told = shell("check", str(setup), "--gates", "--trust")
    assert told.code == 6
    assert "cannot run here: setup: false ended with 1" in told.out
