"""The command line of the screen: the verbs of `looptui`, for the run under the cursor.

No Textual here: a line and what is on the screen in, an order out.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from looptui.core import commands as cmd
from looptui.core.breakers import EXIT_CODES
from looptui.core.decide import ANSWERS
from looptui.errors import UsageError
from looptui.tui.limits import parse_limit
from looptui.tui.nudging import nudge
from looptui.tui.orders import Dress, Fork, Open, Order, Press, Send, Stage, Start, Words

if TYPE_CHECKING:
    from looptui.projections.values import RunView

WAYS = ("merge", "squash", "branch", "patch")
_SHORTEST_TREE = 7


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb; `offers` completes what follows it, beside runs and options."""

    name: str
    usage: str
    about: str
    order: Callable[[Words], Order]
    flags: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    """Options that take a value."""
    takes_run: bool = True
    offers: Callable[[Stage], Sequence[str]] = field(default=lambda stage: ())


def parse(line: str, stage: Stage) -> Order:
    """What a line asks for; UsageError says what is wrong with it."""
    words = _split(line)
    if not words:
        raise UsageError("type a verb; tab completes it")
    verb = BY_NAME.get(words[0])
    if verb is None:
        near = get_close_matches(words[0], BY_NAME, 1)
        raise UsageError(
            f"there is no verb {words[0]!r}", f"Did you mean {near[0]!r}?" if near else ""
        )
    return verb.order(_words(verb, words[1:], stage))


def complete(line: str, stage: Stage) -> list[str]:
    """What the last word of a line can become."""
    head, _, last = line.rpartition(" ")
    if not head.strip():
        return [verb.name for verb in VERBS if verb.name.startswith(last)]
    verb = BY_NAME.get(head.split()[0])
    if verb is None:
        return []
    if last.startswith("-"):
        return [option for option in (*verb.flags, *verb.values) if option.startswith(last)]
    offers = list(verb.offers(stage))
    if verb.takes_run and len(head.split()) == 1:
        offers += dict.fromkeys(view.loop for view in stage.runs)
    return sorted(word for word in dict.fromkeys(offers) if word.startswith(last))


def usage(line: str) -> str:
    """What the verb of a line takes and does; empty for an unknown one."""
    words = line.split()
    verb = BY_NAME.get(words[0]) if words else None
    return f"{verb.name} {verb.usage}".rstrip() + f"  {verb.about}" if verb else ""


def find(stage: Stage, word: str) -> RunView | None:
    """The newest run of a loop, or the run with an id or a unique prefix of it."""
    of_loop = [view for view in stage.runs if view.loop == word]
    by_id = [view for view in stage.runs if len(word) > 2 and view.id.startswith(word)]
    return of_loop[0] if of_loop else by_id[0] if len(by_id) == 1 else None


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        raise UsageError("a quote is not closed") from None


def _words(verb: Verb, words: Sequence[str], stage: Stage) -> Words:
    rest: list[str] = []
    options: dict[str, str] = {}
    queue = list(words)
    while queue:
        word = queue.pop(0)
        name, equals, value = word.partition("=")
        if word in verb.flags:
            options[word] = word
        elif name in verb.values:
            if not equals and not queue:
                raise UsageError(f"{name} needs a value")
            options[name] = value if equals else queue.pop(0)
        elif word.startswith("--") and len(word) > 2:
            known = ", ".join((*verb.flags, *verb.values)) or "none"
            raise UsageError(f"{verb.name} has no option {word}", f"It has: {known}.")
        else:
            rest.append(word)
    named = find(stage, rest[0]) if rest and verb.takes_run else None
    run = named or stage.chosen
    return Words(stage, run, named is not None, tuple(rest[1:] if named else rest), options)


# --- what each verb orders -------------------------------------------------------------------


def _tree(words: Words) -> str:
    """The tree that was looked at: nothing is decided that was not named."""
    view = words.subject
    waiting = [need.tree for need in view.needs if need.tree]
    if not waiting:
        raise UsageError(f"nothing of {view.loop} waits for a review")
    given = words.options.get("--tree") or (words.rest[0] if words.rest else "")
    if len(given) < _SHORTEST_TREE:
        hint = f"Name the tree that you looked at: {str(waiting[0])[:12]}"
        raise UsageError(f"seven characters of a tree at least, not {given!r}", hint)
    return given


def _approve(words: Words) -> Order:
    words.only(1)
    rules = tuple(filter(None, words.options.get("--acknowledge", "").split(",")))
    command = cmd.Approve(_tree(words), words.options.get("-m", ""), rules)
    return Send(words.subject.id, command, f"approved tree {command.tree[:7]}")


