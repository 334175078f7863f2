"""The ref that keeps the last verified commit, and all below it, from `git gc`.

When main is moved back or elsewhere, nothing else may lead to that commit any more, and git would
throw it away in time; but it is what shows a rollback to be one. The ref is only for git: nothing
is read from it, and it is never pushed.
"""

from __future__ import annotations

import os
from contextlib import suppress

from store.errors import StoreError
from store.repo.run import git

__all__ = ["VERIFIED", "keep_verified"]

VERIFIED = "refs/dalil/verified"


def keep_verified(git_dir: str, tip: str) -> None:
    """Point the ref at a commit; on a disk that is read-only or full, leave it."""
    path = os.path.join(git_dir, VERIFIED)
    if _stands_at(path, tip):
        return
    with suppress(OSError, StoreError):
        if os.path.isdir(os.path.join(git_dir, "reftable")):
            git(git_dir, "update-ref", "--no-deref", "--end-of-options", VERIFIED, tip)
        else:
            _write(git_dir, path, tip)


def _stands_at(path: str, tip: str) -> bool:
    try:
        with open(path, encoding="ascii") as file:
            return file.read() == f"{tip}\n"
    except (OSError, UnicodeDecodeError):
        return False


def _write(git_dir: str, path: str, tip: str) -> None:
    """Put the new ref in place by one rename, without git's lock.

    Nobody else writes this ref, and who is killed must leave no lock that others wait for. The file
    is prepared outside of `refs/`, where git would take what a crash leaves for a broken ref.
    """
    os.makedirs(os.path.dirname(path), exist_ok=True)
    prepared = os.path.join(git_dir, "dalil", f"verified.{os.getpid()}.next")
    try:
        with open(prepared, "wb") as file:
            file.write(tip.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())  # git takes an empty ref for damage
        os.replace(prepared, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(prepared)
        raise
