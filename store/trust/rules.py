"""The rules of an authentic history, each a pure function over one commit and its parents.

Numbers are those of section 4 of the design. "Authorities" are the policies that decide whether a
commit was allowed: those of all its parents (else a merge would let in what one side forbids), and
that of the mainline parent at which it came in, as far as the mainline took a right away since the
two parted (else somebody who was removed could still add to an old commit from when he was a
member). The root commit answers to its own policy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from store.crypto.sshkey import fingerprint
from store.trust.changes import Change
from store.trust.commits import Commit
from store.trust.paths import RepoPath
from store.trust.policy import Policy
from store.trust.policy_rules import judge_policy, keeps_policy
from store.trust.report import Finding, Note
from store.trust.step import ADVICE, Known, Step, finding

__all__ = ["Known", "Step", "judge"]

_HOURS_BACK = 48
_SHOWN_LIMIT = 20
_SECOND_ROOT = Note("has no parent, and is not the pinned root: another history was merged in")
_FREE_MESSAGE = Note(
    "the message is none of the fixed forms",
    "look at it with git log: nothing about a case may stand there",
)
_PARENTS_LIMIT = 2
_OCTOPUS = "has {count} parents: Dalil joins two lines at a time"
_MESSAGE = re.compile(
    rb"(?:(?:new|edit|remove|restore|move|seal|unseal|resolve) case|merge|policy|keys|model|readme"
    rb"|journal|evidence|timestamp|new repository"
    rb"|(?:import|edit|remove|re-encrypt) [0-9]{1,7} cases?)\n?"
)


def judge(step: Step) -> tuple[str | None, list[Finding]]:
    """Hold one commit against all rules; give its signer's handle, if listed, and the findings."""
    changes = step.changes
    findings = list(_form(step)) if changes.notes or changes.lost or changes.hints else []
    if isinstance(step.commit, Note):
        return None, [finding(step, 1, step.commit), *findings]
    if isinstance(step.key, Note):
        return None, [finding(step, 1, step.key), *findings]
    authorities = _authorities(step)
    handle, refusals = _signer(step, step.key, authorities)
    findings += refusals
    if not step.parents and step.gates:
        findings.append(finding(step, 2, _SECOND_ROOT))
    if handle is not None and not refusals:
        if changes.words or not keeps_policy(step):
            findings += judge_policy(step, step.key, authorities)
        findings += _places(step, step.key, authorities)
    if handle is not None and not _names_signer(step.commit, handle):
        findings.append(_other_person(step, handle))
    if len(step.parents) > _PARENTS_LIMIT:
        findings.append(finding(step, 1, Note(_OCTOPUS, "", {"count": len(step.parents)})))
    if step.parents:
        findings += _date(step, step.commit)
    if not _is_fixed_form(step.commit.message):
        findings.append(finding(step, 5, _FREE_MESSAGE, "notice"))
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
    handles = [known.policy.signer(key) if known.policy else None for known in authorities]
    if None not in handles:
        return handles[0], []
    handle = next((name for name in handles if name), None)
    if handle is None:
        is_revoked = any(known.policy and known.policy.revoked_after(key) for known in authorities)
        message = (
            "signed with a key that was revoked: {key}"
            if is_revoked
            else "signed with a key that is no member's: {key}"
        )
        unknown = Note(message, ADVICE, {"key": fingerprint(key)})
        return None, [finding(step, 2, unknown)]
    refusals = []
    parents = {known.oid for known in step.parents}
    for known, name in zip(authorities, handles, strict=True):
        if name is None and _keeps_out(step, known, key, handle):
            message = (
                "signed by {handle}, who is no member at its parent {parent}"
                if known.oid in parents
                else "signed by {handle} with a key that was revoked at {parent}, where it came in"
                if known.policy and known.policy.revoked_after(key)
                else "signed by {handle}, who was no member any more at {parent}, where it came in"
            )
            values = {"handle": handle, "parent": known.oid[:12]}
            refusals.append(finding(step, 2, Note(message, "", values)))
    return handle, refusals


