"""Signed notes as C2SP describes them."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from looptui.store.note import SigningKey, VerifierKey

TEXT = "looptui.log/a\n3\nAAAA\n"
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FF"
    "YC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_of_another_program_is_verified() -> None:
    key = VerifierKey.parse(GO_KEY)
    assert key.text == GO_KEY
    assert key.signed(GO_NOTE)
    assert not key.signed(GO_NOTE.replace("your", "my", 1))


def test_the_signature_is_of_the_text_and_names_its_key() -> None:
    key = SigningKey.generate("looptui.log/a")
    text, _, rest = key.sign(TEXT).partition("\n\n")
    dash, name, encoded = rest.strip().split(" ")
    raw = base64.b64decode(encoded)
    public = key.verifier.public
    assert (dash, name, len(raw)) == ("\u2014", "looptui.log/a", 68)
    assert raw[:4] == sha256(b"looptui.log/a\n\x01" + public).digest()[:4]
    Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], (text + "\n").encode())


def test_keys_are_read_back() -> None:
    key = SigningKey.generate("a/b")
    assert SigningKey.parse(key.text) == key
    assert VerifierKey.parse(key.verifier.text) == key.verifier
    assert str(key.seed) not in key.verifier.text


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n"])
def test_a_name_that_a_note_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        SigningKey.generate(name)


@pytest.mark.parametrize("text", ["", "a", "a+00000000+", "a+00000000+AAAA", "a+zz+AQ==", "+1+2"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"key|Ed25519"):
        VerifierKey.parse(text)
    with pytest.raises(ValueError, match=r"key|Ed25519"):
        SigningKey.parse(f"PRIVATE+KEY+{text}")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: note.replace("3", "4", 1),
        lambda note: note.rpartition("\n\n")[0],
        lambda note: note.replace("\u2014 ", "- "),
        lambda note: note.replace("looptui.log/a ", "looptui.log/b "),
        lambda note: note[:-6] + "AA==\n",
        lambda note: note.rpartition(" ")[0] + " \n",
    ],
)
def test_a_note_that_is_not_as_signed_is_not_signed(spoil: object) -> None:
    key = SigningKey.generate("looptui.log/a")
    note = key.sign(TEXT)
    assert key.verifier.signed(note)
    assert callable(spoil)
    assert not key.verifier.signed(spoil(note))


def test_another_signature_beside_ours_does_no_harm() -> None:
    key, other = SigningKey.generate("a"), SigningKey.generate("b")
    note = key.sign(TEXT)
    both = note + other.sign(TEXT).rpartition("\n\n")[2]
    assert key.verifier.signed(both)
    assert other.verifier.signed(both)
    assert not SigningKey.generate("a").verifier.signed(both)
