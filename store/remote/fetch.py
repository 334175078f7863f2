"""Fetch from a remote: verify what it serves before anything is built on it, and say what it is.

A remote can withhold, go back, or serve two histories to two people. What it served before is
remembered, so going back and forking show; what is refused is kept as evidence.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from store.committing import must_trust, settle
from store.errors import Cancelled, Moved, Remote
from store.lock import write_lock
from store.remote import state as states
from store.remote.state import DEFAULT, Known, check_name
from store.remote.urls import check
from store.repo import commit as commits
from store.repo.carrier import Way
from store.repo.incoming import bring_main
from store.repo.marks import EVIDENCE, marks_below, set_mark
from store.repo.refs import move_main
from store.trust.kinship import descends
from store.trust.report import Finding, Report
from store.trust.step import ADVICE
from store.trust.verify import verify

if TYPE_CHECKING:
    from store.repo.objects import ObjectReader
    from store.vault import Vault

__all__ = ["FROZEN_DAYS", "Empty", "Fetched", "State", "fetch", "keep_evidence", "now", "receive"]

State = Literal["new", "nothing", "behind", "apart", "rollback", "fork", "refused"]
FROZEN_DAYS = 14
"""After so many days without anything new from others, a remote may be holding it back."""
HERE = Way("", "")
"""Without passwords, progress, or a way to stop it."""
_REFUSED = ("rollback", "fork", "refused")
_LEAVER = "signed by {handle}, who was no member any more at {parent}, where it came in"


class Fetched(NamedTuple):
    """What a remote serves, and what became of it.

    `state`: `new` (main moved to it), `nothing` new, `behind` (it lacks commits of ours), `apart`
    (both have commits of their own: to be merged); and refused: `rollback` (it lacks what it
    served before), `fork` (another history than before), `refused` (not authentic, see `report`).
    `tip` is what it serves, empty when there is no main any more; `before` what it served last.
    `ours` is the tip of this copy that it was compared with. `evidence` is the ref under which a
    refused tip is kept. `frozen` counts the days since it had anything new from others, 0 below 14.
    `leavers` are those who left, by our policy, and signed what is new there: where nothing else is
    wrong with it, an admin may say that they did so before.
    """

    remote: str
    url: str
    state: State
    tip: str
    before: str = ""
    ours: str = ""
    commits: int = 0
    report: Report | None = None
    evidence: str = ""
    frozen: int = 0
    leavers: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Say whether the remote served what must not be built on."""
        return self.state in _REFUSED


class Empty(Remote):
    """A remote has no main yet, and never had."""


def fetch(
    vault: Vault,
    remote: str = DEFAULT,
    *,
    url: str | None = None,
    own_key: str | None = None,
    moves: bool = True,
    take_in: Collection[str] = (),
    way: Way = HERE,
) -> Fetched:
    """Fetch the main branch of a remote, and move ours forward to it when that is all there is.

    `url` names a new remote, or a new address of a known one. `own_key` is this person's signing
    key (an OpenSSH line), where the vault was opened without keys: commits by it are no news.
    Without `moves`, main stays where it is. `take_in` names members who left, of whose commits this
    one says, as an admin, that they were made before. Of `way` the address does not count; its
    progress is told of objects that came, then of commits that were verified.

    Raises:
        NotFound: there is no such remote.
        Empty: it holds nothing yet.
        Remote: it cannot be fetched.
        Refused, BadSignature: this copy itself is not pinned, or not authentic.
        Moved: main moved meanwhile; nothing is lost, fetch again.
        Cancelled: `is_cancelled` said so; nothing has changed.
    """
    known = _known(vault.git_dir, remote, url)
    vault.refresh()
    must_trust(vault)
    me = vault.handle or (vault.policy.signer(own_key) if own_key else None)
    found = receive(vault, remote, known, way, moves=moves, me=me, take_in=take_in)
    return found if found.is_refused else _remember(vault, known, found, me)


def receive(
    vault: Vault,
    remote: str,
    known: Known,
    way: Way,
    *,
    moves: bool = True,
    me: str | None = None,
    take_in: Collection[str] = (),
) -> Fetched:
    """Bring, judge, and build upon what a remote or a bundle serves; errors as for `fetch`.

    What is refused is kept as evidence; of the remote itself nothing is written down.
    """
    address = check(known.url)
    way = way._replace(address=address.text, protocol=address.protocol)
    have = [oid for oid in dict.fromkeys((vault.tip, known.tip)) if oid]
    tip = bring_main(vault.git_dir, way, have)
    found = _judge(vault, remote, known, tip, way)
    if found.state == "apart":
        found = _without_leavers(vault, found, take_in)
    if found.is_refused:
        return found._replace(evidence=keep_evidence(vault.git_dir, tip, now(vault.clock())))
    if found.state == "new" and moves:
        _move(vault, found, me)
    return found


def keep_evidence(git_dir: str, tip: str | None, at: str) -> str:
    """Keep a refused tip under a ref of its own, once; give the ref, empty without a tip."""
    if tip is None:
        return ""
    for ref, commit in marks_below(git_dir, EVIDENCE).items():
        if commit == tip:
            return ref
    ref = f"{EVIDENCE}{at.replace('-', '').replace(':', '')}-{tip[:8]}"
    set_mark(git_dir, ref, tip)
    return ref


