"""Exactly what somebody's keys could open, for whom it may concern: from the history of the policy.

A person holds an epoch key of a compartment when its file stood in the repository at a commit at
which the policy listed an age key of theirs among the recipients, under whatever handle; and with
it all the epochs before. A version of a case is exposed when it was encrypted to an epoch that they
hold. No decryption key is needed to say so. What left a compartment stays readable to those who had
it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from store.errors import NotFound
from store.repo.log import log
from store.repo.trees import find, parse_tree
from store.trust.paths import parse_path
from store.trust.policy import Policy

if TYPE_CHECKING:
    from store.reader import Reader

__all__ = ["Exposure", "Version", "exposure", "openers"]


class Version(NamedTuple):
    """One version of one part of a case: its path, the commit that brought it, and its epoch.

    `at` is an ISO time in UTC, and a claim.
    """

    path: str
    case_id: str
    compartment: str
    commit: str
    at: str
    epoch: int


class Exposure(NamedTuple):
    """What one member could open.

    `held` is the last epoch whose key they had, by compartment; `versions` are all that they could
    open, the oldest first. `open` names the compartments whose present epoch they hold: for them
    it goes on. `closed` gives, for the others, the commit from which on new versions were closed
    to them. `is_member` says whether the policy still names them.
    """

    handle: str
    is_member: bool
    held: dict[str, int]
    versions: tuple[Version, ...]
    open: tuple[str, ...]
    closed: dict[str, str]

    @property
    def cases(self) -> list[str]:
        """The ids of the cases of which they could open a version, the first one first."""
        return list(dict.fromkeys(version.case_id for version in self.versions))


def exposure(reader: Reader, handle: str, key: str | None = None) -> Exposure:
    """Find what this member's keys could open, of all that the verified history holds.

    With `key`, one of their age recipients, only what that one opens: when a laptop is lost, what
    its owner reads with new keys is another matter.

    Raises:
        NotFound: there never was such a member, or they never had that key.
    """
    past = _read_past(reader)
    of_theirs = [policy.members.get(handle) for policy in past.policies.values()]
    if not any(of_theirs):
        raise NotFound("there never was a member {handle}", handle=handle)
    if key is not None and not any(one and key in one.age for one in of_theirs):
        raise NotFound(
            "{handle} never had the key {key}",
            hint="name a whole age recipient, such as the history of members shows",
            handle=handle,
            key=key[:80],
        )
    keys = {key} if key is not None else {k for one in of_theirs if one for k in one.age}
    held = _held(reader, past, keys)
    versions = tuple(v for v, _ in _versions(past) if v.epoch <= held.get(v.compartment, 0))
    now = reader.policy
    still = tuple(name for name in sorted(held) if now.compartments[name].epoch <= held[name])
    closed: dict[str, str] = {}
    for commit, policy in past.policies.items():
        for name, compartment in policy.compartments.items():
            if name not in still and compartment.epoch > held.get(name, compartment.epoch):
                closed.setdefault(name, commit)
    member = now.members.get(handle)
    is_member = member is not None and member.left is None
    return Exposure(handle, is_member, held, versions, still, closed)


def openers(reader: Reader, files: Mapping[str, str]) -> dict[str, tuple[int, list[str]]]:
    """Give the epoch of each of these parts (path and blob), and all whose keys open it.

    These are handles, of those too who are no members any more; a merge may have brought in what
    was encrypted before somebody left.
    """
    past = _read_past(reader)
    keys: dict[str, set[str]] = {}
    for policy in past.policies.values():
        for handle, member in policy.members.items():
            keys.setdefault(handle, set()).update(member.age)
    held = {handle: _held(reader, past, theirs) for handle, theirs in keys.items()}
    return {
        v.path: (v.epoch, sorted(h for h in held if v.epoch <= held[h].get(v.compartment, 0)))
        for v, blob in _versions(past)
        if files.get(v.path) == blob
    }


class _Commit(NamedTuple):
    """One commit of the history: its time, the commit whose policy it has, its cases."""

    oid: str
    at: str
    ruled_by: str
    cases: list[tuple[str, str]]


class _Past(NamedTuple):
    """The verified history, oldest first, and the policy at each commit that changed it or a key.

    `cases` of a commit are the paths and blobs that it has, and its first parent has not.
    """

    commits: list[_Commit]
    policies: dict[str, Policy]


def _held(reader: Reader, past: _Past, keys: set[str]) -> dict[str, int]:
    """Give the last epoch of each compartment that was encrypted to one of these keys."""
    held: dict[str, int] = {}
    for commit, policy in past.policies.items():
        for name in policy.compartments:
            if keys.isdisjoint(policy.recipients(name)):
                continue
            folder = find(reader.objects, reader.tree(commit), f"keys/{name}")
            files = parse_tree(reader.objects.read(folder)[1]) if folder else {}
            epochs = (int(file[:-4]) for file in files)
            held[name] = max(held.get(name, 0), *epochs, 0)
    return {name: epoch for name, epoch in held.items() if epoch}


def _versions(past: _Past) -> Iterator[tuple[Version, str]]:
    """Give each version of each part of a case and its blob; a merge shows again what came in."""
    seen: set[tuple[str, str]] = set()
    for commit in past.commits:
        compartments = past.policies[commit.ruled_by].compartments
        for path, blob in commit.cases:
            place = parse_path(path)
            if place is None or (path, blob) in seen or place.compartment not in compartments:
                continue
            seen.add((path, blob))
            epoch = compartments[place.compartment].epoch
            version = Version(path, place.id, place.compartment, commit.oid, commit.at, epoch)
            yield version, blob


def _read_past(reader: Reader) -> _Past:
    past = _Past([], {})
    ruled_by: dict[str, str] = {}
    for oid, parent, seconds, changed in _log(reader):
        has_own = not parent or any(
            path.startswith(("policy.yaml", "keys/")) for path, _ in changed
        )
        ruled_by[oid] = oid if has_own else ruled_by[parent]
        if has_own:
            past.policies[oid] = reader.policy_at(oid)
        cases = [(path, blob) for path, blob in changed if path.startswith("cases/") and blob]
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
        past.commits.append(_Commit(oid, at, ruled_by[oid], cases))
    return past


def _log(reader: Reader) -> Iterator[tuple[str, str, int, list[tuple[str, str]]]]:
    """Go through the verified history, parents first: id, first parent, time, paths and blobs.

    A path that was taken away has an empty blob.
    """
    for head, changed in log(reader.git_dir, reader.tip, "--reverse", form="%H %ct %P"):
        oid, seconds, *parents = head.split()
        yield oid, parents[0] if parents else "", int(seconds), changed
