"""The history as an audit log: which commits there are, who signed them, when and why.

Times and authors stand in the commits, reasons and values encrypted in the parts. Who *signed* is
found by checking each signature again, not by what a commit says of itself. What one commit did
to the cases is told by `store/revision.py`.
"""

from __future__ import annotations

import time
from typing import NamedTuple

from store.errors import BadFormat, NotFound, StoreError
from store.reader import Reader
from store.repo import commit as commits
from store.repo.log import log
from store.repo.objects import MAIN
from store.repo.run import git
from store.revision import CaseChange, CaseNote, case_changes, case_notes, changes, policy_change

__all__ = [
    "CaseChange",
    "CaseNote",
    "Entry",
    "Version",
    "case_changes",
    "case_entries",
    "case_history",
    "case_notes",
    "changes",
    "place_of",
    "policy_change",
    "repository_history",
    "signer_of",
]


class Entry(NamedTuple):
    """One commit of the repository.

    `at` is an ISO time in UTC, and a claim; `author` is a claim too; both are empty in a commit
    that is damaged. `signer` is the member whose key signed, or None. `signature` is `verified` (it
    fits, by a member, in the verified history), `unverified` (after the verified part) or `bad`.
    `paths` are the files that it changed; in the history of one case, only those of the case.
    """

    commit: str
    at: str
    author: str
    signer: str | None
    signature: str
    message: str
    paths: tuple[str, ...]


class Version(NamedTuple):
    """One version of one case: its commit as in `Entry`, and the reason given in it."""

    commit: str
    at: str
    by: str
    signer: str | None
    signature: str
    why: str
    message: str


def repository_history(reader: Reader, *, start: int = 0, count: int | None = None) -> list[Entry]:
    """List commits, newest first: `count` of them after the first `start`.

    Commits that came after the last verified one are listed too, and say so.
    """
    limits = [f"--skip={start}", *([f"--max-count={count}"] if count is not None else [])]
    return _list(reader, limits)


def case_entries(reader: Reader, case_id: str) -> list[Entry]:
    """List the commits that changed a case, newest first, those not verified included.

    Raises:
        NotFound: there never was such a case.
    """
    found = _list(reader, [], f":(top,glob)cases/*/{case_id[:2]}/{case_id}.age")
    if not found:
        raise NotFound("there is no case {case}", hint="`dalil list` shows them all", case=case_id)
    return found


def case_history(reader: Reader, case_id: str) -> list[Version]:
    """List the versions of a case with their reasons, newest first; errors as `case_entries`."""
    return [
        Version(e.commit, e.at, e.author, e.signer, e.signature, note.why, e.message)
        for e in case_entries(reader, case_id)
        for note in case_notes(reader, e.commit, e.paths, limit=1)
    ]


def place_of(reader: Reader, commit: str) -> int | None:
    """Count the commits that `repository_history` lists before this one; None: it is not there."""
    said = git(reader.git_dir, "rev-list", "--topo-order", "--end-of-options", _newest(reader))
    listed = said.decode().split()
    return listed.index(commit) if commit in listed else None


def _list(reader: Reader, limits: list[str], *paths: str) -> list[Entry]:
    tip = _newest(reader)
    listed = log(reader.git_dir, tip, *limits, paths=paths)
    beyond = _commits_beyond(reader, tip)
    return [
        _describe(
            reader, commit, tuple(path for path, _ in changed), is_verified=commit not in beyond
        )
        for commit, changed in listed
    ]


def _newest(reader: Reader) -> str:
    return reader.objects.resolve(MAIN) or reader.tip


def _commits_beyond(reader: Reader, tip: str) -> set[str]:
    if tip == reader.tip:
        return set()
    said = git(reader.git_dir, "rev-list", "--end-of-options", tip, f"^{reader.tip}")
    return set(said.decode().split())


def _describe(reader: Reader, commit: str, paths: tuple[str, ...], *, is_verified: bool) -> Entry:
    try:
        raw = reader.objects.read(commit)[1]
        parsed = commits.parse(raw)
        signer = signer_of(reader, raw, parsed.parents[0] if parsed.parents else commit)
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(parsed.time))
    except BadFormat:
        return Entry(commit, "", "", None, "bad", "", paths)
    signature = "bad" if signer is None else "verified" if is_verified else "unverified"
    return Entry(commit, at, parsed.author, signer, signature, parsed.message, paths)


def signer_of(reader: Reader, raw: bytes, policy_commit: str) -> str | None:
    """Check a signature and name the member, by the policy the commit was made under; or None."""
    from store.crypto.sshsig import verify
    from store.trust.commits import Commit, parse

    parsed = parse(raw)
    if not isinstance(parsed, Commit):
        return None
    try:
        return reader.policy_at(policy_commit).signer(verify(parsed.signature, parsed.payload))
    except StoreError:
        return None
