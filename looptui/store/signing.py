"""The key that signs the checkpoints of one log: made when it is first needed, mode 0600.

It proves to others that a checkpoint is of this log. Whoever can read the state directory can sign
as well, so what was handed out or landed before is the stronger witness.
"""

from __future__ import annotations

from pathlib import Path

from looptui.errors import StoreError
from looptui.store.files import locked, replace_file
from looptui.store.note import SigningKey, VerifierKey


def key_path(database: Path) -> Path:
    """Where the signing key of a database lies; its public half stands beside it."""
    return database.parent / "audit" / "key"


def verifier(database: Path) -> VerifierKey | None:
    """The public half of a database's key; None where no key was made yet."""
    key = _read(database)
    return key.verifier if key else None


def signed(database: Path, origin: str, text: str) -> str:
    """The note of a text, signed as `origin`; the key is made if there is none."""
    directory = key_path(database).parent
    directory.mkdir(mode=0o700, exist_ok=True)
    with locked(directory):
        return sign_locked(database, origin, text)


def sign_locked(database: Path, origin: str, text: str) -> str:
    """`signed`, for who has locked the directory of the key already."""
    return _key(database, origin).sign(text)


def signed_bytes(database: Path, content: bytes) -> tuple[VerifierKey, bytes]:
    """A bare signature of bytes, and whose it is. StoreError before the first checkpoint."""
    key = _read(database)
    if key is None:
        raise StoreError(
            f"{database} has no signing key yet", "One is made with the first approval or landing."
        )
    return key.verifier, key.sign_bytes(content)


def _key(database: Path, origin: str) -> SigningKey:
    """The key of a database, made if there is none; its directory is locked."""
    file = key_path(database)
    key = _read(database)
    if key is None:
        key = SigningKey.generate(origin)
        replace_file(file, f"{key.text}\n".encode())
        replace_file(file.with_suffix(".pub"), f"{key.verifier.text}\n".encode())
    return key


def _read(database: Path) -> SigningKey | None:
    file = key_path(database)
    try:
        return SigningKey.parse(file.read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise StoreError(
            f"The signing key {file} is damaged: {error}",
            "Restore it from a backup. Without one remove it and the checkpoint beside it: both "
            "are made anew, and older proofs keep the old key in them.",
        ) from error
