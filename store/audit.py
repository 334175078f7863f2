"""What an auditor wants to know of a history: who belonged when, who did what, what was found.

Everything is read from raw objects, without any key; who may see the repository may see this.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from store.errors import StoreError
from store.repo.trees import find, parse_tree
from store.trust.commits import Commit, outline, parse
from store.trust.policy import Policy
from store.trust.policy import parse as parse_policy
from store.trust.policy_diff import Row, compare_policies
from store.words import digits, words

if TYPE_CHECKING:
    from store.repo.objects import ObjectReader
    from store.trust.report import Finding, Report

__all__ = ["Audit", "Found", "Named", "PolicyChange", "Term", "examine"]

_PIECE = 1000
_NO_POLICY = Policy("", 0, {}, {})


class Named(NamedTuple):
    """A commit, by its id and in words and digits for comparing by voice."""

    commit: str
    words: list[str]
    digits: list[str]


class PolicyChange(NamedTuple):
    """One commit that changed the policy; `approvals` are those that stand in it, by handle.

    `counts` says whether it is in force: not when it, or what it was built on, is not authentic.
    """

    commit: str
    at: str
    by: str
    version: int
    approvals: list[str]
    rows: list[Row]
    counts: bool


class Term(NamedTuple):
    """How long somebody had one role: from one policy version to another, `until` empty: still."""

    handle: str
    role: str
    since: str
    since_version: int
    until: str
    until_version: int


class Found(NamedTuple):
    """One finding and the member whose commit it is about, empty when that is not known."""

    finding: Finding
    member: str
    at: str


class Audit(NamedTuple):
    """All of it. `months` gives for each month (`2026-11`) the commits of each member."""

    name: str
    state: str
    root: Named
    tip: Named
    verified_tip: str
    made: str
    first: str
    last: str
    commits: int
    terms: list[Term]
    months: dict[str, dict[str, int]]
    policies: list[PolicyChange]
    findings: list[Found]


def examine(objects: ObjectReader, report: Report, state: str, now: float) -> Audit:
    """Gather the audit of a verified history; `state` is how far it can be trusted.

    Raises:
        BadFormat: an object is missing or damaged.
    """
    known = {one.oid: one for one in _commits(objects, list(report.signers))}
    months: dict[str, dict[str, int]] = {}
    for one in known.values():
        handle = report.signers[one.oid]
        of_month = months.setdefault(time.strftime("%Y-%m", time.gmtime(one.time)), {})
        of_month[handle] = of_month.get(handle, 0) + 1
    policies, texts = _policies(objects, report, known)
    times = [one.time for one in known.values()]
    return Audit(
        name=texts[-1].name if texts else "",  # the last one that counts
        state=state,
        root=_named(report.root),
        tip=_named(report.tip),
        verified_tip=report.verified_tip or "",
        made=_time(int(now)),
        first=_time(min(times)) if times else "",
        last=_time(max(times)) if times else "",
        commits=report.commits,
        terms=_terms(policies, texts),
        months=dict(sorted(months.items())),
        policies=policies,
        findings=[_found(report, known, finding) for finding in report.findings],
    )


class _Known(NamedTuple):
    """What is looked at of a commit: `policy` is the id of its policy's text."""

    oid: str
    parents: tuple[str, ...]
    time: int
    tree: str
    policy: str | None


def _commits(objects: ObjectReader, oids: Sequence[str]) -> Iterator[_Known]:
    """Read commits with a good signature, and their trees, a piece at a time."""
    for start in range(0, len(oids), _PIECE):
        piece = oids[start : start + _PIECE]
        raws = [raw for _, raw in objects.read_many(piece)]
        found = [parse(raw) for raw in raws]
        trees = [one.tree.hex() if isinstance(one, Commit) else "" for one in found]
        tops = objects.read_many(trees)
        for oid, raw, one, (_, top) in zip(piece, raws, found, tops, strict=True):
            assert isinstance(one, Commit)  # noqa: S101 - whose signer is known was parsed before
            policy = parse_tree(top).get(b"policy.yaml")
            blob = policy.oid.hex() if policy else None
            yield _Known(oid, outline(raw)[1], one.committer[2], one.tree.hex(), blob)


def _policies(
    objects: ObjectReader, report: Report, known: dict[str, _Known]
) -> tuple[list[PolicyChange], list[Policy]]:
    """Find the commits whose policy is none of their parents', and the texts that count."""
    changes: list[PolicyChange] = []
    texts: list[Policy] = []
    good = _below(known, report.verified_tip)
    read: dict[str, Policy | None] = {}
    for one in known.values():
        above = [known[parent].policy for parent in one.parents if parent in known]
        if one.policy is None or one.policy in above:
            continue
        for blob in (one.policy, *above):
            if blob is not None and blob not in read:
                read[blob] = _policy(objects, blob)
        new = read[one.policy]
        if new is None:
            continue  # the findings tell of it
        old = next((read[blob] for blob in above if blob is not None), None) or _NO_POLICY
        approvals = _approvals(objects, one.tree, new.version)
        by, rows = report.signers[one.oid], compare_policies(old, new)
        at, counts = _time(one.time), one.oid in good
        changes.append(PolicyChange(one.oid, at, by, new.version, approvals, rows, counts))
        texts += [new] if counts else []
    return changes, texts


def _below(known: dict[str, _Known], tip: str | None) -> set[str]:
    """Give the last good commit and its ancestors: what stands above counts for nothing."""
    found, stack = set[str](), [tip]
    while stack:
        here = stack.pop()
        if here in known and here not in found:
            found.add(here)
            stack += known[here].parents
    return found


def _policy(objects: ObjectReader, blob: str) -> Policy | None:
    try:
        return parse_policy(objects.read(blob)[1])
    except StoreError:
        return None


def _approvals(objects: ObjectReader, tree: str, version: int) -> list[str]:
    folder = find(objects, tree, f"approvals/{version}")
    if folder is None:
        return []
    names = parse_tree(objects.read(folder)[1])
    return sorted(name.decode("ascii", "replace").removesuffix(".sig") for name in names)


def _terms(policies: Sequence[PolicyChange], texts: Sequence[Policy]) -> list[Term]:
    """Follow each member's role through the versions, as they came into force."""
    open_terms: dict[str, Term] = {}
    closed: list[Term] = []
    in_force = [change for change in policies if change.counts]
    for change, policy in zip(in_force, texts, strict=True):
        for handle in sorted(open_terms.keys() | policy.members.keys()):
            member = policy.members.get(handle)
            role = (member.role if member else None) or ""
            before = open_terms.get(handle)
            if before is not None and before.role != role:
                closed.append(before._replace(until=change.at, until_version=change.version))
                del open_terms[handle]
            if role and handle not in open_terms:
                open_terms[handle] = Term(handle, role, change.at, change.version, "", 0)
    return sorted((*closed, *open_terms.values()), key=lambda term: (term.handle, term.since))


def _found(report: Report, known: dict[str, _Known], finding: Finding) -> Found:
    commit = known.get(finding.commit)
    at = _time(commit.time) if commit is not None else ""
    return Found(finding, report.signers.get(finding.commit, ""), at)


def _named(commit: str) -> Named:
    return Named(commit, words(commit), digits(commit))


def _time(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
