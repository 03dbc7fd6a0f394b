"""Records that a repository shares: what of them its file says, and who changed it last."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Literal

from looptui.core import events as ev
from looptui.core.codec import dumps, encode
from looptui.core.memory import Memory
from looptui.core.shelf import content_of

Standing = Literal["same", "ours", "theirs", "both"]
"""Whether file and record say the same, and if not, which of them changed since they last did."""
_PLAIN = re.compile(r"[^a-z0-9]+")


def said(content: ev.Content) -> ev.Content:
    """The part of a record that a file holds."""
    return replace(content, scope="repository", state="active", beside=(), shared="", agreed="")


def digest(content: ev.Content) -> str:
    """Stands for all that a file says of a record."""
    return hashlib.sha256(dumps(encode(said(content))).encode()).hexdigest()[:16]


def standing(record: Memory, theirs: ev.Content) -> Standing:
    """How a shared record and its block in the file stand to each other."""
    ours, filed, gone = digest(content_of(record)), digest(theirs), is_gone(record)
    if ours == filed:
        return "ours" if gone else "same"
    if record.agreed == ours and not gone:
        return "theirs"
    return "ours" if record.agreed == filed else "both"


def is_gone(record: Memory) -> bool:
    """Whether a person put it away for good: then no file has it either."""
    return record.state in ("forgotten", "superseded")


def key_for(record: Memory) -> str:
    """The name of a record in a file: the same in every clone, whatever its id here is."""
    words = "-".join(_PLAIN.sub(" ", record.text.lower()).split()[:4])[:40].strip("-") or "record"
    return f"{words}-{hashlib.sha256(record.text.encode('utf-8', 'replace')).hexdigest()[:6]}"
