"""What a person writes of a record, and the command that it becomes. No Textual here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from looptui.core import commands as cmd
from looptui.core.codec import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from looptui.core.memory import Memory

_WORDY = {"type": "kind", "subject": "about", "text": "text", "why": "why", "scope": "scope"}
"""Names of fields on the screen, by those of a record."""


@dataclass(frozen=True, slots=True)
class Form:
    """A record as a person writes it; tags and files have commas between them."""

    text: str = ""
    why: str = ""
    about: str = ""
    kind: str = "fact"
    scope: str = "repository"
    tags: str = ""
    files: str = ""


def form_of(record: Memory) -> Form:
    """A record to be changed."""
    return Form(
        record.text, record.why, record.subject, record.type, record.scope,
        ", ".join(record.tags), ", ".join(record.files),
    )  # fmt: skip


def added(form: Form) -> cmd.Remember:
    """A new record."""
    return cmd.Remember(
        form.kind.strip(), form.text, form.scope.strip(), form.about, form.why,
        words(form.tags), words(form.files),
    )  # fmt: skip


def revised(record: Memory, form: Form) -> cmd.Revise | None:
    """What became other than the record was; None where nothing did."""
    before = form_of(record)
    changed = {
        "type": (before.kind, form.kind.strip()),
        "scope": (before.scope, form.scope.strip()),
        "subject": (before.about, form.about.strip()),
        "text": (before.text.strip(), form.text.strip()),
        "why": (before.why.strip(), form.why.strip()),
        "tags": (words(before.tags), words(form.tags)),
        "files": (words(before.files), words(form.files)),
    }
    new = {name: after for name, (then, after) in changed.items() if after != then}
    return decode(cmd.Revise, {"id": record.id, "seen": record.text, **new}) if new else None


def told(asked: cmd.Revise) -> str:
    """What a command changes, in words."""
    names = [shown for name, shown in _WORDY.items() if getattr(asked, name) is not None]
    names += [name for name in ("tags", "files") if getattr(asked, name) is not None]
    return f"{asked.id}: {', '.join(names)} changed"


def merging(records: Sequence[Memory]) -> Form:
    """The words that several records have together."""
    texts = dict.fromkeys(record.text.strip() for record in records)
    whys = dict.fromkeys(record.why.strip() for record in records if record.why)
    return Form("\n".join(texts), "; ".join(whys))


def merged(records: Sequence[Memory], form: Form) -> cmd.Merge:
    """One record in place of several."""
    ids, seen = zip(*((record.id, record.text) for record in records), strict=True)
    return cmd.Merge(ids, form.text, form.why, seen)


def words(text: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
