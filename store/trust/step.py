"""One commit with all that the rules look at, and what they report of it."""

from __future__ import annotations

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
    pinned one, `digest` that of the text of its own policy, for approvals.
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


def finding(step: Step, rule: int, note: Note, severity: Severity = "failure") -> Finding:
    """Report what a rule found about a commit."""
    return Finding(step.oid, rule, severity, note.message, dict(note.values), note.advice or ADVICE)
