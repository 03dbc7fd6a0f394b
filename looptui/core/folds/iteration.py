"""Iterations: prompt, maker, candidate, gates, verdict."""

from __future__ import annotations

from dataclasses import replace

from looptui.core import events as ev
from looptui.core.folds.kind import Folds, sampled, update, update_at
from looptui.core.state import RESTORED, Evidence, Iteration, RunState


def _iteration(s: RunState, e: ev.IterationStarted, r: ev.Record) -> RunState:
    fresh = e.strategy == "fresh"
    return replace(
        s,
        iterations=(*s.iterations, Iteration(e.iteration, e.start_tree, e.strategy)),
        fresh_from=e.iteration - 1 if fresh else s.fresh_from,
        fresh_starts=s.fresh_starts + fresh,
        candidate=None,
        merged_onto=None,
        merged_gates=(),
        sent_back=None,
        picking=None,
        withdrawn="",
    )


def _restored(s: RunState, e: ev.IterationRestored, r: ev.Record) -> RunState:
    """An iteration that has its candidate already; what was decided of another one is over."""
    entry = Iteration(
        e.iteration,
        s.base_tree,
        RESTORED,
        maker=RESTORED,
        maker_reason=(f"iteration {e.of}" if e.of else "the base")
        + (f" of run {e.run}" if e.run else ""),
        tree=e.tree,
        files=e.files,
        added=e.added,
        deleted=e.deleted,
        diff=e.diff,
        paths=e.paths,
        protected=e.protected,
        feedback=e.reason,
    )
    return replace(
        s,
        iterations=(*s.iterations, entry),
        restored=s.restored + 1,
        gained=e.iteration,
        fresh_from=e.iteration,
        signature="",
        alike=0,
        candidate=None,
        merged_onto=None,
        merged_gates=(),
        picking=None,
        withdrawn="",
    )


def _prompt(s: RunState, e: ev.PromptBuilt, r: ev.Record) -> RunState:
    told = len(s.nudges) if e.nudges is None else e.nudges
    said = (*s.iterations[-1].nudges, *s.nudges[:told]) if s.iterations else s.nudges[:told]
    built = update(s, prompt=e.prompt, prompt_tokens=e.tokens, memory=e.memory, nudges=said)
    return replace(built, nudges=s.nudges[told:])


def _made(s: RunState, e: ev.MakerFinished, r: ev.Record) -> RunState:
    tokens = e.tokens_in + e.tokens_out
    priced = e.micro_usd is not None
    known = 0 < e.iteration <= len(s.iterations)
    so_far = s.iterations[e.iteration - 1] if known else Iteration(e.iteration, "", "")
    updated = update_at(
        s,
        e.iteration,
        maker=e.outcome,
        maker_reason=e.reason,
        seconds=e.seconds,
        tokens=so_far.tokens + tokens,
        micro_usd=so_far.micro_usd + (e.micro_usd or 0),
        priced=so_far.priced and priced,
    )
    return replace(
        updated,
        tokens=s.tokens + tokens,
        micro_usd=s.micro_usd + (e.micro_usd or 0),
        priced=s.priced and priced,
    )


def _captured(s: RunState, e: ev.CandidateCaptured, r: ev.Record) -> RunState:
    if e.lost:
        return update_at(s, e.iteration, tree=e.tree, maker="lost", maker_reason=e.lost)
    return update_at(
        s,
        e.iteration,
        tree=e.tree,
        files=e.files,
        added=e.added,
        deleted=e.deleted,
        diff=e.diff,
        paths=e.paths,
        protected=e.protected,
    )


def _scanned(s: RunState, e: ev.CandidateScanned, r: ev.Record) -> RunState:
    return replace(s, scanned={**s.scanned, e.tree: e.findings})


def _denied(s: RunState, e: ev.PermissionDenied, r: ev.Record) -> RunState:
    known = s.iterations[e.iteration - 1 : e.iteration] if e.iteration else ()
    denied = (*(path for one in known for path in one.denied), e.path)
    return replace(update_at(s, e.iteration, denied=denied), denials=s.denials + 1)


