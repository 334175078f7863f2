"""Refs of our own below refs/dalil/: what was fetched, and what was refused and kept."""

from __future__ import annotations

from store.repo.run import git

__all__ = ["EVIDENCE", "INCOMING", "marks_below", "set_mark"]

INCOMING = "refs/dalil/incoming/"
"""The last verified tip of each remote."""
EVIDENCE = "refs/dalil/evidence/"
"""Tips that were refused, by the time and the first digits of their id."""


def set_mark(git_dir: str, ref: str, commit: str) -> None:
    """Let a ref of ours point to a commit, whatever it was before.

    Raises:
        Unwritable: the disk does not take it.
    """
    git(git_dir, "update-ref", "--no-deref", "--end-of-options", ref, commit)


def marks_below(git_dir: str, start: str) -> dict[str, str]:
    """Give the refs that begin with `start` (a name that ends in a slash) and their commits."""
    listed = git(git_dir, "for-each-ref", "--format=%(objectname) %(refname)", "--", start)
    pairs = (line.split(" ", 1) for line in listed.decode("utf-8", "replace").splitlines())
    return {ref: oid for oid, ref in pairs}