def _reject(words: Words) -> Order:
    words.only(1)
    tree, text = _tree(words), words.options.get("-m", "")
    if "--final" in words.options:
        return Send(words.subject.id, cmd.Reject(tree, text), f"rejected tree {tree[:7]} for good")
    if not text:
        raise UsageError("what should change?", 'Say it: -m "raise instead of returning None"')
    return Send(words.subject.id, cmd.SendBack(tree, text), f"sent tree {tree[:7]} back")


def _withdraw(words: Words) -> Order:
    words.only(1)
    given = words.options.get("--tree") or (words.rest[0] if words.rest else "")
    if len(given) < _SHORTEST_TREE:
        raise UsageError("which tree was approved?", "Seven characters of it are enough.")
    command = cmd.Withdraw(given, words.options.get("-m", ""))
    return Send(words.subject.id, command, f"the approval of tree {given[:7]} is taken back")


def _answer(words: Words) -> Order:
    view = words.subject
    needs = [need for need in view.needs if need.kind != "approval"]
    if not needs:
        raise UsageError(f"{view.loop} asks nothing")
    if len(words.rest) != 1 or words.rest[0] not in ANSWERS:
        raise UsageError("which answer?", f"One of: {', '.join(ANSWERS)}.")
    command = cmd.Answer(needs[0].id, words.rest[0], words.options.get("-m", ""))
    return Send(view.id, command, f"{view.loop}: {words.rest[0]}")


def _pause(words: Words) -> Order:
    words.only()
    now = "--now" in words.options
    said = "is interrupted" if now else "pauses at its next safe point"
    return Send(words.subject.id, cmd.Pause(now), f"{words.subject.loop} {said}")


def _resume(words: Words) -> Order:
    words.only()
    reason = words.options.get("--reason", "")
    if "--reset" in words.options and not reason:
        raise UsageError("a reset is recorded with its reason", 'Say it: --reason "…"')
    command = cmd.Resume("--reset" in words.options, reason)
    return Send(words.subject.id, command, f"{words.subject.loop} goes on")


def _stop(words: Words) -> Order:
    """A run that is named ends at once; that under the cursor is asked about, as by the key."""
    words.only()
    if not words.named:
        return Press("stop")
    return Send(words.subject.id, cmd.Stop(), f"{words.subject.loop} is stopped")


def _discard(words: Words) -> Order:
    words.only()
    if not words.named:
        return Press("discard")
    return Send(words.subject.id, cmd.Discard(), f"{words.subject.loop} is discarded")


def _nudge(words: Words) -> Order:
    if not words.text:
        raise UsageError("which words for the next prompt?")
    return Send(words.subject.id, *nudge(words.text))


def _limits(words: Words) -> Order:
    words.only()
    asked = ((name, words.options.get(f"--{name}")) for name in EXIT_CODES)
    given = [(name, text) for name, text in asked if text is not None]
    if not given:
        return Press("limits")
    if len(given) > 1:
        raise UsageError("one limit at a time", "Each is recorded with a reason of its own.")
    reason = words.options.get("--reason", "")
    if not reason:
        raise UsageError("a limit is recorded with its reason", 'Say it: --reason "…"')
    name, text = given[0]
    try:
        limit = parse_limit(name, text)
    except ValueError as error:
        raise UsageError(str(error)) from None
    said = f"{words.subject.loop}: {name} up to {text}"
    return Send(words.subject.id, cmd.SetLimit(name, limit, reason), said)


def _number(words: Words) -> int:
    words.only(1)
    given = words.rest[0] if words.rest else ""
    if not given.isdecimal():
        raise UsageError("which iteration?", "Its number; 0 is the base.")
    return int(given)


def _restore(words: Words) -> Order:
    n, reason = _number(words), words.options.get("--reason", "")
    if not reason:
        raise UsageError("going back is recorded with its reason", 'Say it: --reason "…"')
    said = f"{words.subject.loop} goes on from iteration {n}"
    return Send(words.subject.id, cmd.Restore(n, reason), said)


def _fork(words: Words) -> Order:
    return Fork(words.subject.id, _number(words), words.options.get("--reason", ""))


def _rerun(words: Words) -> Order:
    words.only()
    command = cmd.Rerun(words.options.get("--reason", ""))
    return Send(words.subject.id, command, f"the gates of {words.subject.loop} run again")


def _promote(words: Words) -> Order:
    words.only()
    way = words.options.get("--to", "")
    if way and way not in WAYS:
        raise UsageError(f"no such way {way!r}", f"One of: {', '.join(WAYS)}.")
    return Send(words.subject.id, cmd.Promote(way), f"{words.subject.loop} is landed again")


