"""The Merkle tree of RFC 6962 over entry bytes; nothing of it is stored but checkpoints.

A hash is 32 bytes. A compact range is the tuple of the roots of the perfect subtrees that cover leaves 0 to size - 1,
from left to right: as many hashes as `size` has binary ones.
"""

from collections.abc import Iterable
from hashlib import sha256

Range = tuple[bytes, ...]

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry) (RFC 6962, 2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right) (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def extend(range_: Range, size: int, leaves: Iterable[bytes]) -> tuple[Range, int]:
    """The compact range and size after more leaf hashes; each costs amortised one node."""
    stack = list(range_)
    if len(stack) != size.bit_count():
        raise ValueError(f"a tree of {size} leaves has {size.bit_count()} perfect subtrees, not {len(stack)}")
    for leaf in leaves:
        stack.append(leaf)
        size += 1
        rest = size
        while rest % 2 == 0:
            right = stack.pop()
            stack.append(node_hash(stack.pop(), right))
            rest //= 2
    return tuple(stack), size


def root(range_: Range) -> bytes:
    """The root of the tree that a compact range covers."""
    if not range_:
        return EMPTY_ROOT
    result = range_[-1]
    for left in reversed(range_[:-1]):
        result = node_hash(left, result)
    return result


def root_of(entries: Iterable[bytes]) -> bytes:
    """The root over entry bytes."""
    range_, _ = extend((), 0, map(leaf_hash, entries))
    return root(range_)


def range_to_bytes(range_: Range) -> bytes:
    """The hashes behind each other, left to right."""
    return b"".join(range_)


def range_from_bytes(data: bytes) -> Range:
    """The compact range again."""
    return tuple(data[at : at + 32] for at in range(0, len(data), 32))
