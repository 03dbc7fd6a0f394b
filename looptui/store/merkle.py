"""RFC 6962 Merkle trees: roots, an append-only frontier, inclusion and consistency proofs.

Everywhere a leaf is its 32-byte hash (`leaf_hash` of the entry), an index counts from 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
_WIDTH = 32


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two others."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed to go on with a tree: the roots of its full subtrees, largest first."""

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def extend(self, leaves: Iterable[bytes]) -> Frontier:
        """The frontier after more leaves; costs two hashes a leaf on average."""
        size, nodes = self.size, list(self.nodes)
        for leaf in leaves:
            carry = size
            while carry & 1:
                leaf = node_hash(nodes.pop(), leaf)
                carry >>= 1
            nodes.append(leaf)
            size += 1
        return Frontier(size, tuple(nodes))

    @property
    def root(self) -> bytes:
        """The tree head."""
        if not self.nodes:
            return EMPTY_ROOT
        top = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            top = node_hash(node, top)
        return top

    def to_bytes(self) -> bytes:
        """The nodes in one row; `size` is kept beside it."""
        return b"".join(self.nodes)

    @classmethod
    def from_bytes(cls, size: int, packed: bytes) -> Frontier:
        """Read back `to_bytes`; ValueError where it does not belong to a tree of that size."""
        if len(packed) != size.bit_count() * _WIDTH:
            raise ValueError(f"a tree of {size} leaves does not have {len(packed)} bytes of nodes")
        return cls(size, tuple(packed[i : i + _WIDTH] for i in range(0, len(packed), _WIDTH)))


def root(leaves: Iterable[bytes]) -> bytes:
    """The tree head over these leaves."""
    return Frontier().extend(leaves).root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of one leaf, lowest sibling first. IndexError outside the tree."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root(leaves[:split])]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], head: bytes
) -> bool:
    """Whether `proof` shows that `leaf` is entry `index` of the tree of that size and head."""
    if not 0 <= index < size:
        return False
    node, last, top = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            top = node_hash(sibling, top)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            top = node_hash(top, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and top == head


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """The nodes showing that the tree of the first `old_size` leaves was only appended to."""
    if not 0 < old_size <= len(leaves):
        raise IndexError(f"no tree of {old_size} leaves within {len(leaves)}")
    return _subproof(leaves, old_size, whole=True)


def verify_consistency(
    old_size: int, size: int, old_head: bytes, head: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether `proof` shows that the second tree continues the first. An empty tree does always."""
    if old_size == 0:
        return not proof and old_head == EMPTY_ROOT
    if not old_size <= size:
        return False
    if old_size == size:
        return not proof and old_head == head
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_head)
    return bool(path) and _climb(path, old_size - 1, size - 1) == (old_head, head)


def _climb(path: Sequence[bytes], node: int, last: int) -> tuple[bytes, bytes] | None:
    """Both heads that a consistency proof leads to; None where its length is wrong."""
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None


def _subproof(leaves: Sequence[bytes], old_size: int, *, whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if whole else [root(leaves)]
    split = _split(len(leaves))
    if old_size <= split:
        return [*_subproof(leaves[:split], old_size, whole=whole), root(leaves[split:])]
    lower = _subproof(leaves[split:], old_size - split, whole=False)
    return [*lower, root(leaves[:split])]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    half: int = 1 << ((size - 1).bit_length() - 1)
    return half
