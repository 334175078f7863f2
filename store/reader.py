"""A repository opened for reading: its cases as of the last *verified* commit.

Nothing is ever read from the work tree, and nothing from a commit that was not verified.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Self

from store.errors import BadFormat, BadSignature
from store.part import EpochKeys, open_part
from store.repo.commit import tree_of
from store.repo.create import git_dir_of, not_ours
from store.repo.objects import MAIN, ObjectReader
from store.repo.trees import find, list_files
from store.trust import pin as pins

if TYPE_CHECKING:
    from store.crypto import age
    from store.crypto.identity import MemberIdentity
    from store.listed import Listing
    from store.model.case import Case
    from store.model.summary import Summary
    from store.trust.policy import Policy
    from store.trust.report import Finding, Report

__all__ = ["Progress", "Reader", "Trust"]

Progress = Callable[[int, int], None]


class Trust(NamedTuple):
    """How far the history can be trusted.

    `state`: `authentic`; `unpinned` (sound in itself, but nobody has confirmed its root commit
    here); `broken` (something after `tip` is not authentic); `unverified` (not looked at yet).
    `tip` is the last verified commit, `commits` their number, `verified_at` an ISO time in UTC.
    """

    state: str
    root: str = ""
    tip: str = ""
    commits: int = 0
    verified_at: str = ""
    findings: tuple[Finding, ...] = ()


class Reader:
    """One repository, as one member, or a reader without keys, sees it.

    Safe to use from several threads.
    """

    def __init__(
        self,
        git_dir: str,
        identity: MemberIdentity | None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.git_dir = git_dir
        self.clock = clock
        self.trust = Trust("unverified")
        self.identity = identity
        self._objects = ObjectReader(git_dir)
        self._keys = EpochKeys(self._objects, identity.age if identity else None)
        self._policies: dict[str, Policy] = {}
        self._mutex = threading.RLock()

    @classmethod
    def open(
        cls,
        path: str,
        identity: MemberIdentity | None = None,
        *,
        clock: Callable[[], float] = time.time,
        progress: Progress | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> Self:
        """Open the repository at, or above, a folder, and verify what is new in its history.

        Raises:
            BadFormat: there is no repository, or it is not Dalil's.
            BadSignature: not even its root commit is authentic.
            Cancelled: `is_cancelled` said so.
        """
        opened = cls(git_dir_of(path), identity, clock=clock)
        try:
            opened.refresh(progress, is_cancelled)
        except BaseException:
            opened.close()
            raise
        return opened

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the git process and forget the keys."""
        with self._mutex:
            self._objects.close()
            self.identity = None
            self._keys = EpochKeys(self._objects, None)

    # -- trust -----------------------------------------------------------------------------

    def refresh(
        self, progress: Progress | None = None, is_cancelled: Callable[[], bool] | None = None
    ) -> bool:
        """Look whether main has moved, verify what is new, and say whether anything is."""
        with self._mutex:
            tip = self._objects.resolve(MAIN)
            if tip is None:
                raise not_ours(self.path)
            if self.trust.tip == tip and self.trust.state not in ("unverified", "broken"):
                return False
            pin = self.pin()
            # Verified before, or by another process; never a way back from what this one has seen.
            if pin is not None and pin.tip == tip and self._leads_on(tip):
                self.trust = Trust("authentic", *pin[:2], pin.commits, pin.verified_at)
                return True
            from store.verification import verify_new

            self.trust = verify_new(self, tip, progress, is_cancelled)
            if not self.trust.tip:
                raise BadSignature(
                    "this history is not authentic from its beginning",
                    hint="`dalil verify` says what is wrong; do not trust this copy",
                )
            return True

    def _leads_on(self, tip: str) -> bool:
        if not self.trust.tip:
            return True
        from store.trust.kinship import descends

        return descends(self._objects, tip, self.trust.tip)

    def verify(
        self,
        progress: Progress | None = None,
        is_cancelled: Callable[[], bool] | None = None,
        *,
        root: str | None = None,
    ) -> Report:
        """Verify the whole history, from the pinned root (or the one given, which is then pinned).

        Raises:
            Cancelled: `is_cancelled` said so; the state of trust is what it was.
        """
        from store.verification import verify_whole

        with self._mutex:
            self.trust, report = verify_whole(self, root, progress, is_cancelled)
            return report

    @property
    def tip(self) -> str:
        """The last verified commit, which everything is read from."""
        return self.trust.tip

    @property
    def objects(self) -> ObjectReader:
        """The objects of this repository."""
        return self._objects

    @property
    def epoch_keys(self) -> EpochKeys:
        """The epoch keys of this member, each opened at its first use."""
        return self._keys

    @property
    def pin_path(self) -> str:
        """Where the pin of this clone lies."""
        return os.path.join(self.git_dir, "dalil", "pin.yaml")

    def pin(self) -> pins.Pin | None:
        """Read the pin of this clone; None when nobody has confirmed a root commit here.

        Raises:
            BadFormat: it is damaged, or not for us to read.
        """
        try:
            return pins.read(self.pin_path)
        except OSError as error:
            raise BadFormat(
                "cannot read the pin {path}: {reason}",
                hint="if this repository belongs to another account, clone it for yourself",
                path=self.pin_path,
                reason=error.strerror,
            ) from error

    # -- who and what ----------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The folder of the repository."""
        return os.path.dirname(self.git_dir) if self.git_dir.endswith("/.git") else self.git_dir

    @property
    def policy(self) -> Policy:
        """The policy at the last verified commit."""
        return self.policy_at(self.tip)

    def policy_at(self, commit: str) -> Policy:
        """Give the policy that stood at a commit."""
        from store.trust.policy import parse

        with self._mutex:
            blob = find(self._objects, self.tree(commit), "policy.yaml")
            if blob is None:
                raise not_ours(self.path)
            if blob not in self._policies:
                self._policies[blob] = parse(self._objects.read(blob)[1])
            return self._policies[blob]

    @property
    def name(self) -> str:
        """What the repository is called on screen."""
        return self.policy.name

    @property
    def handle(self) -> str | None:
        """The member whose signing key this is, or None: a reader who is no member."""
        return self.policy.signer(self.identity.public) if self.identity else None

    @property
    def role(self) -> str | None:
        """What this member may do: admin, editor, reviewer, or None."""
        handle = self.handle
        return self.policy.members[handle].role if handle else None

    @property
    def compartments(self) -> tuple[str, ...]:
        """The compartments that this identity can open."""
        tree = self.tree(self.tip)
        with self._mutex:
            return tuple(c for c in sorted(self.policy.compartments) if self._keys.has_any(tree, c))

    def may_write(self, compartment: str) -> bool:
        """May this member change cases of this compartment?"""
        handle = self.handle
        return handle is not None and self.policy.may_write(
            handle, f"cases/{compartment}/00/{'0' * 20}.age"
        )

    def breadth(self, compartment: str) -> tuple[int, str]:
        """Give what sorts compartments from the fewest readers to the most."""
        return self.policy.breadth(compartment)

    # -- reading ---------------------------------------------------------------------------

    def get(self, case_id: str, commit: str | None = None) -> Case:
        """Read a case with all its parts, as of the last verified commit or an earlier one.

        Raises:
            NotFound: there was no such case.
            Sealed: none of this member's keys opens it.
            BadFormat: it is damaged.
        """
        from store.joined import read_case

        with self._mutex:
            return read_case(self, case_id, commit or self.tip)

    def text(self, case_id: str, commit: str | None = None) -> bytes:
        """Read the YAML text of a case, of one part as it was written; errors as for `get`."""
        places = self.places(case_id, commit or self.tip)
        if len(places) > 1:
            return self.get(case_id, commit).dump()
        ((compartment, blob),) = places.items()
        return self.open_blob(blob, compartment)

    def find(self, words: str) -> str:
        """Give the id of a case named by its id, a unique beginning of it, or its reference.

        Raises:
            NotFound: nothing, or more than one case, goes by that.
        """
        from store.naming import find_case

        with self._mutex:
            return find_case(self, words)

    def find_commit(self, words: str) -> str:
        """Give the id of a verified commit named by a beginning of it; errors as for `find`."""
        from store.naming import find_commit

        return find_commit(self, words)

    def files(self, tree: str) -> dict[str, str]:
        """Give the cases of a commit's tree: path and blob."""
        with self._mutex:
            cases = find(self._objects, tree, "cases")
            if cases is None:
                return {}
            listed = list_files(self._objects, cases)
            return {f"cases/{path}": blob for path, blob in listed if "~" not in path}

    def summaries(
        self, progress: Progress | None = None, is_cancelled: Callable[[], bool] | None = None
    ) -> list[Summary]:
        """Give a row for every case, sealed and damaged ones included.

        Raises:
            Cancelled: `is_cancelled` said so.
        """
        listing = self.listing(progress, is_cancelled)
        listing.keep()
        return listing.rows

    def listing(
        self, progress: Progress | None = None, is_cancelled: Callable[[], bool] | None = None
    ) -> Listing:
        """Give the same rows, and the way to the words in them; its `keep` has to be called.

        Raises:
            Cancelled: `is_cancelled` said so.
        """
        from store.listing import list_rows

        with self._mutex:
            return list_rows(self, progress, is_cancelled)

    def keys_of(self, compartment: str, commit: str | None = None) -> list[age.Identity]:
        """Give the epoch keys of a compartment that this member can open, the newest first."""
        with self._mutex:
            return self._keys.of(self.tree(commit or self.tip), compartment)

    def places(self, case_id: str, commit: str) -> dict[str, str]:
        """Give the blobs of all parts of a case at a commit, by compartment; NotFound for none."""
        from store.places import places_of

        with self._mutex:
            return places_of(self._objects, self.tree(commit), case_id)

    # -- inside ----------------------------------------------------------------------------

    def tree(self, commit: str) -> str:
        """Give the tree of a commit."""
        if not commit:
            raise BadSignature("nothing of this history has been verified yet")
        return tree_of(self._objects.read(commit)[1])

    def open_blob(self, blob: str, compartment: str) -> bytes:
        """Decrypt one part to its YAML text; errors as for `get`."""
        with self._mutex:
            keys = self._keys.of(self.tree(self.tip), compartment)
            return open_part(self._objects.read(blob)[1] if keys else b"", keys)
