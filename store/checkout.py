"""Verify what a build machine has checked out: for hosts whose remote runs no hook of ours.

Nothing is written, nothing is remembered: the root commit comes from the settings of the host.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from store.errors import BadFormat, NotFound, Refused
from store.repo.create import git_dir_of
from store.repo.objects import ObjectReader
from store.trust.kinship import check_id, check_root
from store.trust.report import Report
from store.trust.verify import verify

__all__ = ["verify_checkout"]


def verify_checkout(
    folder: str, root: str, progress: Callable[[int, int], None] | None = None
) -> Report:
    """Verify the history of HEAD, which need not be on a branch, from a root commit.

    Raises:
        BadFormat: there is no repository, or `root` is no root commit.
        Refused: only a piece of the history was checked out.
        NotFound: there is nothing at HEAD.
    """
    check_id(root)
    git_dir = git_dir_of(folder)
    if os.path.exists(os.path.join(git_dir, "shallow")):
        raise Refused(
            "only a piece of the history was checked out here",
            hint="let the build fetch all of it (fetch-depth: 0, GIT_DEPTH: 0)",
        )
    with ObjectReader(git_dir) as objects:
        tip = _head(objects)
        return verify(objects, check_root(objects, root), tip, progress=progress)


def _head(objects: ObjectReader) -> str:
    try:
        tip = objects.resolve("HEAD")
    except BadFormat:
        tip = None  # it names a branch that has no commit
    if tip is None:
        raise NotFound("there is no commit at HEAD", hint="let the build check out main")
    return tip
