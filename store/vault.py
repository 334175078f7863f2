"""A repository opened by a member: the one way to change its cases.

`with vault.edit(id, why=…) as case:` makes one signed commit, or none.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple, Self

from store.errors import Refused, Sealed, StoreError
from store.reader import Progress, Reader, Trust
from store.trust.pin import Pin

if TYPE_CHECKING:
    from store.crypto.identity import MemberIdentity
    from store.model.case import Case
    from store.model.diff import Change

__all__ = ["Saved", "Trust", "Vault", "new_case_id"]


class Saved(NamedTuple):
    """What a save did: its commit, the case, and the changes field by field."""

    commit: str
    case_id: str
    changes: list[Change]


class Vault(Reader):
    """A reader that can also write, as the policy allows; several processes at once are normal.

    Example:
        >>> with Vault.open("files", identity) as vault:  # doctest: +SKIP
        ...     with vault.edit(vault.find("SY-2024-0007"), why="He was released") as case:
        ...         case.set("people.p1.fate", "released")
    """

    last_save: Saved | None = None
    """What the last `edit` or `new` saved; None when it changed nothing."""

    settles_later = False
    """Leave the mirror to a later `settle`: the interface calls it off the way of the person."""

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
        """Open as `Reader.open` does, and make up for what a crash left undone in the mirror."""
        vault = super().open(
            path, identity, clock=clock, progress=progress, is_cancelled=is_cancelled
        )
        vault.repair()
        return vault

    def beside(self) -> Self:
        """Open the same once more, for slow work: nobody who reads here waits for any of it.

        It is to be closed, too.
        """
        other = type(self)(self.git_dir, self.identity, clock=self.clock)
        other.trust = self.trust
        other._keys = self._keys.beside(other.objects)  # noqa: SLF001 - it is one of ours
        return other

    @contextmanager
    def edit(self, case_id: str, *, why: str) -> Iterator[Case]:
        """Hand out a case, and save it as one signed commit when the block ends well.

        Nothing is written when nothing changed, or when the block raises. A change that somebody
        else made meanwhile to other fields of the case is kept.

        Raises:
            Refused: this member may not write it, or nobody has confirmed the root commit.
            Moved: somebody else changed the same field meanwhile; the error names it.
            BadFormat: what is to be saved does not hold against the table of fields.
            BadSignature: the history is not authentic, so nothing may be built on it.
            Unwritable: the disk does not take it; the old state stands.
        """
        from store.saving import Draft, save

        self.last_save = None
        self.refresh()
        seen = self.tip
        before = self.get(case_id, seen)
        self._must_write_some(before)
        after = before.copy()
        yield after
        self.last_save = save(self, self.author, Draft(before, after, why, "edit case", seen))

    @contextmanager
    def new(
        self, *, compartment: str = "main", why: str, case_id: str | None = None
    ) -> Iterator[Case]:
        """Hand out an empty case, and save it as `edit` does."""
        from store.model.case import Case
        from store.saving import Draft, save

        self.last_save = None
        self.must_write(compartment)
        after = Case.empty(case_id or new_case_id(), compartment)
        yield after
        self.last_save = save(self, self.author, Draft(None, after, why, "new case"))

    def import_cases(self, cases: Sequence[Case], *, why: str) -> str:
        """Save many new cases as one signed commit, and give it; errors as for `edit`."""
        from store.saving import save_all

        for compartment in {case.compartment for case in cases}:
            self.must_write(compartment)
        return save_all(self, self.author, cases, why)

    def put(self, before: Case, after: Case, *, why: str) -> Saved | None:
        """Save a version made from an earlier one, as `edit` does; None when nothing changed.

        For texts that were away for a while, in an editor or a file: what somebody else changed
        since `before` was read is kept.
        """
        from store.saving import Draft, save

        self._must_write_some(before)
        self.last_save = save(self, self.author, Draft(before, after, why, "edit case"))
        return self.last_save

    def revert(self, case_id: str, commit: str, why: str) -> Saved | None:
        """Bring a case back to what it was at a commit, as a new commit; None when it is that.

        What stands there now may be damaged. What is sealed now, or was then, stays sealed. Other
        errors as for `edit`.
        """
        from store.restoring import restoration
        from store.saving import Draft, save

        self.refresh()
        seen = self.tip  # first: another thread may go on to a newer one while this reads
        before, after = restoration(self, case_id, commit)
        self.must_write(after.compartment)
        draft = Draft(before, after, why, "restore case", seen, seals=True)
        return save(self, self.author, draft)

    def settle(self) -> None:
        """Bring pin, index and work tree in step with main; harmless to repeat and to interrupt.

        What an interruption leaves behind is made up for at the next start.
        """
        from store.lock import write_lock
        from store.repo.mirror import settle
        from store.verification import write_pin

        with write_lock(self.git_dir, "mirror.lock"), self._mutex:
            self.refresh()  # another process may be ahead: the mirror never goes back
            trust = self.trust
            if trust.state == "authentic":
                write_pin(self, Pin(trust.root, trust.tip, trust.verified_at, trust.commits))
            settle(self.git_dir, self._objects, trust.tip)

    def repair(self) -> None:
        """Make up for a `settle` that was cut short; what we may only read stays as it is."""
        from store.repo.marker import is_behind

        if self.trust.state == "authentic" and is_behind(self.git_dir, self.tip):
            with suppress(StoreError):  # a mirror out of step keeps nobody from reading
                self.settle()

    def must_write(self, compartment: str) -> None:
        """Make sure that this member may write to a compartment.

        Raises:
            Sealed: there is no key, so nobody to sign as.
            Refused: the policy does not allow it.
        """
        if self.identity is None:
            raise Sealed("there is no key to sign with", hint="`dalil key new` makes one")
        if self.handle is None:
            raise Refused(
                "your signing key belongs to no member of this repository",
                hint="send an admin what `dalil key show` prints",
            )
        if compartment not in self.policy.compartments:
            raise Refused(
                "there is no compartment {compartment} in this repository",
                hint="there are: {compartments}",
                compartment=compartment,
                compartments=", ".join(sorted(self.policy.compartments)),
            )
        if not self.may_write(compartment):
            raise Refused(
                "{handle} is {role} and may not change cases in {compartment}",
                hint="an admin can change that",
                handle=self.handle,
                role=self.role,
                compartment=compartment,
            )

    def _must_write_some(self, case: Case) -> None:
        """Make sure that this member may write some part of a case; the save asks for each."""
        if not any(map(self.may_write, case.parts)):
            self.must_write(case.compartment)

    def recipient(self, compartment: str) -> str:
        """Give whom files are encrypted to: the compartment's key of this epoch and no other.

        Raises:
            Sealed: this member does not hold that key, so it cannot be known.
        """
        with self._mutex:
            epoch = self.policy.compartments[compartment].epoch
            key = self._keys.of_epoch(self.tree(self.tip), compartment, epoch)
        if key is None:
            raise Sealed(
                "none of your keys opens epoch {epoch} of {compartment}, so nothing is saved there",
                hint="ask an admin whether you should belong to it",
                epoch=epoch,
                compartment=compartment,
            )
        return key.recipient

    @property
    def author(self) -> MemberIdentity:
        """Whose changes these are; ask `must_write` first."""
        assert self.identity is not None  # noqa: S101 - `must_write` asked
        return self.identity

    def accept(self, commit: str) -> None:
        """Take a commit that this vault has just made, on the verified tip and by its rules."""
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.clock()))
        self.trust = self.trust._replace(
            tip=commit, commits=self.trust.commits + 1, verified_at=now
        )


def new_case_id() -> str:
    """Make a case id: 20 hex digits of randomness."""
    return os.urandom(10).hex()
