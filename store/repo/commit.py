"""Commit objects: taken apart strictly, and built and signed in process."""

from __future__ import annotations

import re
from typing import NamedTuple

from store.errors import BadFormat

__all__ = ["Commit", "build", "insert_signature", "parse", "tree_of"]

# Compiled when first used: `dalil show` takes no commit apart.
_PERSON = r"(?P<name>[^<>\n]*) <(?P<mail>[^<>\n]*)> (?P<time>\d{1,12}) (?P<zone>[-+]\d{4})"
_OID = r"[0-9a-f]{40}"
_HEX = frozenset(b"0123456789abcdef")
_TREE = slice(len("tree "), len("tree ") + 40)


class Commit(NamedTuple):
    """What a commit says of itself; names and times are claims, the signature decides.

    `time` is the committer's, in seconds since 1970.
    """

    tree: str
    parents: tuple[str, ...]
    author: str
    committer: str
    time: int
    message: str


def parse(raw: bytes) -> Commit:
    """Take a commit apart, for showing it; verification reads the raw bytes itself.

    Raises:
        BadFormat: it is no commit.
    """
    head, _, message = raw.partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    values: dict[str, list[str]] = {}
    for line in lines:
        key, _, value = line.partition(" ")
        if key:  # lines that begin with a space continue a signature
            values.setdefault(key, []).append(value)
    author = re.fullmatch(_PERSON, values.get("author", [""])[0])
    committer = re.fullmatch(_PERSON, values.get("committer", [""])[0])
    trees, parents = values.get("tree", []), values.get("parent", [])
    is_sound = len(trees) == 1 and all(re.fullmatch(_OID, oid) for oid in trees + parents)
    if author is None or committer is None or not is_sound:
        raise BadFormat("a commit of this repository is damaged")
    return Commit(
        tree=trees[0],
        parents=tuple(parents),
        author=author["name"],
        committer=committer["name"],
        time=int(committer["time"]),
        message=message.decode("utf-8", "replace").strip(),
    )


def tree_of(raw: bytes) -> str:
    """Give the tree of a commit that was verified; it is what a commit begins with.

    Raises:
        BadFormat: it is no commit.
    """
    tree = raw[_TREE]
    rest = raw[_TREE.stop :]
    if not raw.startswith(b"tree ") or not rest.startswith(b"\n") or not _HEX.issuperset(tree):
        raise BadFormat("a commit of this repository is damaged")
    return tree.decode()


def build(tree: str, parents: tuple[str, ...], handle: str, time: int, message: str) -> bytes:
    """Build an unsigned commit: author and committer are one member, in UTC."""
    person = f"{handle} <{handle}@dalil.invalid> {time} +0000"
    lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
    lines += [f"author {person}", f"committer {person}", "", message, ""]
    return "\n".join(lines).encode()


def insert_signature(raw: bytes, armoured: bytes) -> bytes:
    """Put an SSH signature over `raw` into it, as the `gpgsig` header git knows."""
    head, _, message = raw.partition(b"\n\n")
    header = b"gpgsig " + armoured.rstrip(b"\n").replace(b"\n", b"\n ")
    return b"%b\n%b\n\n%b" % (head, header, message)
