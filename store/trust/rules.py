"""The rules of an authentic history, each a pure function over one commit and its parents.

Numbers are those of section 4 of the design. "Authorities" are the policies that decide whether a
commit was allowed: those of all its parents (else a merge would let in what one side forbids), and
that of the mainline parent at which it came in (else somebody who was removed could still add to
an old commit from when he was a member). The root commit answers to its own policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from store.crypto.sshkey import fingerprint
from store.trust.changes import Change, Changes
from store.trust.commits import Commit
from store.trust.policy import Policy
from store.trust.report import Finding, Note, Severity

__all__ = ["Known", "Step", "judge"]

_HOURS_BACK = 48
_SHOWN_LIMIT = 20
_ADVICE = "do not rely on this commit or what follows it; tell the other members, keep this clone"
_SECOND_ROOT = Note("has no parent, and is not the pinned root: another history was merged in")
_MESSAGE = re.compile(
    rb"(?:(?:new|edit|remove|restore|move|seal|unseal) case|merge|policy|keys|model|readme|journal"
    rb"|evidence|timestamp|new repository|(?:import|edit|remove|re-encrypt) [0-9]{1,7} cases?)\n?"
)


class Known(NamedTuple):
    """What the commits above need to know of a commit.

    `policy` is the one in force there: its own, or, when that cannot be read, its first parent's.
    `policy_blob` is the raw id of its `policy.yaml`, `tree` that of its tree.
    """

    oid: str
    tree: bytes | None
    time: int
    policy: Policy | None
    policy_blob: bytes | None


class Step(NamedTuple):
    """One commit with all that the rules look at.

    `commit` or `key` is a note when the commit is malformed or its signature bad; `own` is its
    own policy, or a note on why it cannot be read. `gates` are what it had to pass besides its
    parents: the mainline parent at which it came in, and the last verified commit when the
    mainline does not pass through that. Only the root has neither parents nor gates.
    """

    oid: str
    commit: Commit | Note
    key: str | Note
    own: Policy | Note
    policy_blob: bytes | None
    parents: tuple[Known, ...]
    gates: tuple[Known, ...]
    changes: Changes


def judge(step: Step) -> tuple[str | None, list[Finding]]:
    """Hold one commit against all rules; give its signer's handle, if listed, and the findings."""
    findings = list(_form(step)) if step.changes.notes or step.changes.lost else []
    if isinstance(step.commit, Note):
        return None, [_finding(step, 1, step.commit), *findings]
    if isinstance(step.key, Note):
        return None, [_finding(step, 1, step.key), *findings]
    authorities = _authorities(step)
    handle, refusals = _signer(step, step.key, authorities)
    findings += refusals
    if not step.parents and step.gates:
        findings.append(_finding(step, 2, _SECOND_ROOT))
    if handle is not None and not refusals:
        if not _keeps_policy(step):
            findings += _policy_change(step, step.key, authorities)
        findings += _places(step, step.key, authorities)
    if handle is not None:
        findings += _person(step, step.commit, handle)
    findings += _date_and_message(step, step.commit)
    return handle, findings


def _authorities(step: Step) -> list[Known]:
    if not step.parents and not step.gates:
        own = step.own if isinstance(step.own, Policy) else None
        return [Known(step.oid, None, 0, own, step.policy_blob)]
    if step.gates == step.parents:
        return list(step.parents)
    names = {known.oid for known in step.parents}
    return [*step.parents, *(gate for gate in step.gates if gate.oid not in names)]


def _signer(step: Step, key: str, authorities: list[Known]) -> tuple[str | None, list[Finding]]:
    """Rule 2: find the signer in each authority."""
    handles = [known.policy and known.policy.signer(key) for known in authorities]
    handle = next((name for name in handles if name), None)
    if handle is None:
        unknown = Note(
            "signed with a key that is no member's: {key}", _ADVICE, {"key": fingerprint(key)}
        )
        return None, [_finding(step, 2, unknown)]
    refusals = []
    parents = {known.oid for known in step.parents}
    for known, name in zip(authorities, handles, strict=True):
        if name is None:
            message = (
                "signed by {handle}, who is no member at its parent {parent}"
                if known.oid in parents
                else "signed by {handle}, who was no member any more at {parent}, where it came in"
            )
            values = {"handle": handle, "parent": known.oid[:12]}
            refusals.append(_finding(step, 2, Note(message, "", values)))
    return handle, refusals