def _refused(s: RunState, e: ev.PermissionRefused, r: ev.Record) -> RunState:
    return replace(s, denials=s.denials + 1)


def _gate(s: RunState, e: ev.GateFinished, r: ev.Record) -> RunState:
    seen = Evidence(
        e.gate,
        e.state,
        e.summary,
        e.share,
        e.seconds,
        e.failing,
        e.signature,
        e.passed,
        e.failed,
        e.output,
        e.report,
        e.blameless,
        e.flaky,
    )
    if e.iteration == 0:
        return replace(s, baseline=(*s.baseline, seen))
    broken = e.state in ("error", "unavailable")
    s = s if e.cached or e.blameless else sampled(s, error=broken)
    if s.picking is not None and e.tree == s.picking.taken:
        return replace(s, picking=replace(s.picking, gates=(*s.picking.gates, seen)))
    if s.merged_onto is not None and e.tree == s.candidate:
        return replace(s, merged_gates=(*s.merged_gates, seen))
    newest = s.iteration
    if newest is None or newest.tree not in (None, e.tree):
        return s
    return update(s, gates=(*newest.gates, seen))


def _rerun(s: RunState, e: ev.GatesRerun, r: ev.Record) -> RunState:
    """The newest iteration is open again, and as good as nothing is known of its candidate.

    One that was merged onto its target stays so; its iteration does not change.
    """
    if s.merged_onto is not None and s.candidate == e.tree:
        return replace(s, merged_gates=())
    newest = s.iteration
    if newest is None or newest.n != e.iteration:
        return s
    same = _signature(newest) == s.signature and newest.strategy != RESTORED
    opened = update(s, gates=(), outcome="", score=None, met=())
    return replace(
        opened,
        candidate=None,
        best=_best_before(s, newest.n) if s.best == newest.n else s.best,
        alike=max(0, s.alike - 1) if same and s.signature else s.alike,
        withdrawn="",
    )


def _best_before(s: RunState, n: int) -> int:
    """The number of the best iteration before `n` on the present base; 0 for the base."""
    first = s.rebased.after if s.rebased else 0
    known = [i for i in s.iterations[first : n - 1] if i.tree and not i.denied and i.score]
    best = max(known, key=lambda one: (one.score or 0.0, one.n), default=None)
    return best.n if best and (best.score or 0.0) >= (s.baseline_score or 0.0) else 0


def _closed(s: RunState, e: ev.IterationFinished, r: ev.Record) -> RunState:
    newest = s.iteration
    closed = update(s, outcome=e.outcome, score=e.score, met=e.met)
    if newest is not None and newest.maker is not None:
        closed = sampled(closed, error=e.outcome == "error")
    signature = _signature(newest)
    if signature and newest is not None and newest.strategy != RESTORED:
        alike = s.alike + 1 if signature == s.signature else 1
        closed = replace(closed, signature=signature, alike=alike)
    return replace(
        closed,
        best=e.iteration if e.best else s.best,
        gained=e.iteration if e.best and e.score > s.best_score else s.gained,
        candidate=e.tree if e.outcome in ("good", "disputed") else None,
    )


def _signature(iteration: Iteration | None) -> str:
    gates = iteration.gates if iteration else ()
    return " ".join(e.signature for e in gates if e.state != "pass" and e.signature)


FOLDS: Folds = {
    ev.IterationStarted: _iteration,
    ev.IterationRestored: _restored,
    ev.PromptBuilt: _prompt,
    ev.MakerFinished: _made,
    ev.CandidateCaptured: _captured,
    ev.CandidateScanned: _scanned,
    ev.PermissionDenied: _denied,
    ev.PermissionRefused: _refused,
    ev.GateFinished: _gate,
    ev.GatesRerun: _rerun,
    ev.IterationFinished: _closed,
}
