"""Walk a history from the pin to the tip and hold every commit against the rules.

No decryption key, no network and no program but the reader's: the same code serves a member, a
reviewer without keys, and a server that checks what is pushed to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from store.errors import Cancelled, StoreError
from store.trust import policy as policies
from store.trust.approvals import digest
from store.trust.changes import TOP, Change, Changes, Comparison, compare
from store.trust.commits import Commit, outline, parse
from store.trust.content import Origins, fault
from store.trust.graph import History, walk
from store.trust.homes import Added, find_homes
from store.trust.merges import Merge, find_dropped
from store.trust.parting import Partings, judge_order, signers_aside
from store.trust.policy import Policy
from store.trust.reading import Objects, Reader
from store.trust.report import Finding, Note, Report
from store.trust.revocation import Revocations
from store.trust.rules import Known, Step, judge
from store.trust.signatures import Signatures
from store.trust.tree_cache import TreeCache

__all__ = ["verify"]

_PIECE = 256  # their trees stay in the processor's cache until they are compared
_POLICY = b"policy.yaml"
_NO_POLICY = Note("there is no policy.yaml")
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
    run = _Run(reader, history, root, trusted)
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

    def __init__(self, reader: Reader, history: History, root: str, trusted: str | None) -> None:
        self._reader = reader
        self._history = history
        self._root = root
        self._trees = TreeCache(reader)
        self._policies: dict[bytes, Policy | Note] = {}
        self._digests: dict[bytes, str] = {}
        self._known: dict[str, Known] = {}
        self._bad_joins: set[int] = set()
        self._partings = Partings(history.parents)
        self._origins = Origins()
        self.revocations = Revocations(history.parents)
        self._has_revoked = False
        self._aside: tuple[Known, ...] = ()
        self.findings: list[Finding] = []
        self.signers: dict[str, str] = {}
        if history.is_aside and trusted is not None:
            values = {"trusted": trusted[:12]}
            tip = history.mainline[-1]
            self.findings.append(Finding(tip, 0, "notice", _ASIDE[0], values, _ASIDE[1]))
            self._learn([trusted])
            self._aside = (self._known[trusted],)

    def verified_tip(self) -> str | None:
        """Give the last mainline commit up to which nothing failed."""
        if self._bad_joins and self._aside:
            return self._aside[0].oid  # what the mainline holds below the merge lacks it
        first_bad = min(self._bad_joins, default=len(self._history.mainline))
        return self._history.mainline[first_bad - 1] if first_bad else self._history.base

    def take(self, places: range, signatures: Signatures) -> None:
        """Verify some commits in a row."""
        oids = self._history.order[places.start : places.stop]
        raws = self._raws(oids)
        commits = [raw if isinstance(raw, Note) else parse(raw) for raw in raws]
        keys = signatures.start(commits)
        above = {parent for oid in oids for parent in self._history.parents[oid]}
        base = self._history.base
        self._learn([p for p in (*above, *([base] if base else [])) if p not in self._known], oids)
        known, own = self._learn_all(oids, raws, commits)
        piece = _Piece(places, oids, commits, known, own)
        self._judge(piece, self._changes(piece), keys())

    def _raws(self, oids: Sequence[str]) -> list[bytes | Note]:
        dropped = [oid for oid in oids if oid not in self._history.raw]
        again = dict(zip(dropped, self._reader.get("commit", dropped), strict=True))
        return [again[oid] if oid in again else self._history.raw.pop(oid) for oid in oids]

    def _learn(self, oids: Sequence[str], later: Sequence[str] = ()) -> None:
        """Learn of commits that are verified already, from their raw bytes."""
        waiting = set(later)
        wanted = [oid for oid in oids if oid not in waiting]
        raws = self._reader.get("commit", wanted)
        commits = [raw if isinstance(raw, Note) else parse(raw) for raw in raws]
        self._learn_all(wanted, raws, commits)

    def _learn_all(
        self, oids: Sequence[str], raws: Sequence[bytes | Note], commits: Sequence[Commit | Note]
    ) -> tuple[list[Known], list[Policy | Note]]:
        """Learn tree, date and policy of commits, in order."""
        trees = [_tree(raw, commit) for raw, commit in zip(raws, commits, strict=True)]
        self._trees.load(trees)
        blobs = self._policy_blobs(trees)
        self._read_policies(blobs)
        learnt, own = [], []
        for oid, commit, tree, blob in zip(oids, commits, trees, blobs, strict=True):
            policy = self._policies[blob] if blob is not None else _NO_POLICY
            in_force = policy if isinstance(policy, Policy) else self._inherited(oid)
            time = commit.committer[2] if isinstance(commit, Commit) else 0
            self._known[oid] = Known(oid, tree, time, in_force, blob)
            learnt.append(self._known[oid])
            own.append(policy)
        return learnt, own

    def _inherited(self, oid: str) -> Policy | None:
        first = self._history.parents.get(oid, ())[:1]
        return self._known[first[0]].policy if first and first[0] in self._known else None

    def _policy_blobs(self, trees: Sequence[bytes | None]) -> list[bytes | None]:
        """Give the id of each tree's policy: as a rule, that of the tree before it."""
        found: list[bytes | None] = []
        last: bytes | None = None
        for tree in trees:
            change = self._trees.one_change(tree, last, 0) if tree and last else None
            if change is not None and change[0] != _POLICY:
                found.append(found[-1])
            else:
                entries = self._trees.entries(tree) if tree is not None else None
                entry = (entries or {}).get(_POLICY)
                found.append(entry[1] if entry else None)
            last = tree
        return found

    def _read_policies(self, blobs: Sequence[bytes | None]) -> None:
        new = [blob for blob in dict.fromkeys(blobs) if blob and blob not in self._policies]
        found = self._reader.get("blob", [blob.hex() for blob in new])
        for blob, text in zip(new, found, strict=True):
            self._policies[blob] = text if isinstance(text, Note) else _read_policy(text)
            self._digests[blob] = "" if isinstance(text, Note) else digest(text)
            policy = self._policies[blob]
            self._has_revoked |= isinstance(policy, Policy) and bool(policy.revoked)

    def _changes(self, piece: _Piece) -> list[Changes]:
        found = [Changes() for _ in piece.oids]
        comparisons = []
        for oid, known, changes in zip(piece.oids, piece.known, found, strict=True):
            olds = tuple(self._known[parent].tree for parent in self._history.parents[oid])
            if known.tree is not None and not (len(set(olds)) == 1 and known.tree in olds):
                comparisons.append(Comparison(changes, TOP, known.tree, olds))
        compare(self._trees, comparisons)
        find_dropped(self._trees, self._merges(piece, found))
        find_homes(self._trees, self._added(piece, found))
        self._check_content(piece, found)
        return found

    def _merges(self, piece: _Piece, found: Sequence[Changes]) -> list[Merge]:
        """Give the merges among some commits, with the trees from which their parents parted."""
        merges = []
        for oid, known, changes in zip(piece.oids, piece.known, found, strict=True):
            sides = self._history.parents[oid]
            if len(sides) != 2:  # noqa: PLR2004 - one has nothing to choose; more are refused
                continue
            bases = self._bases(*sides)
            olds = [tuple(self._known[one].tree for one in group) for group in (sides, bases)]
            merges.append(Merge(changes, "", known.tree, *olds))
        return merges

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
        bases = self._partings.bases(left, right)
        self._learn([base for base in bases if base not in self._known])
        return bases

    def _parted(self, left: str, right: str) -> list[Policy]:
        """Give the policies from which two lines parted."""
        found = (self._known[base].policy for base in self._bases(left, right))
        return [policy for policy in found if policy is not None]

    def _signed(self, first: str, second: str, keys: Collection[str]) -> dict[str, int]:
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
            if self._has_revoked and above and isinstance(key, str):
                revoke = self.revocations
                gates = tuple([g for g in gates if not revoke.spares(g.policy, key, oid)])
                if isinstance(own, Policy):
                    revoke.declare(mainline[join], own, [one.policy for one in above])
            said = self._root, self._digests.get(blob, "") if blob else ""
            step = Step(oid, commit, key, own, blob, above, gates, changed, *said, self._parted)
            handle, findings = judge(step)
            if len(above) == 2 and oid == mainline[join]:  # noqa: PLR2004 - as in `_merges`
                findings += judge_order(step, self._signed)
            if handle is not None:
                self.signers[oid] = handle
            if findings:
                self.findings += findings
                if any(finding.severity == "failure" for finding in findings):
                    self._bad_joins.add(join)


def _tree(raw: bytes | Note, commit: Commit | Note) -> bytes | None:
    if isinstance(commit, Commit):
        return commit.tree
    return outline(raw)[0] if isinstance(raw, bytes) else None


def _read_policy(text: bytes) -> Policy | Note:
    try:
        return policies.parse(text)
    except StoreError as error:
        return Note(error.message, error.hint, dict(error.values))
