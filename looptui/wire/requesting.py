"""A pull request from what a run made: its branch is pushed, and the person's program opens it."""

from __future__ import annotations

from looptui import paths
from looptui.adapters.forges import Forge, Request, forge_of
from looptui.adapters.repository.home import settings
from looptui.adapters.repository.pushing import push
from looptui.core.spec import Loop
from looptui.core.state import RunState
from looptui.errors import RefusedError
from looptui.projections.values import RunView, branch_of
from looptui.wire import branching
from looptui.wire.desk import Desk


def forge_for(desk: Desk, view: RunView) -> Forge:
    """Where a request for a run would be made; EnvironmentUnfit where it cannot, and why."""
    root = desk.repository.root
    return forge_of(root, settings(paths.common_git_dir(root)), view.target)


async def request(desk: Desk, run: str, forge: Forge) -> str:
    """Push the branch of a run that ended, and open a request for it; what was said of it.

    A good candidate that never landed is put on its branch first. RefusedError for work that has
    landed elsewhere, EnvironmentUnfit with the words of git or of the program.
    """
    state = (await desk.load(run)).state
    branch = branch_of(state.loop.name, run)
    if state.landed is None:
        await branching.branch(desk, run)
    elif state.landing is None or state.landing.way != "branch":
        where = state.landing.ref.removeprefix("refs/heads/") if state.landing else "its target"
        raise RefusedError(
            f"run {run} has landed on {where} already", "Push that as you always do."
        )
    await push(forge.root, forge.remote, branch)
    said = await forge.request(_worded(state, branch))
    return f"pushed {branch} to {forge.remote}; {said}"


def _worded(state: RunState, branch: str) -> Request:
    loop = state.loop
    target = loop.landing.target or state.target
    return Request(branch, target, _title(loop)[:200], _body(state))


def _title(loop: Loop) -> str:
    return loop.title or loop.goal.text.strip().splitlines()[0]


def _body(state: RunState) -> str:
    """The goal, and what gates said: facts alone, in the order in which one asks for them."""
    good = state.good or state.iteration
    seen = state.proof or (good.gates if good else ())
    gates = "\n".join(f"- {one.gate}: {one.state}, {one.summary}" for one in seen)
    made = f"{len(state.iterations)} iterations of {state.loop.maker.agent}, run {state.id}"
    return f"{state.loop.goal.text.strip()}\n\n{gates}\n\nMade by looptui: {made}.\n"