def _keeps_out(step: Step, known: Known, key: str, handle: str) -> bool:
    """Say whether it counts that an authority does not list a signer, whom another one lists."""
    policy = known.policy
    if policy is not None:
        member = policy.members.get(handle)
        if policy.revoked_after(key) or (member is not None and member.left is not None):
            return True
    return step.refuses(known, lambda before: before.signer(key) is not None)


def _places(step: Step, key: str, authorities: list[Known]) -> Iterator[Finding]:
    """Rule 4: each changed path is one that the signer may write."""
    shown = 0
    for change in step.changes.files:
        if change.is_carried or change.place.kind == "policy":
            continue  # a policy is judged by rule 3
        note = _refusal(step, change, key, authorities)
        if note is not None and shown < _SHOWN_LIMIT:
            shown += 1
            yield finding(step, 4, note)


def _refusal(step: Step, change: Change, key: str, authorities: list[Known]) -> Note | None:
    place = change.place
    for known in authorities:
        handle = known.policy and known.policy.signer(key)
        if not known.policy or not handle:
            continue
        member = known.policy.members[handle]
        if not member.may_write(place) and step.refuses(known, _may_write(key, place)):
            values = {"handle": handle, "role": member.role, "path": change.path}
            return Note("{handle} ({role}) may not write {path}", "", values)
        if place.compartment and place.compartment not in known.policy.compartments:
            own = step.own.compartments if isinstance(step.own, Policy) else {}
            if place.compartment not in own:
                return Note("{path} lies in no compartment", "", {"path": change.path})
    return _intrusion(step, change, key) if change.beside else None


def _intrusion(step: Step, change: Change, key: str) -> Note | None:
    """Who adds a part to a case may write some part that it had."""
    for known in step.parents:
        policy = known.policy
        handle = policy and policy.signer(key)
        if not policy or not handle:
            continue
        places = (change.place._replace(compartment=name) for name in change.beside)
        if not any(policy.members[handle].may_write(place) for place in places):
            values = {"handle": handle, "path": change.path}
            return Note("{handle} adds {path} to a case that they may not write", "", values)
    return None


def _may_write(key: str, place: RepoPath) -> Callable[[Policy], bool]:
    """Give the question whether a policy lets a key write to a place."""

    def ask(policy: Policy) -> bool:
        handle = policy.signer(key)
        return handle is not None and policy.members[handle].may_write(place)

    return ask


def _form(step: Step) -> Iterator[Finding]:
    """Rule 4: what the tree holds, whoever signed it."""
    for note in step.changes.notes:
        yield finding(step, 4, note)
    for note in step.changes.hints:
        yield finding(step, 4, note, "notice")
    for path in step.changes.lost:
        note = Note("{path} was changed or taken away; it may only be added once", "")
        yield finding(step, 4, note._replace(values={"path": ascii(path)[1:-1][:120]}))


def _names_signer(commit: Commit, handle: str) -> bool:
    """Say whether author and committer are the one who signed."""
    expected = _person(handle)
    return commit.author[:2] == expected and commit.committer[:2] == expected


@lru_cache(maxsize=256)
def _person(handle: str) -> tuple[bytes, bytes]:
    return handle.encode(), f"{handle}@dalil.invalid".encode()


def _other_person(step: Step, handle: str) -> Finding:
    """Rule 5: the commit names the one who signed it."""
    other = Note(
        "signed by {handle}, but it names another author or address",
        "the signature counts; ask {handle} which program made it",
        {"handle": handle},
    )
    return finding(step, 5, other, "notice")


def _date(step: Step, commit: Commit) -> Iterator[Finding]:
    """Rule 5: dates run forward."""
    before = max([known.time for known in step.parents])
    if commit.committer[2] < before - _HOURS_BACK * 3600:
        back = Note(
            "dated {hours} hours before its parent",
            "a date is only a claim: ask whether that machine's clock was wrong",
            {"hours": (before - commit.committer[2]) // 3600},
        )
        yield finding(step, 5, back, "notice")


@lru_cache(maxsize=256)
def _is_fixed_form(message: bytes) -> bool:
    """Rule 5: messages say nothing of a case."""
    return _MESSAGE.fullmatch(message) is not None
