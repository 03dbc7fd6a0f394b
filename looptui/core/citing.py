"""Files that records cite: whether they are still what they were when they were cited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from looptui.core.memory import Memory

STALE = "stale"
"""How the reason of a record begins whose cited files are others by now; and its state."""


def cited(records: Iterable[Memory]) -> tuple[str, ...]:
    """The files whose content somebody vouched for, each once."""
    pairs = [pair for record in records for pair in zip(record.files, record.blobs, strict=False)]
    return tuple(dict.fromkeys(name for name, blob in pairs if blob))


def outdated(record: Memory, there: Mapping[str, str]) -> str:
    """What became of the cited files, in words; empty where all are as they were cited.

    `there` has the ids of the cited files in the tree that is asked about; those it lacks are gone.
    """
    pairs = [(name, blob) for name, blob in zip(record.files, record.blobs, strict=False) if blob]
    gone = [name for name, _ in pairs if name not in there]
    changed = [name for name, blob in pairs if there.get(name, blob) != blob]
    parts = [
        f"{_listed(names)} {became}"
        for names, became in ((changed, "changed since it was cited"), (gone, "is gone"))
        if names
    ]
    return f"{STALE}: {', '.join(parts)}" if parts else ""


def vouched(files: Sequence[str], there: Mapping[str, str]) -> tuple[str, ...]:
    """The ids that go with cited files; an empty one for what the tree does not hold."""
    found = tuple(there.get(name, "") for name in files)
    return found if any(found) else ()


def _listed(names: Sequence[str]) -> str:
    some = ", ".join(name if name.isprintable() else ascii(name) for name in names[:3])
    return some if len(names) <= 3 else f"{some} and {len(names) - 3} more"
