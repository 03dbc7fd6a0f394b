"""Events in words: one line each, for lists, logs and `--plain`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from looptui.core import events as ev
from looptui.core.finding import rules_of
from looptui.projections.figures import reading, size, took


def worded(kind: str, data: str) -> str:
    """An event of the log as one line; nothing for a kind that it does not know."""
    event, _ = ev.decode(kind, data)
    words = _WORDS.get(type(event))
    return " ".join(words(event).splitlines()) if words else ""


def _gate(e: ev.GateFinished) -> str:
    where = "base" if e.iteration == 0 else f"iteration {e.iteration}"
    again = " (known)" if e.cached else ""
    return f"{where}: {e.gate} {e.state}, {e.summary}{again}  {took(e.seconds)}"


def _flake(e: ev.FlakeFound) -> str:
    named = ", ".join(e.tests[:3]) or "no test is named"
    rest = len(e.tests) + e.more - 3
    named += f" and {rest} more" if rest > 0 else ""
    return f"iteration {e.iteration}: {e.gate} {e.first}, then {e.second}: {named}"


def _candidate(e: ev.CandidateCaptured) -> str:
    if e.lost:
        return f"iteration {e.iteration}: no candidate, {e.lost}"
    files = "1 file" if e.files == 1 else f"{e.files} files"
    return f"iteration {e.iteration}: tree {e.tree[:12]}  {files} +{e.added} -{e.deleted}"


def _rerun(e: ev.GatesRerun) -> str:
    why = f": {e.reason}" if e.reason else ""
    return f"iteration {e.iteration}: every gate looks again{why}"


def _restored(e: ev.IterationRestored) -> str:
    where = f"iteration {e.of}" if e.of else "the base"
    whose = f" of run {e.run}" if e.run else ""
    why = f": {e.reason}" if e.reason else ""
    return f"iteration {e.iteration}: back to {where}{whose}{why}"


def _made(e: ev.MakerFinished) -> str:
    why = f", {e.reason}" if e.reason else ""
    return f"iteration {e.iteration}: maker {e.outcome}{why}  {took(e.seconds)}"


def _reserved(e: ev.SpendReserved) -> str:
    most = "no price is known" if e.micro_usd is None else f"at most {_usd(e.micro_usd)}"
    return f"iteration {e.iteration}: {e.role} asks {e.model}: {e.tokens:,} tokens, {most}"


def _settled(e: ev.SpendSettled) -> str:
    spent = "no price is known" if e.micro_usd is None else _usd(e.micro_usd)
    said = "" if e.told else ", charged as reserved"
    used = f"{e.tokens_in:,} in, {e.tokens_out:,} out"
    return f"iteration {e.iteration}: {e.model} {e.outcome}: {used}, {spent}{said}"


def _usd(micro: int) -> str:
    """Dollars with as many places as a small call needs."""
    return f"${micro / 1e6:,.6f}".rstrip("0").ljust(len(f"${micro // 1_000_000:,}") + 3, "0")


def _closed(e: ev.IterationFinished) -> str:
    best = ", best so far" if e.best else ""
    return f"iteration {e.iteration}: {e.outcome}, score {e.score:.2f}{best}"


def _warned(e: ev.BreakerWarned) -> str:
    return f"{e.breaker} at {reading(e.breaker, e.value)} of {reading(e.breaker, e.limit)}"


def _limit(e: ev.LimitRaised) -> str:
    now = reading(e.breaker, e.limit)
    if e.was is None:
        return f"{e.breaker} set to {now}: {e.reason}"
    if e.limit == e.was:
        return f"{e.breaker} stays at {now}: {e.reason}"
    verb = "raised" if e.limit > e.was else "lowered"
    return f"{e.breaker} {verb} from {reading(e.breaker, e.was)} to {now}: {e.reason}"


def _need(e: ev.NeedOpened) -> str:
    tree = f" tree {e.tree[:12]}" if e.tree else ""
    return f"needs you: {e.type}{tree}: {e.text}"


def _rebased(e: ev.Rebased) -> str:
    conflicts = f"; conflicts in {', '.join(e.conflicts[:5])}" if e.conflicts else ""
    return f"onto {e.commit[:12]}{conflicts}"


def _edited(e: ev.MemoryEdited) -> str:
    """What became of a record; its text only where that changed."""
    undone = f"undoes edit {e.undoes}: " if e.undoes else ""
    if e.before.state != e.after.state:
        return f"{undone}{e.id} {e.after.state}: {e.after.text}"
    if e.before.pinned != e.after.pinned:
        return f"{undone}{e.id} {'pinned' if e.after.pinned else 'no longer pinned'}"
    return f"{undone}{e.id}: {e.after.text}"


def _checked(e: ev.CheckFinished) -> str:
    head = f"iteration {e.iteration}: checker {e.state}"
    if e.state == "error":
        return f"{head}, {e.summary}"
    findings = f", {len(e.findings) + e.left_out} findings" if e.findings else ""
    return f"{head}, score {e.score:.2f}{findings}: {e.summary} ({e.model})  {took(e.seconds)}"


def _scanned(e: ev.CandidateScanned) -> str:
    rules = rules_of(e.findings)
    if rules:
        return f"iteration {e.iteration}: {', '.join(rules)}"
    return f"iteration {e.iteration}: nothing that stops an approval"


_WORDS: dict[type[ev.Event], Callable[[Any], str]] = {
    ev.RunCreated: lambda e: f"{e.loop} on {e.base[:12]}",
    ev.SessionStarted: lambda e: f"{e.mode}, process {e.pid}, sandbox {e.sandbox}",
    ev.SessionEnded: lambda e: e.reason,
    ev.PauseRequested: lambda e: "now" if e.now else "at the next safe point",
    ev.TimePassed: lambda e: "still at work",
    ev.RunPaused: lambda e: e.reason,
    ev.RunResumed: lambda e: "goes on",
    ev.RunParked: lambda e: e.reason,
    ev.RunUnparked: lambda e: "goes on by itself",
    ev.RunQueued: lambda e: e.reason,
    ev.RunUnqueued: lambda e: "its turn has come",
    ev.RunFinished: lambda e: f"{e.state}: {e.reason}",
    ev.TranscriptsRemoved: lambda e: size(e.size),
    ev.WorktreeRemoved: lambda e: f"kept as {e.rescued}" if e.rescued else "nothing left",
    ev.EffectStarted: lambda e: f"{e.effect} {e.subject}".rstrip(),
    ev.EffectAbandoned: lambda e: f"{e.effect}: {e.reason}",
    ev.EffectFailed: lambda e: f"{e.effect}: {e.reason}",
    ev.WorktreeOpened: lambda e: e.path,
    ev.SpendReserved: _reserved,
    ev.SpendSettled: _settled,
    ev.SetupFinished: lambda e: e.reason or "ready",
    ev.BaselineMeasured: lambda e: f"score {e.score:.2f} on the base",
    ev.IterationStarted: lambda e: f"iteration {e.iteration}: {e.strategy}",
    ev.IterationRestored: _restored,
    ev.PromptBuilt: lambda e: f"iteration {e.iteration}: {e.tokens} tokens",
    ev.MakerFinished: _made,
    ev.CandidateCaptured: _candidate,
    ev.CandidateScanned: _scanned,
    ev.PermissionGranted: lambda e: f"iteration {e.iteration}: {e.act} {e.subject} ({e.rule})",
    ev.PermissionRefused: lambda e: f"iteration {e.iteration}: {e.act} {e.subject} ({e.rule})",
    ev.PermissionDenied: lambda e: f"iteration {e.iteration}: {e.path} ({e.rule})",
    ev.GateFinished: _gate,
    ev.FlakeFound: _flake,
    ev.CheckFinished: _checked,
    ev.FindingWaived: lambda e: f"{e.finding}: {e.reason}",
    ev.IterationFinished: _closed,
    ev.MemoryRecorded: lambda e: e.text or f"{len(e.digests)} variants tried at {e.subject}",
    ev.MemoryEdited: _edited,
    ev.BreakerWarned: _warned,
    ev.BreakerTripped: lambda e: f"{e.breaker}: {e.reason}",
    ev.LimitRaised: _limit,
    ev.BreakerReset: lambda e: f"{e.breaker}: {e.reason}",
    ev.NeedOpened: _need,
    ev.NeedClosed: lambda e: f"{e.need}: {e.answer}",
    ev.CandidateApproved: lambda e: f"tree {e.tree[:12]}",
    ev.CandidateSentBack: lambda e: e.text,
    ev.HunksTaken: lambda e: f"hunks {e.hunks} of tree {e.tree[:12]}: tree {e.taken[:12]}",
    ev.TreePicked: lambda e: e.problem or f"tree {e.tree[:12]} of tree {e.of[:12]}",
    ev.ApprovalWithdrawn: lambda e: f"tree {e.tree[:12]}: {e.reason}",
    ev.GatesRerun: _rerun,
    ev.TestQuarantined: lambda e: f"{e.test}: {e.reason}",
    ev.TestReleased: lambda e: f"{e.test}: {e.reason}" if e.reason else e.test,
    ev.Nudged: lambda e: e.text,
    ev.LandingChosen: lambda e: e.way,
    ev.LandingPlanned: lambda e: f"{e.way} {e.commit[:12]} to {e.ref}",
    ev.LandingBlocked: lambda e: f"{e.reason}: {e.detail}",
    ev.TargetMoved: lambda e: f"to {e.commit[:12]}; the merged tree is {e.tree[:12]}",
    ev.Rebased: _rebased,
    ev.Landed: lambda e: f"{e.way} {e.commit[:12]} on {e.ref} {e.detail}".rstrip(),
    ev.CandidateBranched: lambda e: f"iteration {e.iteration}: {e.commit[:12]} on {e.ref}",
    ev.Reverted: lambda e: f"{e.reverts[:12]} by {e.commit[:12]}",
}
