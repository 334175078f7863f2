"""Walk a history from the pin to the tip and hold every commit against the rules.

No decryption key, no network and no program but the reader's: the same code serves a member, a
reviewer without keys, and a server that checks what is pushed to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from store.errors import Cancelled
from store.trust.changes import TOP, Change, Changes, Comparison, compare
from store.trust.commits import Commit, parse
from store.trust.content import Origins, fault
from store.trust.graph import History, walk
from store.trust.homes import Added, find_homes, find_twins
from store.trust.knowledge import Knowledge
from store.trust.merges import Merge, find_dropped
from store.trust.parting import Partings, brought_aside, judge_order, signers_aside
from store.trust.policy import Policy
from store.trust.reading import Objects, Reader
from store.trust.report import Finding, Note, Report
from store.trust.revocation import Revocations
from store.trust.rules import Known, Step, judge
from store.trust.signatures import Signatures
from store.trust.tree_cache import TreeCache

__all__ = ["verify"]

_PIECE = 256  # their trees stay in the processor's cache until they are compared
_ASIDE = (
    "the mainline does not pass through the last verified commit {trusted}, it was merged in",
    "this is normal after working apart; who was removed meanwhile could add nothing",
)

Progress = Callable[[int, int], None]


def verify(
    objects: Objects,
    root: str,
    tip: str,
    *,
    trusted: str | None = None,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Report:
    """Verify the history from the pinned `root` up to `tip`.

    With `trusted`, the tip of an earlier verification, only what is not below it is looked at.
    Hostile or damaged objects become findings, never errors. `progress` is told how many commits
    of how many are done; `is_cancelled` is asked before each read.

    Raises:
        Cancelled: `is_cancelled` said so.
    """

    def poll() -> None:
        if is_cancelled is not None and is_cancelled():
            raise Cancelled

    reader = Reader(objects)
    history = walk(reader, root, tip, trusted, poll)
    if history.alert is not None:
        return _refused(history, root, tip, trusted)
    run = _Run(reader, history, root, trusted, poll)
    total = len(history.order)
    with Signatures() as signatures:
        for start in range(0, total, _PIECE):
            poll()
            run.take(range(start, min(start + _PIECE, total)), signatures)
            if progress is not None:
                progress(min(start + _PIECE, total), total)
    run.findings += run.revocations.notices(reader, run.signers, poll)
    return Report(root, tip, run.verified_tip(), total, tuple(run.findings), run.signers)


def _refused(history: History, root: str, tip: str, trusted: str | None) -> Report:
    """Report a history that cannot count at all."""
    message, advice = history.alert or ("", "")
    values = {"root": root[:12], "trusted": (trusted or "")[:12]}
    findings = [Finding(tip, 0, "failure", message, values, advice)]
    lowest = history.mainline[0] if history.mainline else tip
    missing = history.raw.get(lowest)
    if isinstance(missing, Note):
        note = Finding(lowest, 0, "failure", missing.message, dict(missing.values), missing.advice)
        findings.insert(0, note)
    return Report(root, tip, trusted, 0, tuple(findings))


class _Piece(NamedTuple):
    """Some commits in a row, with what was read of them; all lists in the order of `places`."""

    places: range
    oids: list[str]
    commits: list[Commit | Note]
    known: list[Known]
    own: list[Policy | Note]


class _Run:
    """The state of one verification: what is known of each commit that was looked at."""

    def __init__(
        self,
        reader: Reader,
        history: History,
        root: str,
        trusted: str | None,
        poll: Callable[[], None],
    ) -> None:
        self._reader = reader
        self._poll = poll
        self._history = history
        self._root = root
        self._trees = TreeCache(reader)
        self._known = Knowledge(reader, self._trees, history.parents)
        self._bad_joins: set[int] = set()
        self._is_lost = False  # something in an earlier piece has failed
        self._partings = Partings(history.parents)
        self._origins = Origins()
        self.revocations = Revocations(history.parents)
        self._aside: tuple[Known, ...] = ()
        self.findings: list[Finding] = []
        self.signers: dict[str, str] = {}
        if history.is_aside and trusted is not None:
            values = {"trusted": trusted[:12]}
            tip = history.mainline[-1]
            self.findings.append(Finding(tip, 0, "notice", _ASIDE[0], values, _ASIDE[1]))
            self._known.learn([trusted])
            self._aside = (self._known[trusted],)

    def verified_tip(self) -> str | None:
        """Give the last mainline commit up to which nothing failed."""
        if self._bad_joins and self._aside:
            return self._aside[0].oid  # what the mainline holds below the merge lacks it
        first_bad = min(self._bad_joins, default=len(self._history.mainline))
        return self._history.mainline[first_bad - 1] if first_bad else self._history.base

    def take(self, places: range, signatures: Signatures) -> None:
        """Verify some commits in a row."""
        self._is_lost = bool(self._bad_joins)
        oids = self._history.order[places.start : places.stop]
        raws = self._raws(oids)
        commits = [raw if isinstance(raw, Note) else parse(raw) for raw in raws]
        keys = signatures.start(commits)
        above = {parent for oid in oids for parent in self._history.parents[oid]}
        base = self._history.base
        self._known.learn([*above, *([base] if base else [])], oids)
        known, own = self._known.learn_all(oids, raws, commits)
        piece = _Piece(places, oids, commits, known, own)
        changes = self._changes(piece)
        self._meet(piece, changes, signed := keys())
        self._judge(piece, changes, signed)

    def _raws(self, oids: Sequence[str]) -> list[bytes | Note]:
        dropped = [oid for oid in oids if oid not in self._history.raw]
        again = dict(zip(dropped, self._reader.get("commit", dropped), strict=True))
        return [again[oid] if oid in again else self._history.raw.pop(oid) for oid in oids]

    def _changes(self, piece: _Piece) -> list[Changes]:
        found = [Changes() for _ in piece.oids]
        comparisons = []
        for oid, known, changes in zip(piece.oids, piece.known, found, strict=True):
            olds = tuple(self._known[parent].tree for parent in self._history.parents[oid])
            if known.tree is not None and not (len(set(olds)) == 1 and known.tree in olds):
                comparisons.append(Comparison(changes, TOP, known.tree, olds))
        compare(self._trees, comparisons)
        find_homes(self._trees, self._added(piece, found))
        self._check_content(piece, found)
        return found

    def _meet(self, piece: _Piece, found: Sequence[Changes], keys: Sequence[str | Note]) -> None:
        """Add to the changes of merges what they drop, and what they put beside one another.

        Where two lines parted takes a walk: not for a stranger, who could ask for any number, nor
        on top of what has failed.
        """
        merges = []
        for oid, known, changes, key in zip(piece.oids, piece.known, found, keys, strict=True):
            sides = self._history.parents[oid]
            if len(sides) != 2 or self._is_lost or not self._is_member(sides, key):  # noqa: PLR2004 - one has nothing to choose; more are refused
                continue
            bases = self._bases(*sides)
            olds = [tuple(self._known[one].tree for one in group) for group in (sides, bases)]
            merges.append(Merge(changes, "", known.tree, *olds))
        find_dropped(self._trees, merges)
        for merge in merges:
            find_twins(self._trees, merge)

    def _is_member(self, parents: Sequence[str], key: str | Note) -> bool:
        """Say whether a signature is good, and that of a member by some parent's policy."""
        policies = [self._known[parent].policy for parent in parents]
        return isinstance(key, str) and any(one and one.signer(key) for one in policies)

    def _added(self, piece: _Piece, found: Sequence[Changes]) -> list[Added]:
        """Give the parts that some commits add to cases, where there are several compartments."""
        added = []
        for oid, known, changes in zip(piece.oids, piece.known, found, strict=True):
            if known.policy is None or len(known.policy.compartments) == 1:
                continue
            sides = tuple(self._known[parent].tree for parent in self._history.parents[oid])
            places = (at for at, one in enumerate(changes.files) if one.is_added)
            added += [Added(changes, at, sides) for at in places if changes.files[at].place.id]
        return [one for one in added if one.changes.files[one.at].place.kind == "case"]

    def _bases(self, left: str, right: str) -> list[str]:
        self._poll()
        bases = self._partings.bases(left, right)
        self._known.learn(bases)
        return bases

    def _parted(self, left: str, right: str) -> list[Policy]:
        """Give the policies from which two lines parted."""
        found = (self._known[base].policy for base in self._bases(left, right))
        return [policy for policy in found if policy is not None]

    def _signed(self, first: str, second: str, keys: Collection[str]) -> dict[str, list[str]]:
        return signers_aside(self._reader, self._history.parents, (first, second), keys)

    def _check_content(self, piece: _Piece, found: Sequence[Changes]) -> None:
        """Rule 4: a new file can be read, and an `.age` file is one, for the readers it is for."""
        files = [
            (known.policy, changes, file)
            for known, changes in zip(piece.known, found, strict=True)
            for file in changes.files
            if file.new is not None and not file.is_carried
        ]
        start = 0
        for contents in self._reader.pieces("blob", [file.new or "" for _, _, file in files]):
            for (policy, changes, file), content in zip(files[start:], contents, strict=False):
                self._check_one(policy, changes, file, content)
            start += len(contents)

    def _check_one(
        self, policy: Policy | None, changes: Changes, file: Change, content: bytes | Note
    ) -> None:
        if isinstance(content, Note):
            changes.note(content, file.path)
            return
        if file.place.kind == "approval":
            changes.words[file.path] = content
        note = fault(file.path, file.place, content, policy)
        if note is not None:
            changes.note(note, file.path)
        copied = self._origins.copied(file.path, file.place, file.new or "")
        if copied is not None:
            changes.hint(copied, file.path)

    def _judge(self, piece: _Piece, changes: Sequence[Changes], keys: Sequence[str | Note]) -> None:
        _, joins, mainline, base, parents, *_ = self._history
        learnt, aside = self._known, self._aside
        for place, oid, commit, key, own, known, changed in zip(
            piece.places, piece.oids, piece.commits, keys, piece.own, piece.known, changes,
            strict=True,
        ):  # fmt: skip
            join = joins[place]
            below = mainline[join - 1] if join else base
            gates = () if below is None else (learnt[below], *aside)
            above = tuple([learnt[parent] for parent in parents[oid]])
            blob = known.policy_blob
            if self._known.has_revoked and above and isinstance(key, str):
                revoke = self.revocations
                gates = tuple([g for g in gates if not revoke.spares(g.policy, key, oid)])
                if isinstance(own, Policy):
                    revoke.declare(mainline[join], own, [one.policy for one in above])
            said = self._root, self._known.digest(blob)
            step = Step(oid, commit, key, own, blob, above, gates, changed, *said, self._parted)
            handle, findings = judge(step)
            if len(above) == 2 and not self._is_lost:  # noqa: PLR2004 - as in `_meet`
                findings += judge_order(step, self._signed)
                if oid != mainline[join]:
                    findings += self._again(brought_aside(step, self._signed), above[0])
            if handle is not None:
                self.signers[oid] = handle
            if findings:
                self.findings += findings
                if any(finding.severity == "failure" for finding in findings):
                    self._bad_joins.add(join)

    def _again(self, oids: Sequence[str], gate: Known) -> Iterator[Finding]:
        """Hold some commits against one more gate, and say which fail there."""
        raws = self._reader.get("commit", oids)
        commits = [raw if isinstance(raw, Note) else parse(raw) for raw in raws]
        above = [parent for oid in oids for parent in self._history.parents[oid]]
        self._known.learn(above)
        known, own = self._known.learn_all(oids, raws, commits)
        piece, keys = _Piece(range(0), list(oids), commits, known, own), Signatures.now(commits)
        changes = self._changes(piece)
        self._meet(piece, changes, keys)
        for oid, commit, key, policy, here, changed in zip(
            oids, commits, keys, own, known, changes, strict=True
        ):
            if isinstance(key, str) and not self.revocations.spares(gate.policy, key, oid):
                parents = tuple([self._known[one] for one in self._history.parents[oid]])
                said = self._root, self._known.digest(here.policy_blob)
                step = Step(
                    oid, commit, key, policy, here.policy_blob, parents, (gate,), changed, *said,
                    self._parted,
                )  # fmt: skip
                yield from (one for one in judge(step)[1] if one.severity == "failure")
