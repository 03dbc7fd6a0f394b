"""The checkpoint: size and root of the log, kept outside the database (C2SP tlog-checkpoint).

A database that was rolled back, lost its write-ahead log or was rewritten no longer fits it. It is
a note that is signed with the key of the log.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path

from looptui.errors import StoreError
from looptui.store import signing
from looptui.store.files import locked, replace_file


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: what the log called `origin` held when it had `size` events."""

    origin: str
    size: int
    root: bytes

    @property
    def head(self) -> str:
        """`SIZE/ROOT` on one line, for a commit's trailer."""
        return f"{self.size}/{base64.b64encode(self.root).decode()}"

    @property
    def text(self) -> str:
        """What is signed: origin, size and root, a line each."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, database: Path) -> str:
        """The note with the signature of the database's log."""
        return signing.signed(database, self.origin, self.text)


def checkpoint_path(database: Path) -> Path:
    """Where the checkpoint of a database lies."""
    return database.parent / "audit" / "checkpoint"


def parse(text: str) -> Checkpoint:
    """Read a note; extension lines and signatures are skipped. ValueError where it is none."""
    lines = text.partition("\n\n")[0].split("\n")
    if len(lines) < 3 or not lines[0] or not lines[1].isdecimal():
        raise ValueError("not a checkpoint")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error as error:
        raise ValueError("the root is not base64") from error
    if len(root) != 32:
        raise ValueError("the root is not a SHA-256")
    return Checkpoint(lines[0], int(lines[1]), root)


def read(database: Path) -> Checkpoint | None:
    """The checkpoint beside a database; None where there is none. StoreError if it is damaged."""
    file = checkpoint_path(database)
    try:
        return parse(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise StoreError(
            f"The checkpoint {file} is damaged: {error}",
            "Compare the log with the trailer of your last landing, then delete this file.",
        ) from error


def unsigned(database: Path) -> str:
    """Why the checkpoint beside a database is not one that its log signed, or nothing.

    One from before there was a key is as good as it was.
    """
    key = signing.verifier(database)
    try:
        note = checkpoint_path(database).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    if key is None or key.signed(note):
        return ""
    return f"the checkpoint is not signed by the key of this log ({key.id.hex()})"


def write(database: Path, mark: Checkpoint) -> None:
    """Replace the checkpoint, durably; a newer one that is already there stays."""
    file = checkpoint_path(database)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    with locked(file.parent):
        known = read(database)
        if known is None or known.size < mark.size:
            note = signing.sign_locked(database, mark.origin, mark.text)
            replace_file(file, note.encode())
