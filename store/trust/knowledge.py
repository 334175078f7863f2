"""What is known of commits that were looked at: tree, date, and the policy in force there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.errors import StoreError
from store.trust import policy as policies
from store.trust.approvals import digest
from store.trust.commits import Commit, outline, parse
from store.trust.policy import Policy
from store.trust.reading import Reader
from store.trust.report import Note
from store.trust.step import Known
from store.trust.tree_cache import TreeCache

__all__ = ["Knowledge"]

_POLICY = b"policy.yaml"
_NO_POLICY = Note("there is no policy.yaml")


class Knowledge:
    """Commits by id; `has_revoked` says that some policy among them revokes a key."""

    def __init__(
        self, reader: Reader, trees: TreeCache, parents: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._reader = reader
        self._trees = trees
        self._parents = parents
        self._known: dict[str, Known] = {}
        self._policies: dict[bytes, Policy | Note] = {}
        self._digests: dict[bytes, str] = {}
        self.has_revoked = False

    def __getitem__(self, oid: str) -> Known:
        """Give what is known of a commit that was learnt."""
        return self._known[oid]

    def digest(self, blob: bytes | None) -> str:
        """Give the digest of a policy's text by its raw blob id; empty when it cannot be had."""
        return self._digests.get(blob, "") if blob else ""

    def learn(self, oids: Sequence[str], later: Sequence[str] = ()) -> None:
        """Learn of commits that are new here, but for those that follow `later`."""
        waiting = set(later)
        wanted = [oid for oid in oids if oid not in self._known and oid not in waiting]
        raws = self._reader.get("commit", wanted)
        commits = [raw if isinstance(raw, Note) else parse(raw) for raw in raws]
        self.learn_all(wanted, raws, commits)

    def learn_all(
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
        first = self._parents.get(oid, ())[:1]
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
            self.has_revoked |= isinstance(policy, Policy) and bool(policy.revoked)


def _tree(raw: bytes | Note, commit: Commit | Note) -> bytes | None:
    if isinstance(commit, Commit):
        return commit.tree
    return outline(raw)[0] if isinstance(raw, bytes) else None


def _read_policy(text: bytes) -> Policy | Note:
    try:
        return policies.parse(text)
    except StoreError as error:
        return Note(error.message, error.hint, dict(error.values))
