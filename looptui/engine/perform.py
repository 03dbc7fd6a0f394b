"""`perform(effect) -> events`: the one place where an effect meets a port.

An expected failure comes back as an event. What a port raises ends here: it is turned into
`EffectFailed` with the words for a person, and the trace goes to the log file.
"""

from __future__ import annotations

import errno
import logging

from looptui.core import effects as fx
from looptui.core import events as ev
from looptui.engine.steps import (
    checking,
    landing,
    making,
    picking,
    preparing,
    rebasing,
    verifying,
)
from looptui.engine.steps.context import Job
from looptui.errors import EnvironmentUnfit, LooptuiError, NoSandbox, StoreError

log = logging.getLogger(__name__)

_FULL = (errno.ENOSPC, errno.EDQUOT)


async def perform(job: Job, effect: fx.Effect) -> tuple[ev.Event, ...]:
    """What came of an effect. StoreError flies: without the store nothing can be recorded."""
    try:
        return await _perform(job, effect)
    except StoreError:
        raise
    except NoSandbox as missing:
        return _boxless(effect, missing)
    except EnvironmentUnfit as unfit:
        return _failed(effect, unfit, unfit=True)
    except LooptuiError as error:
        return _failed(effect, error)
    except OSError as error:
        log.exception("effect %s failed", effect.name)
        if error.errno in _FULL:
            return _disk_full(effect, error)
        return (ev.EffectFailed(effect.name, f"{type(error).__name__}: {error}"),)
    except Exception as error:
        log.exception("effect %s failed", effect.name)
        return (ev.EffectFailed(effect.name, f"{type(error).__name__}: {error}"[:500]),)


async def _perform(job: Job, effect: fx.Effect) -> tuple[ev.Event, ...]:
    match effect:
        case fx.OpenWorktree():
            return await preparing.open_worktree(job)
        case fx.RunSetup():
            return await preparing.setup(job)
        case fx.Make(iteration):
            return await making.make(job, job.state.iterations[iteration - 1])
        case fx.Capture(iteration):
            return await making.capture(job, job.state.iterations[iteration - 1])
        case fx.RunGate():
            return await verifying.run_gate(job, effect)
        case fx.Check():
            return await checking.check(job, effect)
        case fx.Pick():
            return await picking.pick(job, effect)
        case fx.PlanLanding(tree):
            return await landing.plan_landing(job, tree)
        case fx.Rebase():
            return await rebasing.rebase(job, effect)
        case fx.Publish():
            return await landing.publish(job)
        case fx.Tidy():
            return await landing.tidy(job)
    raise TypeError(f"no way to perform {effect.name}")


def subject(effect: fx.Effect) -> str:
    """What an effect is about, for the log and the screen."""
    match effect:
        case fx.Make(iteration) | fx.Capture(iteration):
            return str(iteration)
        case fx.RunGate(gate):
            return gate
        case fx.PlanLanding(tree) | fx.Rebase(tree) | fx.Pick(tree) | fx.Check(tree):
            return tree
        case fx.Publish(commit):
            return commit
    return ""


def _failed(effect: fx.Effect, error: LooptuiError, *, unfit: bool = False) -> tuple[ev.Event, ...]:
    log.warning("effect %s failed: %s", effect.name, error.message)
    reason = f"{error.message} {error.hint}".strip()
    return (ev.EffectFailed(effect.name, reason[:500], unfit),)


def _boxless(effect: fx.Effect, error: LooptuiError) -> tuple[ev.Event, ...]:
    """The run waits for a person: a candidate is not lost to the machine it met."""
    reason = f"{error.message} {error.hint}".strip()[:500]
    return (ev.EffectFailed(effect.name, reason), ev.RunPaused(reason))


def _disk_full(effect: fx.Effect, error: OSError) -> tuple[ev.Event, ...]:
    reason = f"the disk is full ({error.filename or 'state directory'}); free some and resume"
    return (ev.EffectFailed(effect.name, reason), ev.RunPaused(reason))
