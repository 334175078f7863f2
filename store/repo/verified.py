"""The ref that keeps the last verified commit, and all below it, from `git gc`.

When main is moved back or elsewhere, nothing else may lead to that commit any more, and git would
throw it away in time; but it is what shows a rollback to be one. The ref is only for git: nothing
is read from it, and it is never pushed.
"""

from __future__ import annotations

import os
from contextlib import suppress

from store.errors import StoreError
from store.repo.marks import set_mark

__all__ = ["VERIFIED", "keep_verified"]

VERIFIED = "refs/dalil/verified"


def keep_verified(git_dir: str, tip: str) -> None:
    """Point the ref at a commit; on a disk that is read-only or full, leave it."""
    if not _stands_at(os.path.join(git_dir, VERIFIED), tip):
        with suppress(StoreError):
            set_mark(git_dir, VERIFIED, tip)


def _stands_at(path: str, tip: str) -> bool:
    try:
        with open(path, encoding="ascii") as file:
            return file.read() == f"{tip}\n"
    except (OSError, UnicodeDecodeError):
        return False
