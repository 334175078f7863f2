"""What came from others: who saved it, when, and which fields of which cases it changed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from store.history import signer_of
from store.repo import commit as commits
from store.repo.log import log
from store.revision import case_change
from store.trust.paths import parse_path

if TYPE_CHECKING:
    from store.revision import CaseChange
    from store.trust.report import Report
    from store.vault import Vault

__all__ = ["MOST", "Incoming", "Touched", "incoming"]

MOST = 200
"""So many commits are listed, the newest, and of so many cases it is said what changed in them.

Each takes two decryptions, and one import, or one new key of a compartment, touches thousands.
"""


class Touched(NamedTuple):
    """A case that a commit changed; `state` is `open`, `sealed`, `damaged`, or `unread`.

    Of an open one `fields` are the paths that changed, and reference and title those after it.
    Where there are too many, the rest of them is `unread`.
    """

    case_id: str
    state: str
    reference: str = ""
    title: str = ""
    fields: tuple[str, ...] = ()


class Incoming(NamedTuple):
    """One commit that came: by whom, when (ISO, UTC), its message, and what it changed."""

    commit: str
    by: str
    at: str
    message: str
    cases: tuple[Touched, ...]
    policy: bool


def incoming(
    vault: Vault, old: str, new: str, report: Report | None = None
) -> tuple[Incoming, ...]:
    """List the commits that `new` has and `old` has not, the newest first, without merges.

    Both are verified commits; `by` is who signed, whatever else the commit says. A `report` of the
    verification knows that of those it looked at.
    """
    signers = report.signers if report is not None else {}
    options = (f"--max-count={MOST}", "--no-merges", f"^{old}")
    left, found = MOST, list[Incoming]()
    for commit, changed in log(vault.git_dir, new, *options):
        found.append(_describe(vault, commit, [path for path, _ in changed], left, signers))
        left = max(0, left - len(found[-1].cases))
    return tuple(found)


def _describe(
    vault: Vault, commit: str, paths: Sequence[str], left: int, signers: Mapping[str, str]
) -> Incoming:
    raw = vault.objects.read(commit)[1]
    parsed = commits.parse(raw)
    signer = signers.get(commit) or signer_of(vault, raw, (*parsed.parents, commit)[0])
    places = [place for path in paths if (place := parse_path(path)) is not None]
    ids = list(dict.fromkeys(place.id for place in places if place.kind == "case"))
    cases = [_touched(case_change(vault, case_id, commit)) for case_id in ids[:left]]
    cases += [Touched(case_id, "unread") for case_id in ids[left:]]
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(parsed.time))
    policy = "policy.yaml" in paths
    return Incoming(commit, signer or "", at, parsed.message, tuple(cases), policy)


def _touched(change: CaseChange) -> Touched:
    from store.model.case import Case

    data = change.after or change.before
    if change.state != "open" or data is None:
        return Touched(change.case_id, change.state)
    case = Case(data)
    fields = tuple(one.path for one in change.changes)
    return Touched(change.case_id, change.state, case.reference, case.title, fields)
