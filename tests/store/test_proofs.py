"""Proofs of events as files, checked without the database."""

from __future__ import annotations

import base64
import json
import stat
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from looptui.errors import StoreError, UsageError
from looptui.store import audit, checkpoint, proofs, signing
from looptui.store.note import SigningKey
from tests.store.making import filled


def by_hand(text: str) -> tuple[object, ...]:
    """What the README tells a reader to do, with nothing of ours."""
    proof = json.loads(text)
    body, _, signatures = proof["checkpoint"].partition("\n\n")
    _, size, root = body.split("\n")
    raw = base64.b64decode(signatures.split()[-1])
    public = base64.b64decode(proof["key"].split("+", 2)[2])[1:]
    Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], f"{body}\n".encode())
    node = sha256(b"\0" + proof["entry"].encode()).digest()
    at, last = proof["index"], int(size) - 1
    for step in map(bytes.fromhex, proof["path"]):
        if at & 1 or at == last:
            node = sha256(b"\1" + step + node).digest()
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            node = sha256(b"\1" + node + step).digest()
        at, last = at >> 1, last >> 1
    assert last == 0
    assert node == base64.b64decode(root)
    return tuple(json.loads(proof["entry"]))


@pytest.mark.parametrize("size", [1, 2, 7, 8])
async def test_every_event_is_proved_to_a_stranger(path: Path, size: int) -> None:
    await filled(path, size)
    for seq in range(1, size + 1):
        text = proofs.write(path, seq)
        found = proofs.check(text)
        assert found.problem == ""
        assert found.head.size == size
        assert by_hand(text)[0] == seq == found.event[0]


async def test_a_proof_at_an_older_head_fits_what_was_landed_then(path: Path) -> None:
    await filled(path, 3, checkpoint=True)
    mark = checkpoint.read(path)
    assert mark is not None
    store_head = mark.head
    from looptui.store.store import Store
    from tests.store.making import grow

    store = Store.open(path)
    await grow(store, 4, start=3)
    await store.close()
    text = proofs.write(path, 2, 3)
    assert proofs.check(text, head=store_head).problem == ""
    assert "its head is" in proofs.check(proofs.write(path, 2), head=store_head).problem
    for seq, size in ((4, 3), (1, 8), (9, None)):
        with pytest.raises(StoreError):
            proofs.write(path, seq, size)


async def test_a_proof_that_was_edited_proves_nothing(path: Path) -> None:
    await filled(path, 5)
    good = json.loads(proofs.write(path, 2))
    other = SigningKey.generate(good["key"].partition("+")[0])
    spoiled = {
        "leads": {"entry": good["entry"].replace("engine", "human:me")},
        "is not signed": {"checkpoint": good["checkpoint"].replace("\n5\n", "\n6\n")},
        "lead": {"index": 2},
        "not lead": {"path": good["path"][1:]},
        "is not signed by": {"key": other.verifier.text},
    }
    for fields in spoiled.values():
        assert proofs.check(json.dumps({**good, **fields})).problem
    forged = {"checkpoint": other.sign(good["checkpoint"].partition("\n\n")[0] + "\n")}
    text = json.dumps({**good, **forged, "key": other.verifier.text})
    assert proofs.check(text).problem == ""
    assert "not signed" in proofs.check(text, key=good["key"]).problem


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema":"looptui.proof/1"}', "7"])
def test_what_is_no_proof_is_told(text: str) -> None:
    with pytest.raises(UsageError, match="no proof"):
        proofs.check(text)


async def test_the_key_is_made_once_and_is_private(path: Path) -> None:
    await filled(path, 2, checkpoint=True)
    file = signing.key_path(path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = signing.verifier(path)
    assert key is not None
    await filled(path, 0, checkpoint=True)
    proofs.write(path, 1)
    assert signing.verifier(path) == key
    assert file.with_suffix(".pub").read_text().strip() == key.text
    assert key.signed(checkpoint.checkpoint_path(path).read_text())


async def test_a_checkpoint_that_the_log_did_not_sign_is_told(path: Path) -> None:
    await filled(path, 3, checkpoint=True)
    file = checkpoint.checkpoint_path(path)
    good = file.read_text()
    body = good.partition("\n\n")[0] + "\n"
    name = body.partition("\n")[0]
    for forged in (f"{body}\n", SigningKey.generate(name).sign(body)):
        file.write_text(forged)
        assert "not signed by the key" in audit.verify(path).reason
    file.write_text(good)
    assert audit.verify(path).ok
    signing.key_path(path).unlink()
    assert audit.verify(path).ok


async def test_a_damaged_key_is_told(path: Path) -> None:
    await filled(path, 1, checkpoint=True)
    signing.key_path(path).write_text("nonsense\n")
    with pytest.raises(StoreError, match="is damaged"):
        proofs.write(path, 1)
    assert "is damaged" in audit.verify(path).reason