def now(clock: float) -> str:
    """Write a time, in seconds since 1970, as it stands in our files."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(clock))


def _known(git_dir: str, remote: str, url: str | None) -> Known:
    if url is None:
        return states.known(git_dir, remote)
    address = check(url).text
    return states.read(git_dir).get(check_name(remote), Known(address))._replace(url=address)


def _judge(vault: Vault, remote: str, known: Known, tip: str | None, way: Way) -> Fetched:
    """Say what a remote serves, compared with what it served before and with what we have."""

    def poll() -> None:
        if way.is_cancelled is not None and way.is_cancelled():
            raise Cancelled

    objects, here = vault.objects, vault.tip
    found = Fetched(remote, known.url, "nothing", tip or "", known.tip, here)
    if tip is None:
        if known.tip:
            return found._replace(state="rollback")
        raise Empty("{url} has no branch main yet", hint="there is nothing to fetch", url=known.url)
    if known.tip and not descends(objects, tip, known.tip, poll):
        is_older = descends(objects, known.tip, tip, poll)
        return found._replace(state="rollback" if is_older else "fork")
    if tip == here:
        return found
    if _has_all(objects, here, tip, poll):
        return found._replace(state="behind")
    is_ahead = _has_all(objects, tip, here, poll)
    report = verify(
        objects,
        vault.trust.root,
        tip,
        trusted=here if is_ahead else known.tip or None,
        progress=way.progress,
        is_cancelled=way.is_cancelled,
    )
    state: State = "new" if is_ahead else "apart"
    if not report.is_authentic:
        state = "refused"
    return found._replace(state=state, commits=report.commits, report=report)


def _has_all(objects: ObjectReader, line: str, of: str, poll: Callable[[], None]) -> bool:
    """Say whether a line of history has all of another one, by raw commits.

    That it has not would take a look at each commit down to the root; so git is believed in that.
    Where it errs, a merge finds that there is nothing to merge.
    """
    return not objects.reachable(of, [line]) and descends(objects, line, of, poll)


def _without_leavers(vault: Vault, found: Fetched, take_in: Collection[str]) -> Fetched:
    """Refuse what was signed by somebody who has left, by our own policy, unless an admin takes it.

    On a line that parted before that, they are a member still; whether they wrote it before or
    afterwards, nothing in the history tells: so a person says it (decision 34).
    """
    policy, report = vault.policy_at(found.ours), found.report
    assert report is not None  # noqa: S101 - what is apart was verified
    taken = take_in if policy.is_admin(vault.handle or "") else ()
    by = {
        oid: handle
        for oid in vault.objects.reachable(report.tip, [found.ours])
        if (handle := report.signers.get(oid)) in policy.members
        and handle not in taken
        and policy.members[handle].left is not None
    }
    values = {oid: {"handle": handle, "parent": found.ours[:12]} for oid, handle in by.items()}
    findings = [Finding(oid, 2, "failure", _LEAVER, values[oid], ADVICE) for oid in values]
    if not findings:
        return found
    report = Report(
        report.root,
        report.tip,
        report.verified_tip,
        report.commits,
        (*report.findings, *findings),
        report.signers,
    )
    leavers = tuple(sorted(set(by.values())))
    return found._replace(state="refused", report=report, leavers=leavers)


def _move(vault: Vault, found: Fetched, me: str | None) -> None:
    """Move main forward to a verified tip, and take it as verified."""
    assert found.report is not None  # noqa: S101 - what is new was verified
    here = found.ours
    with write_lock(vault.git_dir):
        vault.refresh()
        if vault.tip != here:
            raise Moved("somebody saved meanwhile", hint="nothing was lost: fetch again")
        move_main(vault.git_dir, found.tip, here, me or "reader")
        vault.trust = vault.trust._replace(
            tip=found.tip,
            commits=vault.trust.commits + found.commits,
            verified_at=now(vault.clock()),
            findings=(*vault.trust.findings, *found.report.findings),
        )
    settle(vault)


def _remember(vault: Vault, known: Known, found: Fetched, me: str | None) -> Fetched:
    """Write down what the remote served, and say how long it has had nothing new from others."""
    at = vault.clock()
    moved = known.moved
    if not moved or _has_news(vault, found, me):
        moved = now(at)
    days = int((at - datetime.fromisoformat(moved).astimezone(UTC).timestamp()) // 86400)
    served = Known(found.url, found.tip, now(at), moved)
    states.served(vault.git_dir, vault.objects, found.remote, served, found.before)
    return found._replace(frozen=days if days >= FROZEN_DAYS else 0)


def _has_news(vault: Vault, found: Fetched, me: str | None) -> bool:
    """Is there a commit of somebody else in what the remote did not serve before?"""
    if found.tip == found.before:
        return False
    new = vault.objects.reachable(found.tip, [found.before] if found.before else [])
    raw = vault.objects.read_many(new)
    return any(commits.parse(each).committer != me for _, each in raw)
