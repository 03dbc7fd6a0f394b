"""Refs: those of the user are read, and moved only by compare-and-swap with the hooks off."""

from __future__ import annotations

from looptui.adapters.repository.errors import GitFailed
from looptui.adapters.repository.home import Home
from looptui.adapters.repository.runner import run
from looptui.adapters.repository.shadow import Shadow, site_of, word
from looptui.errors import UsageError
from looptui.text import safe


def resolve(home: Home, ref: str) -> str | None:
    """The commit a ref of the user's repository names, or None."""
    if not ref or ref.startswith("-") or "\0" in ref:
        return None
    options = ("-q", "--verify", f"{ref}^{{commit}}")
    answer = run(home.place(), "rev-parse", *options, fine=(0, 1, 128))
    return answer.text() if answer.code == 0 else None


def keep(shadow: Shadow, run_id: str, name: str, oid: str) -> None:
    """Point `refs/looptui/<run>/<name>` at an object, in both stores where both have it."""
    ref = "/".join(("refs/looptui", site_of(shadow, run_id).run, *map(word, name.split("/"))))
    run(shadow.place(run_id), "update-ref", "--no-deref", ref, oid)
    theirs = run(shadow.home.place(), "update-ref", "--no-deref", ref, oid, fine=(0, 128))
    if theirs.code != 0 and "nonexistent object" not in theirs.err:
        raise GitFailed("update-ref", theirs.code, theirs.err)


def forget(shadow: Shadow, run_id: str) -> None:
    """Delete every ref of a run, in both stores."""
    prefix = f"refs/looptui/{site_of(shadow, run_id).run}/"
    for place in (shadow.place(run_id), shadow.home.place()):
        listed = run(place, "for-each-ref", "--format=%(refname)", prefix).text()
        if orders := "".join(f"delete {ref}\n" for ref in listed.split()):
            run(place, "update-ref", "--no-deref", "--stdin", stdin=orders.encode())


def require_ref(shadow: Shadow, ref: str) -> None:
    """Raise `UsageError` for what is no full name of a ref."""
    fine = ref.startswith("refs/") and "\0" not in ref
    if not fine or run(shadow.place(), "check-ref-format", ref, fine=(0, 1)).code != 0:
        raise UsageError(f"{safe(ref)!r} is not the name of a ref", "In full: refs/heads/NAME.")
