"""One repository, opened: everything that the command line and the screen act through."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from looptui import __version__, config, paths
from looptui.adapters.repository import GitRepository
from looptui.checking import Checker
from looptui.config import Config
from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.codec import decode, dumps, encode, reworded
from looptui.core.evolve import new
from looptui.core.spec import Loop, MakerSpec
from looptui.core.state import RunState
from looptui.engine.answering import answer, settle
from looptui.engine.caps import Caps
from looptui.engine.clock import SystemClock
from looptui.engine.outside import Outside
from looptui.engine.recorder import Listener, Recorder
from looptui.engine.scrubbing import Scrub
from looptui.engine.supervisor import Supervisor
from looptui.errors import (
    ConfigError,
    EnvironmentUnfit,
    LeaseHeld,
    PluginError,
    RefusedError,
    RepoError,
    TooManyRuns,
    UsageError,
)
from looptui.loopfile import Loaded, unsupported
from looptui.making import Closing, Maker
from looptui.plugins import load, names
from looptui.ports import Gate
from looptui.proctable import boot_id
from looptui.store.places import Places
from looptui.store.reader import Reader
from looptui.store.store import Store
from looptui.wire import boxing, logfile
from looptui.wire.ids import new_run, person
from looptui.wire.overriding import Overrides
from looptui.wire.trust import Trust

ANSWER_SECONDS = 30.0
"""How long a command waits for the session that drives its run to take it."""
PASSING_SECONDS = 3.0
"""For which a lease is tried again that another process may hold in passing."""


@dataclass(frozen=True, slots=True)
class Made:
    """A run that was just made."""

    run: str
    left_out: tuple[str, ...]
    """Uncommitted paths of the checkout, which are not part of it."""


class Desk:
    """Opens the repository, its state and the sandbox; makes runs and drives them."""

    def __init__(
        self,
        repository: GitRepository,
        state_dir: Path,
        store: Store,
        *,
        mode: str,
        unsandboxed: bool = False,
        read_only: bool = False,
        listeners: Sequence[Listener] = (),
    ) -> None:
        self.repository = repository
        self.state_dir = state_dir
        self.store = store
        self.reader = Reader(paths.state_db(state_dir))
        self.trust = Trust(state_dir)
        self.clock = SystemClock()
        self.scrub = Scrub(os.environ)
        self._mode = mode
        self.unsandboxed = unsandboxed
        self._read_only = read_only
        self.listeners = listeners
        self._supervisor: Supervisor | None = None
        self._outside: Outside | None = None
        self._makers: dict[str, Maker] = {}
        self._gates: dict[str, Gate] = {}

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        mode: str = "headless",
        unsandboxed: bool = False,
        read_only: bool = False,
        listeners: Sequence[Listener] = (),
    ) -> Desk:
        """RepoError, StoreError, EnvironmentUnfit: nothing was changed then."""
        root = paths.repo_root(directory)
        state_dir = paths.ensure_private(paths.repo_state(root), root)
        logfile.keep(paths.log_file(state_dir))
        repository = GitRepository.discover(root, state_dir)
        store = Store.open(paths.state_db(state_dir))
        return cls(
            repository,
            state_dir,
            store,
            mode=mode,
            unsandboxed=unsandboxed,
            read_only=read_only,
            listeners=listeners,
        )

    async def stop(self) -> None:
        """Pause what is driven here, at once, and wait until nothing of it is left."""
        if self._supervisor is not None:
            await self._supervisor.stop()

    async def close(self) -> None:
        await self.stop()
        for maker in self._makers.values():
            if isinstance(maker, Closing):
                await maker.close()
        self.reader.close()
        await self.store.close()

    # --- making and driving runs --------------------------------------------------------------

    def examine(self, loaded: Loaded, *, trust: bool) -> None:
        """Raise whatever keeps a loop file from being run here; with `trust` it is trusted."""
        if later := unsupported(loaded.loop, names("looptui.maker")):
            raise ConfigError(
                f"{loaded.path.name} needs what this version does not have: {', '.join(later)}",
                "Take these keys out, or wait for a version whose engine has them.",
            )
        self._admit(loaded, trust=trust)
        self.preflight(loaded.loop)

    async def make_run(
        self, loaded: Loaded, *, trust: bool, overrides: Overrides | None = None
    ) -> Made:
        """Record a new run of a loop file; nothing is started and nothing is spent.

        UsageError for limits that a person may not set, and no run is made then.
        """
        self.require_writing()
        self.examine(loaded, trust=trust)
        loop = loaded.loop
        checkout = await self.repository.checkout()
        base, tree = await self.base(loop, checkout.commit, checkout.tree)
        run = new_run()
        spec = await self.store.put(dumps(encode(loop)).encode())
        recorder = Recorder(self.store, new(run, loop), self.clock, self.listeners, self.scrub)
        created = ev.RunCreated(
            loop.name, spec, loaded.digest, base, tree, checkout.branch, len(checkout.dirty)
        )
        await recorder.append(
            created, *(overrides or Overrides()).events(run, loop), actor=person()
        )
        return Made(run, checkout.dirty)

    def _admit(self, loaded: Loaded, *, trust: bool) -> None:
        if trust:
            self.trust.add(loaded.digest, loaded.path, self.clock.now())
        self.trust.require(loaded.digest, loaded.path.name)

    async def base(self, loop: Loop, head: str, head_tree: str) -> tuple[str, str]:
        """The commit from which a run would start, and its tree; `head` is the checkout's."""
        if loop.workspace.base is None:
            return head, head_tree
        commit = await self.repository.resolve(loop.workspace.base)
        if commit is None:
            raise RepoError(
                f"workspace.base names {loop.workspace.base!r}, which is no branch or commit here",
                "`git branch -a` lists the branches.",
            )
        return commit, await self.repository.tree_of(commit)

    def preflight(self, loop: Loop) -> None:
        """EnvironmentUnfit when the maker or a gate cannot run here, or nothing can confine it."""
        outside = self.outside
        boxing.require(outside.sandbox)
        problems = [outside.maker(loop.maker.agent).check(loop.maker)]
        if loop.checker is not None:
            judge = MakerSpec(loop.checker.agent, model=loop.checker.model)
            problems.append(outside.checker(loop.checker.agent).check(judge))
        problems += [outside.gate(gate.kind).check(gate) for gate in loop.gates]
        found = [problem for problem in problems if problem]
        if found:
            raise EnvironmentUnfit("; ".join(found), "`looptui doctor` shows what is missing.")

    async def drive(self, run: str) -> RunState:
        """Drive a run to its next rest; whatever `start` raises."""
        return await (await self.start(run))

    async def start(self, run: str) -> asyncio.Task[RunState]:
        """Drive a run in the background; LeaseHeld when another process does.

        NoSandbox, before anything is started, when it would start commands and none works here.
        """
        self.require_writing()
        loop = await self.loop_of(run)
        if isinstance(self.outside.sandbox, boxing.Missing):
            recorder = await self.load(run)
            if boxing.starts_commands(recorder.state):
                boxing.require(self.outside.sandbox)
        return self.supervisor.start(run, loop)

    async def take(self, run: str) -> asyncio.Task[RunState]:
        """Like `start`, where another process may hold the lease in passing, to answer a command.

        LeaseHeld when it is driven elsewhere.
        """
        deadline = self.clock.ticks() + PASSING_SECONDS
        while True:
            try:
                return await self.start(run)
            except LeaseHeld:
                if self.clock.ticks() > deadline:
                    raise
            await asyncio.sleep(0.02)

    def require_writing(self) -> None:
        """RefusedError where a person wanted only to look."""
        if self._read_only:
            raise RefusedError("This was opened with --read-only", "Open it again without.")

    def require_place(self) -> None:
        """TooManyRuns where a run that started now would have to wait for its turn."""
        if not self.places.free():
            most = self.places.most
            raise TooManyRuns(
                f"{most} run{' is' if most == 1 else 's are'} at work here, and no more may be",
                "Start it when one of them rests (`looptui status`), or raise limits.max_concurrent"
                " (`looptui config show --origin` says who set it).",
            )

    async def loop_of(self, run: str) -> Loop:
        """The loop of a run as it was trusted, whatever became of its file."""
        for stored in await self.store.read(run):
            if stored.kind == ev.RunCreated.kind:
                event, _ = ev.decode(stored.kind, stored.data)
                assert isinstance(event, ev.RunCreated)
                return decode(Loop, json.loads(await self.store.get(event.spec)))
        raise UsageError(f"There is no run {run!r}", "`looptui status` lists them.")

    async def load(self, run: str) -> Recorder:
        """The recorder of a run; listeners are told of what it appends."""
        loop = await self.loop_of(run)
        return await Recorder.load(self.store, run, loop, self.clock, self.listeners, self.scrub)

    async def carry_out(self, run: str, command: cmd.Command) -> bool:
        """Have a command answered, once; True when another session drives the run on with it.

        RefusedError when the run's state does not allow it, and nothing is changed then;
        LeaseHeld when the session that drives the run does not answer in time.
        """
        self.require_writing()
        command = reworded(command, self.scrub.text)
        identity = await self.store.send(
            run, command.kind, cmd.encode(command), person(), self.clock.now()
        )
        deadline = self.clock.ticks() + ANSWER_SECONDS
        while self.clock.ticks() < deadline:
            outcome = await self.store.outcome(identity)
            if outcome is not None and outcome.state == "refused":
                raise RefusedError(outcome.reason)
            if outcome is not None:
                return True
            with suppress(LeaseHeld):
                if await self._answer(run, identity):
                    return False
                continue
            await asyncio.sleep(0.02)
        raise LeaseHeld(
            f"The process that drives run {run} does not answer",
            "The command stays in its inbox; `looptui status` shows when it was taken.",
        )

    async def _answer(self, run: str, identity: str) -> bool:
        """Answer a command here, without driving the run; False where it was answered before."""
        lease = self.store.leases.acquire(run)
        try:
            asked = [one for one in await self.store.pending(run) if one.id == identity]
            if not asked:
                return False
            refusal = await answer(self.store, await self.load(run), asked[0])
            if refusal is not None:
                raise RefusedError(refusal.reason)
            return True
        finally:
            lease.release()

    async def settle(self, run: str) -> None:
        """Trip a run whose wait for a person ran out, unless a process drives it."""
        self.require_writing()
        with suppress(LeaseHeld):
            lease = self.store.leases.acquire(run)
            try:
                await settle(await self.load(run))
            finally:
                lease.release()

    # --- what it is made of -------------------------------------------------------------------

    @cached_property
    def settings(self) -> Config:
        """LoopFileErrors where a file of settings is wrong: then nobody knows the limits."""
        return config.load(self.repository.root)

    @cached_property
    def places(self) -> Places:
        return Places(self.state_dir / "places", self.settings.max_concurrent)

    @property
    def supervisor(self) -> Supervisor:
        if self._supervisor is None:
            session = ev.SessionStarted(
                self._mode, os.getpid(), boot_id(), self.outside.sandbox.name, __version__
            )
            self._supervisor = Supervisor(self.outside, session, self.listeners)
        return self._supervisor

    @property
    def outside(self) -> Outside:
        if self._outside is None:
            self._outside = Outside(
                store=self.store,
                reader=self.reader,
                repository=self.repository,
                sandbox=boxing.chosen(unsandboxed=self.unsandboxed),
                maker=self._maker,
                checker=self._checker,
                gate=self._gate,
                clock=self.clock,
                state_dir=self.state_dir,
                environ=os.environ,
                scrub=self.scrub,
                caps=Caps(self.settings.day_cost_micro_usd, self.settings.fleet_cost_micro_usd),
                places=self.places,
                visible=_visible(),
            )
        return self._outside

    def _maker(self, name: str) -> Maker:
        if name not in self._makers:
            self._makers[name] = load("looptui.maker", name)()
        return self._makers[name]

    def _checker(self, name: str) -> Checker:
        """A maker that can judge as well: each judges in calls of their own."""
        found = self._maker(name)
        if not isinstance(found, Checker):
            raise PluginError(f"{name!r} cannot judge", 'Take agent = "litellm" in [checker].')
        return found

    def _gate(self, kind: str) -> Gate:
        if kind not in self._gates:
            self._gates[kind] = load("looptui.gate", kind)()
        return self._gates[kind]


def _visible() -> tuple[Path, ...]:
    """Our own interpreter and package: the built-in makers run with them."""
    prefixes = {Path(sys.prefix), Path(sys.base_prefix), Path(__file__).resolve().parents[1]}
    return tuple(sorted(prefixes))
