"""The tree against RFC 6962: known values, and the recursion of section 2.1 word by word."""

from hashlib import sha256

import pytest

from admission.log import tree

# Leaves and roots of the reference implementation of Certificate Transparency (RFC 6962's own example tree).
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def by_the_rfc(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1: split at the largest power of two smaller than n."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    at = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + by_the_rfc(leaves[:at]) + by_the_rfc(leaves[at:])).digest()


def test_the_empty_tree_is_the_hash_of_nothing():
    assert tree.root(()).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree.root_of([]) == tree.EMPTY_ROOT


def test_a_leaf_begins_with_nought_and_a_node_with_one():
    assert tree.leaf_hash(b"").hex() == ROOTS[0]
    assert tree.leaf_hash(b"ab") == sha256(b"\x00ab").digest()
    assert tree.node_hash(b"a" * 32, b"b" * 32) == sha256(b"\x01" + b"a" * 32 + b"b" * 32).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_known_trees_have_their_known_roots(size):
    assert tree.root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_every_tree_up_to_300_leaves_has_the_root_that_the_rfc_recursion_gives():
    leaves = [number.to_bytes(2, "big") * (number % 5) for number in range(300)]
    range_: tree.Range = ()
    for size in range(1, 301):
        range_, length = tree.extend(range_, size - 1, [tree.leaf_hash(leaves[size - 1])])
        assert length == size
        assert len(range_) == size.bit_count()
        assert tree.root(range_) == by_the_rfc(leaves[:size])


@pytest.mark.parametrize("first", [0, 1, 2, 3, 7, 8, 100, 255, 256, 299])
def test_a_range_goes_on_from_wherever_it_stood(first):
    hashes = [tree.leaf_hash(bytes([number % 256, number // 256])) for number in range(300)]
    kept, size = tree.extend((), 0, hashes[:first])
    again = tree.range_from_bytes(tree.range_to_bytes(kept))
    assert again == kept
    assert tree.extend(again, size, hashes[first:]) == tree.extend((), 0, hashes)


def test_a_range_that_does_not_belong_to_the_size_is_refused():
    range_, _size = tree.extend((), 0, [tree.leaf_hash(b"a"), tree.leaf_hash(b"b")])
    with pytest.raises(ValueError, match="a tree of 3 leaves has 2 perfect subtrees, not 1"):
        tree.extend(range_, 3, [tree.leaf_hash(b"c")])
