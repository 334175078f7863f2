"""One run of syncing as data: what is going on, and what it came to, remote by remote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from store.errors import Cancelled, Remote, StoreError

if TYPE_CHECKING:
    from store.reader import Progress
    from store.remote.news import Incoming
    from store.remote.sync import Look, Stage, Synced
    from store.vault import Vault

__all__ = ["Kind", "SyncRun", "Watch", "brought", "count_conflicts", "run_one", "took"]

Kind = Literal["sync", "look"]
"""A `look` fetches and verifies, and moves nothing."""

_MOST = 200
"""Of so many cases that came, it is looked whether they have conflicts."""


class Watch(NamedTuple):
    """Who is told of what a run does, and may stop it."""

    stage: Callable[[Stage], None]
    progress: Progress
    is_cancelled: Callable[[], bool]


class SyncRun(NamedTuple):
    """What is going on, if anything is, and what the last run came to.

    `kind` is empty while nothing is going on. `arrived` is what came from others since the
    repository was unlocked, the newest first. `flags` counts the conflicts of cases that came, by
    id. `runs` counts the runs that have ended.
    """

    kind: Kind | Literal[""] = ""
    remote: str = ""
    stage: Stage = "fetch"
    done: int = 0
    total: int = 0
    is_stopping: bool = False
    results: tuple[Synced, ...] = ()
    looks: tuple[Look, ...] = ()
    arrived: tuple[Incoming, ...] = ()
    flags: Mapping[str, int] = MappingProxyType({})
    runs: int = 0

    @property
    def without_progress(self) -> SyncRun:
        """Give all but what changes several times a second."""
        return self._replace(remote="", stage="fetch", done=0, total=0)


def took(result: Synced) -> tuple[Incoming, ...]:
    """Give what came and is here now; what could not be merged is known, and not here."""
    found = result.fetched
    is_apart = found is not None and found.state == "apart" and result.merged is None
    return () if is_apart else result.incoming


def brought(found: Iterable[Synced | Look]) -> list[str]:
    """Name the cases that some results brought something of, by id; of very many only the first."""
    from store.remote.sync import Synced

    synced = [one for one in found if isinstance(one, Synced)]
    merged = [case for one in synced if one.merged is not None for case in one.merged.cases]
    came = [case.case_id for one in synced for commit in took(one) for case in commit.cases]
    return list(dict.fromkeys((*merged, *came)))[:_MOST]


def count_conflicts(vault: Vault, cases: Iterable[str]) -> dict[str, int]:
    """Count the conflicts of some cases; those that cannot be read have none to show."""
    from store.model.conflict import conflicts

    counted = {}
    for case_id in cases:
        with suppress(StoreError):
            counted[case_id] = len(conflicts(vault.get(case_id).data))
    return {case_id: count for case_id, count in counted.items() if count}


def run_one(vault: Vault, remote: str, kind: Kind, credentials: str, watch: Watch) -> Synced | Look:
    """Sync with one remote, or look what that would bring; what goes wrong is told as a result."""
    from store.remote.sync import Synced, look, sync
    from store.repo.faults import Asks

    if kind == "sync":
        return sync(vault, remote, credentials=credentials, **watch._asdict())
    try:
        seen = look(
            vault,
            remote,
            credentials=credentials,
            progress=watch.progress,
            is_cancelled=watch.is_cancelled,
        )
    except Cancelled:
        return Synced(remote, "cancelled")
    except StoreError as fault:
        is_passing = isinstance(fault, Remote) and not isinstance(fault, Asks)
        return Synced(remote, "offline" if is_passing else "needs_you", error=fault)
    return Synced(remote, "refused", fetched=seen.fetched) if seen.fetched.is_refused else seen