def _show(words: Words) -> Order:
    words.only()
    return Open(words.subject.id)


def _review(words: Words) -> Order:
    words.only()
    if not words.subject.needs:
        raise UsageError(f"nothing of {words.subject.loop} waits for a review")
    return Open(words.subject.id, review=True)


def _run(words: Words) -> Order:
    files = {path.stem: path for path in words.stage.files}
    if len(words.rest) != 1 or words.rest[0] not in files:
        known = ", ".join(sorted(files)) or "none is in .looptui/loops"
        raise UsageError("which loop file?", f"There is: {known}.")
    return Start(files[words.rest[0]])


def _theme(words: Words) -> Order:
    if len(words.rest) != 1 or words.rest[0] not in words.stage.themes:
        raise UsageError("which theme?", f"One of: {', '.join(words.stage.themes)}.")
    return Dress(words.rest[0])


def _pressing(verb: str) -> Callable[[Words], Order]:
    def order(words: Words) -> Order:
        words.only()
        return Press(verb)

    return order


def _stems(stage: Stage) -> Sequence[str]:
    return [path.stem for path in stage.files]


def _own_trees(stage: Stage) -> Sequence[str]:
    needs = stage.chosen.needs if stage.chosen else ()
    return [need.tree[:12] for need in needs if need.tree]


# fmt: off
VERBS: tuple[Verb, ...] = (
    Verb("approve", "[RUN] TREE [-m WHY] [--acknowledge RULE,RULE]", "approve exactly this tree",
         _approve, values=("-m", "--tree", "--acknowledge"), offers=_own_trees),
    Verb("reject", "[RUN] TREE -m TEXT [--final]", "send back, or end the run", _reject,
         ("--final",), ("-m", "--tree"), offers=_own_trees),
    Verb("withdraw", "[RUN] TREE [-m WHY]", "take an approval back before it has landed", _withdraw,
         values=("-m", "--tree")),
    Verb("answer", "[RUN] ANSWER [-m TEXT]", "answer what a run asks", _answer,
         values=("-m",), offers=lambda stage: ANSWERS),
    Verb("pause", "[RUN] [--now]", "pause at the next safe point", _pause, ("--now",)),
    Verb("resume", "[RUN] [--reset --reason WHY]", "go on", _resume, ("--reset",), ("--reason",)),
    Verb("nudge", "[RUN] TEXT", "words for the next prompt", _nudge),
    Verb("limits", "[RUN] [--BREAKER N --reason WHY]", "see or change a limit", _limits,
         values=("--reason", *(f"--{name}" for name in EXIT_CODES))),
    Verb("restore", "[RUN] N --reason WHY", "go back to iteration N", _restore,
         values=("--reason",)),
    Verb("fork", "[RUN] N [--reason WHY]", "a new run, on from iteration N", _fork,
         values=("--reason",)),
    Verb("rerun", "[RUN] [--reason WHY]", "the gates again, on the newest candidate", _rerun,
         values=("--reason",)),
    Verb("promote", "[RUN] [--to WAY]", "try the landing again", _promote, values=("--to",)),
    Verb("stop", "[RUN]", "end a run; its work is kept", _stop),
    Verb("discard", "[RUN]", "end a run and let its worktree go", _discard),
    Verb("show", "[RUN]", "open a run", _show),
    Verb("review", "[RUN]", "open what waits for you", _review),
    Verb("run", "LOOP", "start a loop", _run, takes_run=False, offers=_stems),
    Verb("theme", "NAME", "another theme, for this session", _theme, takes_run=False,
         offers=lambda stage: stage.themes),
    Verb("needs", "", "the next that needs you", _pressing("app.next-need"), takes_run=False),
    Verb("status", "", "the fleet", _pressing("go.fleet"), takes_run=False),
    Verb("memory", "", "what is remembered", _pressing("go.memory"), takes_run=False),
    Verb("reconcile", "", "runs that a crash interrupted", _pressing("app.reconcile"),
         takes_run=False),
    Verb("spend", "", "what makers cost", _pressing("go.spend"), takes_run=False),
    Verb("audit", "", "the log, to verify and to export", _pressing("go.audit"), takes_run=False),
    Verb("config", "", "the settings", _pressing("go.settings"), takes_run=False),
    Verb("keys", "", "the keys of this screen", _pressing("app.help"), takes_run=False),
    Verb("quit", "", "leave", _pressing("app.quit"), takes_run=False),
)
# fmt: on
BY_NAME = {verb.name: verb for verb in VERBS} | {"q": VERBS[-1]}
