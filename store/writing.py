"""Make one signed commit of a few changed files on top of a commit: objects first, then the ref."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from store.crypto.signer import Signer
from store.crypto.sshsig import sign
from store.repo import commit as commits
from store.repo.objects import ObjectReader, object_id
from store.repo.pack import write_pack
from store.repo.refs import move_main
from store.repo.trees import splice
from store.repo.write import FEW, write_objects

__all__ = ["Author", "build_commit", "make_commit"]


class Author(NamedTuple):
    """Who signs, by which handle, and at what time (seconds since 1970)."""

    handle: str
    signer: Signer
    time: int


def make_commit(
    git_dir: str,
    objects: ObjectReader,
    parent: str | None,
    changes: Sequence[tuple[str, bytes | None]],
    message: str,
    author: Author,
) -> str:
    """Write changed files (None takes one away) as a signed commit and move main to it.

    Everything is on disk before the ref moves, so a crash leaves the old state or the new one.

    Raises:
        Moved: main is no longer at `parent`.
        Unwritable: the disk does not take it; nothing has changed.
    """
    blobs = [(object_id("blob", c), "blob", c) for _, c in changes if c is not None]
    ids = iter(oid for oid, _, _ in blobs)
    entries = [(path, None if content is None else next(ids)) for path, content in changes]
    above = build_commit(objects, (parent,) if parent else (), entries, message, author)
    if len(blobs) > FEW:
        write_pack(git_dir, [content for _, _, content in blobs])
        blobs = []
    write_objects(git_dir, [*blobs, *above])
    oid = above[-1][0]
    move_main(git_dir, oid, parent, author.handle)
    return oid


def build_commit(
    objects: ObjectReader,
    parents: tuple[str, ...],
    entries: Sequence[tuple[str, str | None]],
    message: str,
    author: Author,
) -> list[tuple[str, str, bytes]]:
    """Build a signed commit of files given as path and blob id (None takes one away).

    The files are put onto those of the first parent. Gives what has to be written besides the
    blobs, as (id, kind, content): trees, the commit last.
    """
    base = commits.parse(objects.read(parents[0])[1]).tree if parents else None
    tree, trees = splice(objects, base, entries)
    assert tree is not None  # noqa: S101 - policy.yaml is always there
    raw = commits.build(tree, parents, author.handle, author.time, message)
    signed = commits.insert_signature(raw, sign(raw, author.signer))
    oid = object_id("commit", signed)
    return [*((one, "tree", content) for one, content in trees), (oid, "commit", signed)]
