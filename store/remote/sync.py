"""Sync with a remote: fetch, verify, merge, push, and again when others were faster.

Never by force and never by rewriting: what a remote has is built upon, and what cannot be is
refused and told. Killed or cut off anywhere, the next sync goes on from what is there.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, NamedTuple

from store.errors import BadSignature, Cancelled, Moved, Refused, Remote, StoreError
from store.remote import state as states
from store.remote.fetch import Empty, Fetched, fetch, now
from store.remote.joining import join
from store.remote.news import Incoming, incoming
from store.remote.push import push
from store.remote.state import DEFAULT
from store.repo.carrier import Way
from store.repo.faults import Asks, Declined

if TYPE_CHECKING:
    from store.merging import Merged
    from store.reader import Progress
    from store.vault import Vault

__all__ = ["Look", "Stage", "Synced", "SyncedState", "look", "sync"]

_ROUNDS = 8
_PAUSE = 0.1
"""Seconds to wait before the second round, by chance up to twice that; doubled each time."""
_LONGEST_PAUSE = 5.0

SyncedState = Literal["done", "offline", "refused", "needs_you", "cancelled"]
Stage = Literal["fetch", "merge", "push"]


class Synced(NamedTuple):
    """What a sync did.

    `state`: `done`; `offline` (the remote does not answer, or others were faster each time);
    `refused` (what it serves, or this copy, is not authentic: see `fetched` or `error`);
    `needs_you` (`error` says what only a person can do); `cancelled`. Whatever it is, nothing is
    lost, and what was done before stands. `pushed` and `incoming` are what went and what came.
    """

    remote: str
    state: SyncedState
    fetched: Fetched | None = None
    merged: Merged | None = None
    pushed: int = 0
    incoming: tuple[Incoming, ...] = ()
    error: StoreError | None = None


class Look(NamedTuple):
    """What a sync would do: what would come, and how many commits would go."""

    fetched: Fetched
    incoming: tuple[Incoming, ...]
    outgoing: int


def sync(
    vault: Vault,
    remote: str = DEFAULT,
    *,
    credentials: str = "",
    take_in: Collection[str] = (),
    stage: Callable[[Stage], None] | None = None,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Synced:
    """Bring this copy and a remote to the same state; it raises no StoreError, but tells of it.

    `credentials` is a file of passwords for https (`DALIL_HOME/git-credentials`). `take_in` names
    members who were removed here and wrote there, of whom an admin says that they wrote before.
    `stage` is told what begins; `progress` counts within it.
    """
    way = Way("", "", credentials, progress, is_cancelled)
    run = _Run(vault, remote, way, take_in, stage)
    try:
        return run.end(run.rounds())
    except Cancelled:
        return run.end("cancelled")
    except StoreError as error:
        return run.end(_state_after(error), error)


def look(
    vault: Vault,
    remote: str = DEFAULT,
    *,
    credentials: str = "",
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Look:
    """Fetch and verify, and move nothing: say what would come and go; errors as for `fetch`.

    An empty remote is one that lacks everything.
    """
    way = Way("", "", credentials, progress, is_cancelled)
    try:
        found = fetch(vault, remote, moves=False, way=way)
    except Empty:
        found = Fetched(remote, states.known(vault.git_dir, remote).url, "behind", "")
        return Look(found, (), len(vault.objects.reachable(vault.tip, ())))
    if found.is_refused:
        return Look(found, (), 0)
    out = len(vault.objects.reachable(found.ours, [found.tip])) if found.tip else 0
    return Look(found, incoming(vault, found.ours, found.tip, found.report), out)


class _Run:
    """One sync under way, and what it has done so far."""

    def __init__(
        self,
        vault: Vault,
        remote: str,
        way: Way,
        take_in: Collection[str],
        stage: Callable[[Stage], None] | None,
    ) -> None:
        self._vault, self._remote, self._way, self._stage = vault, remote, way, stage
        self._take_in = take_in
        self._begin = ""  # our tip before anything came
        self._fetched: Fetched | None = None
        self._merged: Merged | None = None
        self._declined: Declined | None = None
        self._pushed = 0

    def rounds(self) -> SyncedState:
        """Fetch, merge and push until both sides have the same, or it cannot be."""
        for number in range(_ROUNDS):
            if number:
                self._pause(number)
            try:
                return self._round()
            except Declined as error:
                if error is self._declined:
                    raise
                self._declined = error  # because somebody was faster: the next round tells
            except Moved:
                continue  # somebody pushed, or saved here, meanwhile
        raise Moved(
            "others were faster {count} times in a row",
            hint="nothing is lost: sync again",
            count=_ROUNDS,
        )

    def _round(self) -> SyncedState:
        before = self._fetched.tip if self._fetched else ""
        found = self._fetch()
        tip = found.tip if found else ""
        if found is not None and found.is_refused:
            if found.leavers:
                raise _undecided(found)
            return "refused"
        if self._declined is not None and tip == before:
            raise self._declined  # nobody was faster: it is these commits that it does not take
        if found is not None and found.state == "apart":
            self._merge(found)
        if found is not None and found.state in ("apart", "new"):
            self._join_siblings()
        if tip != self._vault.tip:
            self._push()
        return "done"

    def end(self, state: SyncedState, error: StoreError | None = None) -> Synced:
        """Say what was done, and write down how it ended."""
        vault, found, news = self._vault, self._fetched, tuple[Incoming, ...]()
        if state != "cancelled":
            with suppress(StoreError):  # on a disk that is full the next one says so again
                states.note(vault.git_dir, self._remote, state, now(vault.clock()))
        if found is not None and found.tip and (found.leavers or not found.is_refused):
            with suppress(StoreError):
                news = incoming(vault, self._begin, found.tip, found.report)
        return Synced(self._remote, state, found, self._merged, self._pushed, news, error)

    def _fetch(self) -> Fetched | None:
        """Fetch; None where the remote is empty."""
        self._tell("fetch")
        self._vault.refresh()
        self._begin = self._begin or self._vault.tip
        try:
            self._fetched = fetch(self._vault, self._remote, take_in=self._take_in, way=self._way)
        except Empty:
            return None
        return self._fetched

    def _merge(self, found: Fetched) -> None:
        self._tell("merge")
        self._merged = join(self._vault, found, self._way, takes_in=self._take_in)

    def _join_siblings(self) -> None:
        """Put together what somebody had to merge blind, as far as this member can open it."""
        from store.merging import join_siblings

        if self._vault.handle is None:
            return
        with suppress(StoreError):  # it stands as it is, for the next one who can
            joined = join_siblings(
                self._vault, since=self._begin, is_cancelled=self._way.is_cancelled
            )
            if joined.state == "merged":
                self._merged = _both(self._merged, joined)

    def _push(self) -> None:
        self._tell("push")
        self._pushed += push(self._vault, self._remote, self._way)

    def _tell(self, stage: Stage) -> None:
        if self._stage is not None:
            self._stage(stage)

    def _pause(self, number: int) -> None:
        """Wait a moment, by chance, so that two that outrun each other fall out of step."""
        longest = min(_PAUSE * 2**number, _LONGEST_PAUSE)
        end = time.monotonic() + random.uniform(longest / 2, longest)  # noqa: S311 - no secret
        while time.monotonic() < end:
            if self._way.is_cancelled is not None and self._way.is_cancelled():
                raise Cancelled
            time.sleep(0.05)


def _both(merged: Merged | None, joined: Merged) -> Merged:
    """Tell of a merge, and of what was put together after it, as of one."""
    if merged is None:
        return joined
    cases = tuple(dict.fromkeys((*merged.cases, *joined.cases)))
    conflicts = merged.conflicts + joined.conflicts
    return joined._replace(cases=cases, conflicts=conflicts, given_way=merged.given_way)


def _undecided(found: Fetched) -> Refused:
    return Refused(
        "{remote} has commits of {who}, who was removed here meanwhile: whether they were made"
        " before, an admin has to say",
        hint="they are not here yet; an admin who has looked at them: dalil sync {remote}"
        " --take-in {who}",
        remote=found.remote,
        who=" ".join(found.leavers),
    )


def _state_after(error: StoreError) -> SyncedState:
    if isinstance(error, BadSignature):
        return "refused"
    is_passing = isinstance(error, (Remote, Moved)) and not isinstance(error, (Asks, Declined))
    return "offline" if is_passing else "needs_you"
