"""Proofs as files: that an event was in the log, for people who do not have the log.

A file holds the entry, the RFC 6962 path from its leaf to a tree head, and that head as a signed
note. Checking it needs SHA-256 and Ed25519 and nothing else of ours.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from looptui.errors import UsageError
from looptui.store import audit, checkpoint, signing
from looptui.store.checkpoint import Checkpoint
from looptui.store.merkle import leaf_hash, verify_inclusion
from looptui.store.note import VerifierKey

SCHEMA = "looptui.proof/1"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a proof shows; `problem` says why it shows nothing."""

    event: tuple[object, ...]
    """seq, run, n, at, actor, kind and the fields of the event."""
    head: Checkpoint
    key: VerifierKey
    problem: str = ""


def write(database: Path, seq: int, size: int | None = None) -> str:
    """The proof of event `seq` as JSON, at the head of `size` events (None: of all)."""
    proof = audit.prove(database, seq, size)
    note = proof.head.signed(database)
    key = signing.verifier(database)
    assert key is not None
    fields = {
        "schema": SCHEMA,
        "entry": proof.entry.decode("utf-8", "surrogateescape"),
        "index": seq - 1,
        "path": [node.hex() for node in proof.path],
        "checkpoint": note,
        "key": key.text,
    }
    return json.dumps(fields, indent=2) + "\n"


def check(text: str, key: str = "", head: str = "") -> Checked:
    """Judge a proof by itself; by a `key` and a `head` (`SIZE/ROOT`) that the reader trusts.

    Without them it shows only that whoever holds the key in the file says so. UsageError where the
    text is no proof.
    """
    try:
        fields = json.loads(text)
        if fields["schema"] != SCHEMA:
            raise ValueError(f"its schema is {fields['schema']!r}")
        entry, index, note = str(fields["entry"]), int(fields["index"]), str(fields["checkpoint"])
        path = [bytes.fromhex(node) for node in fields["path"]]
        mark = checkpoint.parse(note)
        verifier = VerifierKey.parse(key or fields["key"])
        event = tuple(json.loads(entry))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"This is no proof: {error}", "`looptui audit prove` writes one."
        ) from error
    problem = ""
    leaf = leaf_hash(entry.encode("utf-8", "surrogateescape"))
    if not verifier.signed(note):
        problem = f"the checkpoint is not signed by the key {verifier.id.hex()}"
    elif not note.startswith(mark.text + "\n"):
        problem = "the checkpoint has lines that are not known"
    elif not verify_inclusion(leaf, index, mark.size, path, mark.root):
        problem = "the entry does not lead to the head of the log"
    elif event[:1] != (index + 1,):
        problem = f"the entry does not say that it is event {index + 1}"
    elif head and head != mark.head:
        problem = f"its head is {mark.head}, not {head}"
    return Checked(event, mark, verifier, problem)
