"""Bringing a commit into the user's repository: objects first, then one compare-and-swap.

A note of what is being done is written before and removed after. Who finds one, with the lock in
hand, knows that its writer died, and may clear the locks that this very landing can have left.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from looptui.adapters.repository import home as users
from looptui.adapters.repository.checkouts import (
    Seat,
    View,
    dirty_paths,
    filtered,
    follow,
    holds,
    obstacle,
    seats,
    under_way,
    viewed,
)  # fmt: skip
from looptui.adapters.repository.gitdir import put
from looptui.adapters.repository.leftovers import outlive
from looptui.adapters.repository.refs import require_ref, resolve
from looptui.adapters.repository.resuming import behind, finish
from looptui.adapters.repository.runner import Place, run
from looptui.adapters.repository.shadow import Shadow
from looptui.adapters.repository.trees import is_ancestor
from looptui.ports import Publication
from looptui.text import safe

_MARK = "landing"
_TICK = 1.0
"""Seconds by which a file system's clock may lag behind ours."""


@dataclass(frozen=True, slots=True)
class _Intent:
    """What a landing is about to do. `since` is Unix seconds."""

    ref: str
    new: str
    old: str | None
    since: float


def published(shadow: Shadow, ref: str, new: str, old: str | None) -> Publication:
    """Move `ref` from `old` to `new` in the user's repository, and clean checkouts of it along."""
    require_ref(shadow, ref)
    note = _note(shadow, ref)
    with _only_one(shadow):
        here = [seat for seat in seats(shadow.home) if seat.ref == ref]
        crashed = _clear_after_crash(shadow, note, here)
        now = resolve(shadow.home, ref)
        if now is not None and _contains(shadow, now, new):
            left = here if now == new and old not in (None, new) else []
            done = _already(shadow, left, old or "", new, crashed)
        elif now != old:
            done = Publication("missing" if now is None else "raced", f"{ref} is at {now}")
        else:
            done = _attempted(shadow, here, _Intent(ref, new, old, time.time()), note)
        note.unlink(missing_ok=True)
    return done


def _attempted(shadow: Shadow, here: Sequence[Seat], intent: _Intent, note: Path) -> Publication:
    """Move the ref if every checkout of it is fit to follow."""
    if reason := _unready(here, intent.old):
        return Publication("dirty", reason)
    with ExitStack() as stack:
        views = [stack.enter_context(viewed(shadow, seat, _MARK)) for seat in here]
        if intent.old is not None and (reason := _unclean(views, intent.old, intent.new)):
            return Publication("dirty", reason)
        put(note, json.dumps(asdict(intent)).encode())
        _send_objects(shadow, intent)
        if refused := _swap(shadow, intent, here[0].git_dir if here else None):
            return refused
        problems = [_brought_along(view, intent.old or "", intent.new) for view in views]
        return Publication("moved", "\n".join(filter(None, problems)))


def _already(
    shadow: Shadow, here: Sequence[Seat], old: str, new: str, crashed: bool
) -> Publication:
    """The ref has the commit; a checkout that was left behind is brought along.

    After a crash of ours it may stand half way; else it has to be whole and at `old`.
    """
    problems: list[str | None] = []
    for seat in here:
        with viewed(shadow, seat, _MARK) as view:
            if behind(view, old, new) if crashed else holds(view, old) and not holds(view, new):
                reason = under_way(seat)
                problems.append(reason or _brought_along(view, old, new, again=True))
    return Publication("already", "\n".join(filter(None, problems)))


def _brought_along(view: View, old: str, new: str, *, again: bool = False) -> str | None:
    """Move index and files of one checkout; what is left for the user to do, or None."""
    command = f"git -C {view.seat.root} read-tree -m -u {old} {new}"
    if name := filtered(view, old, new):
        return f"{name!r} needs a filter program, which looptui does not run. Now do: {command}"
    problem = (finish if again else follow)(view, old, new)
    if problem is None:
        return None
    return f"The checkout could not follow ({problem}). Put that aside, then: {command}"


def _unready(here: Sequence[Seat], old: str | None) -> str | None:
    for seat in here:
        if old is None:
            return f"{seat.root} is on that branch, which has no commit yet"
        if reason := under_way(seat):
            return f"In {seat.root} {reason}"
    return None


