"""Rule 3: the policy is changed by those who may, one version at a time, and nothing comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from store.trust.approvals import approver, approvers, statement
from store.trust.changes import Change
from store.trust.policy import Policy
from store.trust.report import Finding, Note, Severity
from store.trust.step import Known, Step, finding
from store.trust.transitions import faults, lapses

__all__ = ["judge_policy", "keeps_policy"]

_SHOWN_LIMIT = 20
_CHOSEN = Note(
    "the policy was changed on both sides, and the merge takes one of them",
    "an admin makes a new policy that holds both changes",
)
_STRAY = "{path} is no admin's word for the change of the policy with which it comes"


def judge_policy(step: Step, key: str, authorities: list[Known]) -> Iterator[Finding]:
    """Hold what a commit does to the policy against rule 3, and against each authority."""
    if not keeps_policy(step):
        yield from _policy_change(step, key, authorities)
    if step.changes.words:
        yield from _strays(step)


def keeps_policy(step: Step) -> bool:
    """Say whether this commit has the policy of its only parent, which can be read."""
    if len(step.parents) != 1:
        return False
    parent = step.parents[0]
    return step.policy_blob == parent.policy_blob and step.own is parent.policy


def _policy_change(step: Step, key: str, authorities: list[Known]) -> Iterator[Finding]:
    """Rule 3: a new policy is an admin's, one version on; an old one does not come back."""
    old = [known.policy.version for known in step.parents if known.policy]
    is_new = step.policy_blob not in [known.policy_blob for known in step.parents]
    own = step.own
    if isinstance(own, Note):
        if is_new:
            yield finding(step, 3, own)
        return
    if not is_new:
        yield from _kept_policy(step, own, max(old, default=0))
        return
    for known in authorities:
        handle = known.policy and known.policy.signer(key)
        if not known.policy or not handle or known.policy.is_admin(handle):
            continue
        if step.refuses(known, lambda before: before.is_admin(before.signer(key) or "")):
            only = "{handle} changed the policy, but is no admin at {parent}"
            yield finding(step, 3, Note(only, "", {"handle": handle, "parent": known.oid[:12]}))
    expected = max(old, default=0) + 1
    if old and own.version != expected:
        values = {"version": own.version, "expected": expected}
        wrong = "the policy was changed to version {version} instead of {expected}"
        yield finding(step, 3, Note(wrong, "", values))
    yield from _quorum(step, key, authorities)
    yield from _undone(step, own)


def _quorum(step: Step, key: str, authorities: list[Known]) -> Iterator[Finding]:
    """Rule 3: so many admins as each policy asks for gave their word to this very change.

    That of the one who signed is the commit; the others' stand in it, over one of the policies
    that it replaces.
    """
    if not step.parents:
        return  # the root, which a person confirms
    words = {
        change.place.entry: step.changes.words.get(change.path, b"")
        for change in _approvals(step)
        if not _lost_office(step, change.place.entry)
    }

    def is_enough(policy: Policy) -> bool:
        return policy.threshold == 1 or _count(step, policy, key, words) >= policy.threshold

    for known in authorities:
        if known.policy is None or is_enough(known.policy):
            continue
        if step.refuses(known, is_enough):
            count = _count(step, known.policy, key, words)
            few = "the policy was changed by {count} admins, and {parent} asks for {needed}"
            values = {"count": count, "parent": known.oid[:12], "needed": known.policy.threshold}
            yield finding(step, 3, Note(few, "", values))


def _count(step: Step, policy: Policy, key: str, words: Mapping[str, bytes]) -> int:
    """Count the admins, by a policy, who gave their word: the signer and those of the words."""
    admins = {who for said in _statements(step) for who in approvers(policy, said, words)}
    signer = policy.signer(key)
    return len(admins | ({signer} if signer else set()))


def _lost_office(step: Step, handle: str) -> bool:
    """Say whether a gate's line took away that somebody is an admin: their word is none then."""
    parents = [known.oid for known in step.parents]
    return any(
        step.refuses(gate, lambda before: before.is_admin(handle))
        for gate in step.gates
        if gate.oid not in parents and gate.policy and not gate.policy.is_admin(handle)
    )


def _approvals(step: Step) -> list[Change]:
    """Give the approvals that are new in a commit."""
    return [change for change in step.changes.files if change.place.kind == "approval"]


def _statements(step: Step) -> list[bytes]:
    """Give what an approval of this commit's policy may say: it replaces one of the parents'."""
    blobs = {known.policy_blob for known in step.parents if known.policy_blob}
    return [statement(step.root, blob.hex(), step.digest) for blob in sorted(blobs)]


def _strays(step: Step) -> Iterator[Finding]:
    """Rule 3: an approval fits the change of the policy with which it comes, and no other."""
    for change in _approvals(step)[:_SHOWN_LIMIT]:
        place, word = change.place, step.changes.words.get(change.path, b"")
        is_due = isinstance(step.own, Policy) and step.own.version == place.version
        fits = is_due and any(
            approver(known.policy, said, word) == place.entry
            for known in step.parents
            for said in _statements(step)
            if known.policy and known.policy_blob != step.policy_blob
        )
        if change.new is not None and not fits:
            yield finding(step, 3, Note(_STRAY, "", {"path": change.path}))


def _kept_policy(step: Step, own: Policy, newest: int) -> Iterator[Finding]:
    """Rule 3: what has the policy of one of its parents drops none of another."""
    if own.version < newest:
        values = {"version": own.version, "newer": newest}
        back = "the policy goes back to version {version}, though a parent has {newer}"
        yield finding(step, 3, Note(back, "", values))
    elif any(change.place.kind == "policy" for change in step.changes.files):
        yield finding(step, 3, _CHOSEN)


def _undone(step: Step, own: Policy) -> Iterator[Finding]:
    """Rule 3: some things in a policy stand for good; and who loses access, loses the next key."""
    olds = [known.policy for known in step.parents if known.policy]
    yield from _once(step, faults(olds, own), "failure")
    yield from _once(step, (note for old in olds for note in lapses(old, own)), "notice")


def _once(step: Step, notes: Iterable[Note], severity: Severity) -> Iterator[Finding]:
    told: list[Note] = []
    for note in islice(notes, _SHOWN_LIMIT):
        if note not in told:
            told.append(note)
            yield finding(step, 3, note, severity)