def _keeps_policy(step: Step) -> bool:
    """Say whether this commit has the policy of its only parent, which can be read."""
    if len(step.parents) != 1:
        return False
    parent = step.parents[0]
    return step.policy_blob == parent.policy_blob and step.own is parent.policy


def _policy_change(step: Step, key: str, authorities: list[Known]) -> Iterator[Finding]:
    """Rule 3: a new policy is an admin's, one version on; an old one does not come back."""
    old = [known.policy.version for known in step.parents if known.policy]
    is_new = step.policy_blob not in [known.policy_blob for known in step.parents]
    if isinstance(step.own, Note):
        if is_new:
            yield _finding(step, 3, step.own)
        return
    if not is_new:
        if step.own.version < max(old, default=0):
            values = {"version": step.own.version, "newer": max(old)}
            back = "the policy goes back to version {version}, though a parent has {newer}"
            yield _finding(step, 3, Note(back, "", values))
        return
    for known in authorities:
        handle = known.policy and known.policy.signer(key)
        if known.policy and handle and not known.policy.is_admin(handle):
            only = "{handle} changed the policy, but is no admin at {parent}"
            yield _finding(step, 3, Note(only, "", {"handle": handle, "parent": known.oid[:12]}))
    expected = max(old, default=0) + 1
    if old and step.own.version != expected:
        values = {"version": step.own.version, "expected": expected}
        wrong = "the policy was changed to version {version} instead of {expected}"
        yield _finding(step, 3, Note(wrong, "", values))


def _places(step: Step, key: str, authorities: list[Known]) -> Iterator[Finding]:
    """Rule 4: each changed path is one that the signer may write."""
    shown = 0
    for change in step.changes.files:
        if change.is_carried or change.place.kind == "policy":
            continue  # a policy is judged by rule 3
        note = _refusal(step, change, key, authorities)
        if note is not None and shown < _SHOWN_LIMIT:
            shown += 1
            yield _finding(step, 4, note)


def _refusal(step: Step, change: Change, key: str, authorities: list[Known]) -> Note | None:
    place = change.place
    for known in authorities:
        handle = known.policy and known.policy.signer(key)
        if not known.policy or not handle:
            continue
        member = known.policy.members[handle]
        if not member.may_write(place):
            values = {"handle": handle, "role": member.role, "path": change.path}
            return Note("{handle} ({role}) may not write {path}", "", values)
        if place.compartment and place.compartment not in known.policy.compartments:
            own = step.own.compartments if isinstance(step.own, Policy) else {}
            if place.compartment not in own:
                return Note("{path} lies in no compartment", "", {"path": change.path})
    return None


def _form(step: Step) -> Iterator[Finding]:
    """Rule 4: what the tree holds, whoever signed it."""
    for note in step.changes.notes:
        yield _finding(step, 4, note)
    for path in step.changes.lost:
        note = Note("{path} was changed or taken away; it may only be added once", "")
        yield _finding(step, 4, note._replace(values={"path": ascii(path)[1:-1][:120]}))


def _person(step: Step, commit: Commit, handle: str) -> Iterator[Finding]:
    """Rule 5: the commit names the one who signed it."""
    expected = (handle.encode(), f"{handle}@dalil.invalid".encode())
    if commit.author[:2] != expected or commit.committer[:2] != expected:
        other = Note(
            "signed by {handle}, but it names another author or address",
            "the signature counts; ask {handle} which program made it",
            {"handle": handle},
        )
        yield _finding(step, 5, other, "notice")


def _date_and_message(step: Step, commit: Commit) -> Iterator[Finding]:
    """Rule 5: dates run forward, and messages say nothing of a case."""
    before = max((known.time for known in step.parents), default=0)
    if commit.committer[2] < before - _HOURS_BACK * 3600:
        back = Note(
            "dated {hours} hours before its parent",
            "a date is only a claim: ask whether that machine's clock was wrong",
            {"hours": (before - commit.committer[2]) // 3600},
        )
        yield _finding(step, 5, back, "notice")
    if not _is_fixed_form(commit.message):
        free = Note(
            "the message is none of the fixed forms",
            "look at it with git log: nothing about a case may stand there",
        )
        yield _finding(step, 5, free, "notice")


@lru_cache(maxsize=256)
def _is_fixed_form(message: bytes) -> bool:
    return _MESSAGE.fullmatch(message) is not None


def _finding(step: Step, rule: int, note: Note, severity: Severity = "failure") -> Finding:
    return Finding(
        step.oid, rule, severity, note.message, dict(note.values), note.advice or _ADVICE
    )
