"""How two commits of a history stand to each other, by the parents that raw commits name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from store.errors import BadFormat
from store.trust.commits import outline

__all__ = ["Commits", "check_id", "check_root", "descends", "first_commit"]

_OID = re.compile(r"[0-9a-f]{40}")


class Commits(Protocol):
    """Raw commits, each proven by its id; `reachable` reads ahead, and is not believed."""

    def read_many(self, oids: Sequence[str]) -> list[tuple[str, bytes]]:
        """Give kind and content of each object, in order."""

    def reachable(self, tip: str, without: Sequence[str]) -> Sequence[str]:
        """Give what git takes for the ancestors of `tip` but not of those in `without`."""


def descends(
    commits: Commits, tip: str, from_: str, poll: Callable[[], None] = lambda: None
) -> bool:
    """Say whether a commit is `from_` or has it among its ancestors.

    Raises:
        BadFormat: a commit on the way is missing or damaged.
    """
    if tip == from_:
        return True
    commits.reachable(tip, [from_])
    seen, level = {tip}, [tip]
    while level:
        poll()
        above = [p for _, raw in commits.read_many(level) for p in outline(raw)[1]]
        if from_ in above:
            return True
        level = [oid for oid in dict.fromkeys(above) if oid not in seen]
        seen.update(level)
    return False


def first_commit(commits: Commits, tip: str) -> str:
    """Follow first parents down to where the mainline begins; errors as for `descends`."""
    commits.reachable(tip, ())
    here = tip
    while parents := outline(commits.read_many([here])[0][1])[1]:
        here = parents[0]
    return here


def check_id(text: str) -> str:
    """Make sure that what a person named as root commit can be one.

    Raises:
        BadFormat: it cannot.
    """
    if not _OID.fullmatch(text):
        raise BadFormat(
            "{root} is no commit id",
            hint="the root commit is named by all of its 40 hex digits",
            root=ascii(text)[1:-1][:80],
        )
    return text


def check_root(commits: Commits, root: str) -> str:
    """Make sure that no part of a history is left out: it begins where nothing stands before.

    Raises:
        BadFormat: the commit has a parent. One that is missing is left to the verification.
    """
    try:
        parents = outline(commits.read_many([root])[0][1])[1]
    except BadFormat:
        return root
    if parents:
        raise BadFormat("{root} is not where this history begins: it has a parent", root=root)
    return root
