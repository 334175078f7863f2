"""Since when each member belongs: the version of the policy that took them in, from its history."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from store.repo.run import git

if TYPE_CHECKING:
    from store.reader import Reader

__all__ = ["Since", "since"]


class Since(NamedTuple):
    """The version of the policy that named somebody first; `at`, an ISO time in UTC, is a claim."""

    version: int
    at: str


def since(reader: Reader) -> dict[str, Since]:
    """Give for each handle, of those who left too, since when they were a member."""
    said = git(
        reader.git_dir,
        "log",
        "--no-color",
        "--no-show-signature",
        "--topo-order",
        "--reverse",
        "--format=%H %ct",
        "--end-of-options",
        reader.tip,
        "--",
        "policy.yaml",
    )
    found: dict[str, Since] = {}
    for line in said.decode("ascii").splitlines():
        commit, seconds = line.split()
        policy = reader.policy_at(commit)
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(seconds)))
        for handle in policy.members:
            found.setdefault(handle, Since(policy.version, at))
    return found
