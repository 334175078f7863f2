"""Since when each member belongs, and what keys leavers had: from the history of the policy."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from store.repo.log import log

if TYPE_CHECKING:
    from store.reader import Reader
    from store.trust.policy import Policy

__all__ = ["Since", "leavers_keys", "since"]


class Since(NamedTuple):
    """The version of the policy that named somebody first; `at`, an ISO time in UTC, is a claim."""

    version: int
    at: str


def since(reader: Reader) -> dict[str, Since]:
    """Give for each handle, of those who left too, since when they were a member."""
    found: dict[str, Since] = {}
    for policy, seconds in _policies(reader):
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
        for handle in policy.members:
            found.setdefault(handle, Since(policy.version, at))
    return found


def leavers_keys(reader: Reader) -> dict[str, str]:
    """Give the keys, to sign and to read, that those who have left had, with their handles."""
    members = reader.policy.members
    leavers = {handle for handle, member in members.items() if member.left is not None}
    return {
        key: handle
        for policy, _ in (_policies(reader) if leavers else ())
        for handle in leavers & policy.members.keys()
        for key in (*policy.members[handle].sign, *policy.members[handle].age)
    }


def _policies(reader: Reader) -> Iterator[tuple[Policy, int]]:
    """Go through the versions of the policy, each with the time of its commit in seconds."""
    paths = ("policy.yaml",)
    for head, _ in log(reader.git_dir, reader.tip, "--reverse", form="%H %ct", paths=paths):
        commit, seconds = head.split()
        yield reader.policy_at(commit), int(seconds)