def _unclean(views: Sequence[View], old: str, new: str) -> str | None:
    for view in views:
        if names := dirty_paths(view, untracked=False):
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            return f"{view.seat.root} has changes in {safe(names[0])!r}{more}"
        if not holds(view, old):
            return f"{view.seat.root} is at another commit"
        if reason := obstacle(view, old, new):
            return f"In {view.seat.root} {safe(reason)}"
    return None


def _swap(shadow: Shadow, intent: _Intent, git_dir: Path | None) -> Publication | None:
    """The compare-and-swap; None when the ref moved, else what became of it."""
    place = Place(git_dir or shadow.home.git_dir, mark=shadow.place(_MARK).mark)
    before = intent.old or "0" * len(intent.new)
    orders = ("-m", "looptui: land", intent.ref, intent.new, before)
    env = {"GIT_COMMITTER_NAME": "looptui", "GIT_COMMITTER_EMAIL": "looptui@looptui.invalid"}
    done = run(place, "update-ref", *orders, env=env, fine=(0, 1, 128))
    if done.code == 0:
        return None
    now = resolve(shadow.home, intent.ref)
    if now == intent.old:
        return Publication("raced", f"git could not move it: {safe(done.err.strip())}")
    if now is not None and _contains(shadow, now, intent.new):
        return Publication("already")
    return Publication("missing" if now is None else "raced", f"{intent.ref} is at {now}")


def _send_objects(shadow: Shadow, intent: _Intent) -> None:
    """Every object of `new` that only our store has. No hook, no config of the user is involved."""
    home = shadow.home
    kept = run(home.place(), "for-each-ref", "--format=%(objectname)", "refs/looptui").text()
    known = {intent.old, resolve(home, "HEAD"), *kept.split()} - {None}
    wanted = "\n".join([intent.new, *(f"^{oid}" for oid in known)]) + "\n"
    settings = ["core.fsync=committed,loose-object", "core.fsyncMethod=batch"]
    if sharing := users.sharing(users.settings(home.git_dir)):
        settings.append(f"core.sharedRepository={sharing}")
    place = shadow.place(_MARK)
    target = replace(place, objects=home.objects, settings=tuple(settings))
    with shadow.scratch() as directory, (directory / "pack").open("w+b") as pack:
        options = ("--revs", "--local", "--stdout", "-q", "--delta-base-offset")
        run(place, "pack-objects", *options, stdin=wanted.encode(), into=pack)
        pack.seek(0)
        run(target, "unpack-objects", "-q", stdin=pack)


def _clear_after_crash(shadow: Shadow, note: Path, here: Sequence[Seat]) -> bool:
    """Clear the locks that a landing of this very ref left when it died, and no others."""
    try:
        intent = _Intent(**json.loads(note.read_text()))
    except FileNotFoundError:
        return False
    outlive(shadow.place(_MARK).mark)
    _unlock(shadow.home.common_dir / f"{intent.ref}.lock", intent, {b"", intent.new.encode()})
    for git_dir in {shadow.home.git_dir, *(seat.git_dir for seat in here)}:
        _unlock(git_dir / "HEAD.lock", intent, {b""})
    for seat in here:
        _unlock(seat.git_dir / "index.lock", intent, None)
    return True


def _unlock(lock: Path, intent: _Intent, contents: set[bytes] | None) -> None:
    """Remove a lock made since the intent, by us, with nothing in it that is not ours."""
    try:
        found = os.lstat(lock)
        ours = found.st_uid == os.geteuid() and found.st_mtime >= intent.since - _TICK
        if ours and (contents is None or lock.read_bytes().strip() in contents):
            lock.unlink()
    except FileNotFoundError:
        return


@contextmanager
def _only_one(shadow: Shadow) -> Iterator[None]:
    """One landing at a time in this repository; the lock dies with its process."""
    with (shadow.git_dir / "landing.lock-file").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _note(shadow: Shadow, ref: str) -> Path:
    digest = hashlib.sha256(os.fsencode(ref)).hexdigest()[:16]
    return shadow.git_dir / f"landing-{digest}.json"


def _contains(shadow: Shadow, tip: str, commit: str) -> bool:
    return tip == commit or is_ancestor(shadow, commit, tip)
