"""Make one signed commit of a few changed files on top of a commit: objects first, then the ref."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from store.crypto.signer import Signer
from store.crypto.sshsig import sign
from store.repo import commit as commits
from store.repo.objects import ObjectReader, object_id
from store.repo.refs import move_main
from store.repo.trees import splice
from store.repo.write import write_blobs, write_objects

__all__ = ["Author", "make_commit"]


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
    contents = [content for _, content in changes if content is not None]
    blobs = iter(write_blobs(git_dir, contents))
    entries = [(path, None if content is None else next(blobs)) for path, content in changes]
    base = commits.parse(objects.read(parent)[1]).tree if parent else None
    tree, trees = splice(objects, base, entries)
    assert tree is not None  # noqa: S101 - policy.yaml is always there
    parents = (parent,) if parent else ()
    raw = commits.build(tree, parents, author.handle, author.time, message)
    signed = commits.insert_signature(raw, sign(raw, author.signer))
    oid = object_id("commit", signed)
    write_objects(git_dir, [*((o, "tree", t) for o, t in trees), (oid, "commit", signed)])
    move_main(git_dir, oid, parent, author.handle)
    return oid
