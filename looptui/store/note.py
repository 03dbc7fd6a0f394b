"""Signed notes (C2SP signed-note): a text, an empty line, and Ed25519 signatures of that text.

Keys are written as Go's `note` package does, so that other tools can check what we sign.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_ED25519 = b"\x01"
_DASH = "\u2014 "


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a key: who signed, as others know it."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that stand before each signature, to find the key of it."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """`NAME+ID+KEY`, the form in which it is published."""
        key = base64.b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read back `text`; ValueError where it is none, or its id is not that of the key."""
        name, identity, key = _fields(text.strip())
        found = cls(name, _raw(key))
        if found.id.hex() != identity:
            raise ValueError("the id in the key does not fit it")
        return found

    def signed(self, note: str) -> bool:
        """Whether a note carries a good signature of this key; other signatures do not count."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        text, signatures = _parts(note)
        key = Ed25519PublicKey.from_public_bytes(self.public)
        for signature in signatures.splitlines():
            name, _, encoded = signature.removeprefix(_DASH).partition(" ")
            raw = _decoded(encoded)
            if not signature.startswith(_DASH) or name != self.name or raw[:4] != self.id:
                continue
            try:
                key.verify(raw[4:], text.encode())
            except InvalidSignature:
                return False
            return True
        return False


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Both halves of a key. Its `text` is a secret."""

    name: str
    seed: bytes

    @classmethod
    def generate(cls, name: str) -> SigningKey:
        """A new key. ValueError for a name with a blank or a plus in it."""
        import secrets

        if not name or "+" in name or any(map(str.isspace, name)):
            raise ValueError(f"{name!r} is no name of a key")
        return cls(name, secrets.token_bytes(32))

    @property
    def text(self) -> str:
        """`PRIVATE+KEY+NAME+ID+KEY`."""
        key = base64.b64encode(_ED25519 + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{key}"

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """Read back `text`; ValueError where it is none."""
        prefix = "PRIVATE+KEY+"
        if not text.startswith(prefix):
            raise ValueError("this is not a signing key")
        name, identity, key = _fields(text.strip().removeprefix(prefix))
        found = cls(name, _raw(key))
        if found.verifier.id.hex() != identity:
            raise ValueError("the id in the key does not fit it")
        return found

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self._private().public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The note: the text, which ends with a line break, an empty line, and our signature."""
        verifier = self.verifier
        signature = base64.b64encode(verifier.id + self.sign_bytes(text.encode())).decode()
        return f"{text}\n{_DASH}{self.name} {signature}\n"

    def sign_bytes(self, content: bytes) -> bytes:
        """The bare signature, 64 bytes."""
        return self._private().sign(content)

    def _private(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed)


def _parts(note: str) -> tuple[str, str]:
    """The signed text of a note, and its signatures."""
    text, separator, signatures = note.rpartition("\n\n")
    return (f"{text}\n", signatures) if separator else (note, "")


def _fields(text: str) -> tuple[str, str, str]:
    name, _, rest = text.partition("+")
    identity, _, key = rest.partition("+")
    if not name or len(identity) != 8 or not key:
        raise ValueError("this is not a key of a signed note")
    return name, identity, key


def _raw(key: str) -> bytes:
    raw = _decoded(key)
    if raw[:1] != _ED25519 or len(raw) != 33:
        raise ValueError("only Ed25519 keys are known")
    return raw[1:]


def _decoded(text: str) -> bytes:
    """Nothing where it is no base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
