"""Since when each member belongs: the version of the policy that took them in, from its history."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from store.repo.log import log

if TYPE_CHECKING:
    from store.reader import Reader

__all__ = ["Since", "since"]


class Since(NamedTuple):
    """The version of the policy that named somebody first; `at`, an ISO time in UTC, is a claim."""

    version: int
    at: str


def since(reader: Reader) -> dict[str, Since]:
    """Give for each handle, of those who left too, since when they were a member."""
    found: dict[str, Since] = {}
    paths = ("policy.yaml",)
    for head, _ in log(reader.git_dir, reader.tip, "--reverse", form="%H %ct", paths=paths):
        commit, seconds = head.split()
        policy = reader.policy_at(commit)
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(seconds)))
        for handle in policy.members:
            found.setdefault(handle, Since(policy.version, at))
    return found
