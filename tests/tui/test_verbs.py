"""The command line of the screen: what a line orders, and what is said where it makes no sense."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from looptui.cli.app import COMMANDS
from looptui.core import commands as cmd
from looptui.core.breakers import EXIT_CODES
from looptui.errors import UsageError
from looptui.projections.values import NeedView
from looptui.tui import verbs
from looptui.tui.orders import Dress, Open, Order, Press, Send, Stage, Start
from tests.tui.test_looks import view

TREE = "7c1f0a9b8e12" + "0" * 28
NEED = NeedView("fix1.1", "fix1", "fix-add", "approval", 1.0, "1 file", TREE)
ASKS = NeedView("doc1.1", "doc1", "docs", "question", 1.0, "which way?")
FIX = replace(view(), id="fix1abc", loop="fix-add", needs=(replace(NEED, run="fix1abc"),))
DOCS = replace(view(), id="doc1abc", loop="docs", needs=(ASKS,))
OLD = replace(view(), id="fix0old", loop="fix-add")
STAGE = Stage((FIX, DOCS, OLD), DOCS, (Path("lint.toml"),), ("ember", "midnight"))


@pytest.mark.parametrize(
    ("line", "run", "command"),
    [
        ("pause", "doc1abc", cmd.Pause()),
        ("pause fix-add --now", "fix1abc", cmd.Pause(now=True)),
        ("pause fix0", "fix0old", cmd.Pause()),
        ("resume --reset --reason 'price is wrong'", "doc1abc", cmd.Resume(True, "price is wrong")),
        ("nudge the bug is in the parser", "doc1abc", cmd.Nudge("the bug is in the parser")),
        ("nudge fix-add 'look at line 3'", "fix1abc", cmd.Nudge("look at line 3")),
        ("stop fix-add", "fix1abc", cmd.Stop()),
        ("discard docs", "doc1abc", cmd.Discard()),
        ("limits fix-add --cost=8 --reason more", "fix1abc", cmd.SetLimit("cost", 8.0, "more")),
        ("promote --to branch", "doc1abc", cmd.Promote("branch")),
        ("approve fix-add 7c1f0a9", "fix1abc", cmd.Approve("7c1f0a9")),
        ("approve fix-add --tree 7c1f0a9b -m ok", "fix1abc", cmd.Approve("7c1f0a9b", "ok")),
        ("reject fix-add 7c1f0a9 -m 'raise it'", "fix1abc", cmd.SendBack("7c1f0a9", "raise it")),
        ("reject fix-add 7c1f0a9 --final", "fix1abc", cmd.Reject("7c1f0a9", "")),
        ("withdraw fix-add 7c1f0a9", "fix1abc", cmd.Withdraw("7c1f0a9")),
        ("restore fix-add 2 --reason astray", "fix1abc", cmd.Restore(2, "astray")),
        ("rerun fix-add --reason flaky", "fix1abc", cmd.Rerun("flaky")),
        ("answer continue -m go", "doc1abc", cmd.Answer("doc1.1", "continue", "go")),
    ],
)
def test_a_line_is_a_command_for_a_run(line: str, run: str, command: cmd.Command) -> None:
    order = verbs.parse(line, STAGE)
    assert isinstance(order, Send)
    assert (order.run, order.command) == (run, command)
    assert order.said


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("show fix0", Open("fix0old")), ("review fix-add", Open("fix1abc", review=True)),
        ("run lint", Start(Path("lint.toml"))), ("theme ember", Dress("ember")),
        ("limits", Press("limits")), ("stop", Press("stop")), ("discard", Press("discard")),
        ("q", Press("app.quit")), ("keys", Press("app.help")), ("config", Press("go.settings")),
        ("audit", Press("go.audit")), ("spend", Press("go.spend")),
    ],
)  # fmt: skip
def test_other_lines_go_somewhere(line: str, order: Order) -> None:
    assert verbs.parse(line, STAGE) == order


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "type a verb"),
        ("puase", "there is no verb 'puase' Did you mean 'pause'?"),
        ("nudge 'half", "a quote is not closed"),
        ("pause nobody", "'nobody' is neither a run nor anything else here"),
        ("pause --later", "pause has no option --later It has: --now."),
        ("approve fix-add", f"Name the tree that you looked at: {TREE[:12]}"),
        ("approve fix-add 7c1f", "seven characters"),
        ("approve 7c1f0a9", "nothing of docs waits for a review"),
        ("withdraw fix-add", "which tree was approved?"),
        ("reject fix-add 7c1f0a9", "what should change?"),
        ("answer maybe", "One of: continue"),
        ("answer fix-add continue", "fix-add asks nothing"),
        ("resume --reset", "recorded with its reason"),
        ("limits --cost 8", "recorded with its reason"),
        ("limits --cost eight --reason x", "'eight' is no number"),
        ("limits --cost", "--cost needs a value"),
        ("promote --to mars", "no such way 'mars'"),
        ("run nothing", "There is: lint."),
        ("theme pink", "One of: ember, midnight."),
        ("nudge", "which words"),
        ("review fix0", "nothing of fix-add waits"),
    ],
)
def test_what_makes_no_sense_is_said(line: str, words: str) -> None:
    with pytest.raises(UsageError) as said:
        verbs.parse(line, STAGE)
    assert words in f"{said.value.message} {said.value.hint}"


def test_without_a_run_one_has_to_be_named() -> None:
    with pytest.raises(UsageError, match="no run is under the cursor"):
        verbs.parse("pause", Stage())


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("p", ["pause", "promote"]), ("pause ", ["docs", "fix-add"]), ("pause f", ["fix-add"]),
        ("pause --", ["--now"]), ("theme m", ["midnight"]), ("run ", ["lint"]),
        ("limits --c", ["--cost"]), ("answer docs st", ["stop"]), ("nonsense x", []),
        ("pause fix-add ", []),
    ],
)  # fmt: skip
def test_words_are_completed(line: str, offers: list[str]) -> None:
    assert verbs.complete(line, STAGE) == offers


def test_every_verb_says_what_it_takes_and_is_one_of_the_shell() -> None:
    of_the_screen = {"review", "spend", "theme", "quit", "reconcile"}
    assert {verb.name for verb in verbs.VERBS} - of_the_screen <= set(COMMANDS)
    for verb in verbs.VERBS:
        assert verbs.usage(verb.name + " ").endswith(verb.about)
    limits = verbs.BY_NAME["limits"]
    assert {f"--{name}" for name in EXIT_CODES} <= set(limits.values)
