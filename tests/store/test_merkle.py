"""The vectors are those of the certificate-transparency reference implementation."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looptui.store.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
N1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
N23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
N4567 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
N4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
N67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
N45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
INCLUSION = {
    (0, 1): [],
    (0, 8): [N1, N23, N4567],
    (5, 8): [N4, N67, ROOTS[4]],
    (2, 3): [ROOTS[2]],
    (1, 5): [ROOTS[1], N23, N4],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [N1, N23, N4567],
    (6, 8): [N45, N67, ROOTS[4]],
    (2, 5): [N23, N4],
}


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_rfc_6962(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_those_of_rfc_6962(index: int, size: int) -> None:
    proof = inclusion_proof(LEAVES[:size], index)
    assert [node.hex() for node in proof] == INCLUSION[index, size]


@pytest.mark.parametrize(("old", "size"), CONSISTENCY)
def test_consistency_proofs_are_those_of_rfc_6962(old: int, size: int) -> None:
    proof = consistency_proof(LEAVES[:size], old)
    assert [node.hex() for node in proof] == CONSISTENCY[old, size]


@given(st.integers(0, 70), st.data())
def test_a_frontier_grown_in_steps_is_the_tree_grown_at_once(
    size: int, data: st.DataObject
) -> None:
    leaves = [leaf_hash(bytes([i])) for i in range(size)]
    cuts = sorted(data.draw(st.lists(st.integers(0, size), max_size=5)))
    frontier = Frontier()
    for start, end in pairwise([0, *cuts, size]):
        frontier = frontier.extend(leaves[start:end])
        frontier = Frontier.from_bytes(frontier.size, frontier.to_bytes())
    assert frontier == Frontier().extend(leaves)
    assert len(frontier.nodes) == size.bit_count()


@given(st.integers(1, 40), st.data())
def test_an_inclusion_proof_holds_for_its_leaf_only(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(bytes([i])) for i in range(size)]
    index = data.draw(st.integers(0, size - 1))
    proof, head = inclusion_proof(leaves, index), root(leaves)
    assert verify_inclusion(leaves[index], index, size, proof, head)
    assert not verify_inclusion(leaf_hash(b"other"), index, size, proof, head)
    assert not verify_inclusion(leaves[index], index, size, proof, leaf_hash(b"other"))
    assert not verify_inclusion(leaves[index], index, size, [*proof, head], head)
    assert not verify_inclusion(leaves[index], size, size, proof, head)
    for other in set(range(size)) - {index}:
        assert not verify_inclusion(leaves[index], other, size, proof, head)
    if proof:
        assert not verify_inclusion(leaves[index], index, size, proof[:-1], head)


@given(st.integers(1, 40), st.data())
def test_a_consistency_proof_holds_for_an_appended_tree_only(
    size: int, data: st.DataObject
) -> None:
    leaves = [leaf_hash(bytes([i])) for i in range(size)]
    old = data.draw(st.integers(1, size))
    proof, before, head = consistency_proof(leaves, old), root(leaves[:old]), root(leaves)
    assert verify_consistency(old, size, before, head, proof)
    edited = [leaf_hash(b"edited"), *leaves[1:]]
    assert not verify_consistency(old, size, root(edited[:old]), head, proof)
    if old < size:
        assert not verify_consistency(old, size, before, root(edited), proof)
        assert not verify_consistency(size, old, head, before, proof)
        assert not verify_consistency(old, size, before, head, proof[:-1])
    assert not verify_consistency(old, size, before, head, [*proof, head])


def test_every_tree_continues_the_empty_one() -> None:
    assert verify_consistency(0, 8, EMPTY_ROOT, root(LEAVES), [])
    assert not verify_consistency(0, 8, root(LEAVES), root(LEAVES), [])


def test_proofs_outside_the_tree_are_refused() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(LEAVES, 8)
    with pytest.raises(IndexError):
        consistency_proof(LEAVES, 9)


def test_a_frontier_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="3 leaves"):
        Frontier.from_bytes(3, b"\x00" * 32)
