"""Rules over what an agent asks, and a run whose agent waits for a person."""

from __future__ import annotations

import pytest

from looptui.core import commands as cmd
from looptui.core import effects as fx
from looptui.core import events as ev
from looptui.core.permission import LONGEST, Request, Verdict, judge
from looptui.core.plan import Moment, plan
from looptui.core.spec import Permissions
from looptui.core.state import InFlight
from tests.core.runs import Run

NOTHING: tuple[str, ...] = ()


def verdict(permissions: Permissions, kind: str, subject: str, *permits: str) -> Verdict:
    return judge(permissions, permits, Request(kind, subject))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("subject", "word"),
    [("src/a.py", "allow"), ("docs/a.md", "deny"), ("src/old/a.py", "deny"), ("/etc/x", "deny"),
     (".git/config", "deny"), (".looptui/loops/a.toml", "deny"), ("../x", "deny")],
)  # fmt: skip
def test_edits_follow_the_rules_of_the_loop(subject: str, word: str) -> None:
    rules = Permissions(write=("src/**",), deny=("src/old/**", "**/.git/**", ".looptui/**"))
    assert verdict(rules, "edit", subject).word == word


def test_no_permit_stands_above_a_denial() -> None:
    rules = Permissions(write=("src/**",))
    scope = Request("edit", "docs/a.md").scope
    assert verdict(rules, "edit", "docs/a.md", scope).word == "deny"


def test_what_is_refused_can_be_asked_about_but_never_git_and_our_own_files() -> None:
    rules = Permissions(write=("src/**",), on_denied="ask")
    assert verdict(rules, "edit", "docs/a.md") == Verdict("ask", "outside write = src/**")
    assert verdict(rules, "edit", "docs/a.md", "changes to docs/a.md").word == "allow"
    assert verdict(rules, "edit", "docs/b.md", "changes to docs/a.md").word == "ask"
    assert verdict(rules, "edit", ".git/hooks/x").word == "deny"


@pytest.mark.parametrize(
    "line",
    ["npm test", "npm test -- --watch=false", "npm test && npm test | pytest -q", "pytest; pytest"],
)
def test_commands_that_begin_as_allowed_are_allowed(line: str) -> None:
    rules = Permissions(commands=("npm test", "pytest"))
    assert verdict(rules, "command", line).word == "allow"


@pytest.mark.parametrize(
    "line",
    ["npm", "npm install", "npm testing", "pytest && rm -rf .", "pytest `id`", "pytest $(id)",
     "pytest > .git/config", "X=1 pytest", "pytest \n rm x", "pytest 'open", "(pytest)", "",
     "pytest &&", "pytest " + "x" * LONGEST, "pytest <(id)", " ; ".join(["pytest"] * 51),
     "pytest ${IFS}x", "pytest||id"],
)  # fmt: skip
def test_any_other_command_is_asked_about(line: str) -> None:
    rules = Permissions(commands=("npm test", "pytest"))
    assert verdict(rules, "command", line).word == "ask"
    assert verdict(Permissions(commands=("*",)), "command", line).word == "allow"


def test_reading_the_network_and_other_tools() -> None:
    open_, closed = Permissions(), Permissions(network="none")
    assert verdict(open_, "read", "src/a.py").word == "allow"
    assert verdict(open_, "read", "/etc/passwd").word == "ask"
    assert verdict(open_, "network", "example.org").word == "ask"
    assert verdict(closed, "network", "example.org").word == "deny"
    assert verdict(open_, "tool", "Task").word == "ask"
    assert verdict(open_, "tool", "Task", "the tool Task").word == "allow"


# --- a run whose agent waits -----------------------------------------------------------------


def waiting() -> Run:
    """The maker of a run has asked something."""
    run = Run().ready().begin().add(ev.EffectStarted("make", "1"))
    return run.add(ev.NeedOpened("r1.1", "permission", "asks", scope="the command make"))


def planned(run: Run, at: float = 0.0) -> object:
    return plan(run.state, Moment(at, run.state.active)).effect


def test_the_call_goes_on_while_it_waits() -> None:
    run = waiting()
    assert (run.state.status, planned(run)) == ("waiting", fx.Make(1))
    run.ask(cmd.Answer("r1.1", "run", "fine"))
    assert (run.state.status, planned(run)) == ("active", fx.Make(1))
    assert run.state.answers == {"r1.1": ("run", "fine")}
    assert run.state.permits == ("the command make",)
    run.add(ev.MakerFinished(1, "ended", 0, 1.0))
    assert run.state.answers == {}
    assert run.state.permits == ("the command make",)


def test_once_is_for_once_and_allow_is_an_older_word_for_it() -> None:
    for word in ("once", "allow"):
        run = waiting()
        run.ask(cmd.Answer("r1.1", word))
        assert run.state.answers == {"r1.1": ("once", "")}
        assert run.state.permits == ()


def test_words_that_answer_something_else_are_refused() -> None:
    for word in ("continue", "retry", "yes"):
        assert "once, run, deny" in waiting().refused(cmd.Answer("r1.1", word))


def test_a_call_that_ends_takes_its_question_with_it() -> None:
    run = waiting().add(ev.EffectAbandoned("make", "its session died", crashed=True))
    assert (run.state.status, run.state.needs) == ("active", ())


def test_a_pause_now_interrupts_the_waiting_call_and_a_later_one_does_not() -> None:
    run = waiting()
    run.ask(cmd.Pause())
    assert planned(run) == fx.Make(1)
    run.ask(cmd.Pause(now=True))
    assert isinstance(planned(run), fx.Append)


def test_a_refusal_counts_and_the_candidate_stays() -> None:
    run = waiting().add(ev.PermissionRefused(1, "command", "make", "no"))
    assert run.state.denials == 1
    assert run.state.iterations[-1].denied == ()


def test_a_wait_that_is_too_long_trips() -> None:
    run = waiting()
    limit = run.state.loop.limits.human_wait
    effect = planned(run, run.state.needs[0].since + limit)
    assert isinstance(effect, fx.Append)
    assert isinstance(effect.events[0], ev.BreakerTripped)
    assert effect.events[0].breaker == "escalation"


def test_a_word_now_interrupts_the_call_and_only_the_call() -> None:
    run = waiting()
    told = run.ask(cmd.Nudge("look at x", now=True))
    assert isinstance(told, tuple)
    assert isinstance(told[-1], ev.EffectAbandoned)
    assert run.state.in_flight is None
    assert planned(run) == fx.Make(1)
    gate = Run().ready().begin().add(ev.EffectStarted("gate", "tests"))
    assert gate.ask(cmd.Nudge("look at x", now=True)) == (ev.Nudged("look at x"),)
    assert gate.state.in_flight == InFlight("gate", "tests", 1)
