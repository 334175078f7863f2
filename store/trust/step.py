"""One commit with all that the rules look at, and what they report of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from store.trust.changes import Changes
from store.trust.commits import Commit
from store.trust.policy import Policy
from store.trust.report import Finding, Note, Severity

__all__ = ["ADVICE", "Known", "Step", "finding"]

ADVICE = "do not rely on this commit or what follows it; tell the other members, keep this clone"


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
    mainline does not pass through that. Only the root has neither parents nor gates. `root` is the
    pinned one, `digest` that of the text of its own policy, for approvals. `parted` gives the
    policies from which this commit and a gate both descend, by the newest commits that they share.
    """

    oid: str
    commit: Commit | Note
    key: str | Note
    own: Policy | Note
    policy_blob: bytes | None
    parents: tuple[Known, ...]
    gates: tuple[Known, ...]
    changes: Changes
    root: str
    digest: str
    parted: Callable[[str, str], Sequence[Policy]]

    def refuses(self, known: Known, allowed: Callable[[Policy], bool]) -> bool:
        """Say whether it counts that an authority does not allow what `allowed` asks for.

        A gate keeps out what its own line took away since the two parted. What that line has
        never known, such as a member taken in on the other side, is for the parents to allow.
        """
        if not self.parents or known.oid in [parent.oid for parent in self.parents]:
            return True
        return any(allowed(policy) for policy in self.parted(self.oid, known.oid))


def finding(step: Step, rule: int, note: Note, severity: Severity = "failure") -> Finding:
    """Report what a rule found about a commit."""
    return Finding(step.oid, rule, severity, note.message, dict(note.values), note.advice or ADVICE)
