"""Refs of our own below refs/dalil/: what was verified, what was fetched, what was refused.

They are set by one rename, without git's lock: each has the last word of whoever comes last, and
who is killed leaves no lock that others wait for.
"""

from __future__ import annotations

import os
from contextlib import suppress

from store.atomic import temporary_name
from store.repo.run import git, unwritable

__all__ = ["EVIDENCE", "INCOMING", "marks_below", "remove_mark", "set_mark"]

INCOMING = "refs/dalil/incoming/"
"""The last verified tip of each remote."""
EVIDENCE = "refs/dalil/evidence/"
"""Tips that were refused, by the time and the first digits of their id."""


def set_mark(git_dir: str, ref: str, commit: str) -> None:
    """Let a ref of ours point to a commit, whatever it was before.

    Raises:
        Unwritable: the disk does not take it.
    """
    if os.path.isdir(os.path.join(git_dir, "reftable")):
        git(git_dir, "update-ref", "--no-deref", "--end-of-options", ref, commit)
        return
    try:
        _write(git_dir, os.path.join(git_dir, ref), commit)
    except OSError as error:
        raise unwritable(error) from error


def _write(git_dir: str, path: str, commit: str) -> None:
    """Prepare the file outside of `refs/`, where git would take what a crash leaves for a ref."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    prepared = temporary_name(os.path.join(git_dir, "dalil", "mark"))
    try:
        with open(prepared, "xb") as file:
            file.write(commit.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())  # git takes an empty ref for damage
        os.replace(prepared, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(prepared)
        raise


def remove_mark(git_dir: str, ref: str) -> None:
    """Take a ref of ours away; one that is not there is no fault.

    Raises:
        Unwritable: the disk does not take it.
    """
    git(git_dir, "update-ref", "--no-deref", "-d", "--end-of-options", ref)


def marks_below(git_dir: str, start: str) -> dict[str, str]:
    """Give the refs that begin with `start` (a name that ends in a slash) and their commits."""
    listed = git(git_dir, "for-each-ref", "--format=%(objectname) %(refname)", "--", start)
    pairs = (line.split(" ", 1) for line in listed.decode("utf-8", "replace").splitlines())
    return {ref: oid for oid, ref in pairs}
