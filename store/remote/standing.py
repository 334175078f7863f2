"""How this copy stands to a remote, without asking it: what the last fetch or sync left behind.

Cheap enough for a header: two small files are read, and commits are counted once for each pair.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from store.errors import StoreError
from store.remote import state as states
from store.remote.state import DEFAULT
from store.repo.run import git

if TYPE_CHECKING:
    from store.reader import Reader

__all__ = ["Standing", "SyncState", "sync_state"]

Standing = Literal[
    "none", "never", "even", "ahead", "behind", "apart", "offline", "refused", "needs_you"
]


class SyncState(NamedTuple):
    """How a copy and a remote stand to each other, as far as this copy knows.

    `ahead` counts verified commits that the remote lacks, `behind` those that we lack. `state`:
    `none` (there is no remote), `never` (it was never reached), `even`, `ahead`, `behind`,
    `apart`; or how the last sync ended, when it ended badly: `offline`, `refused`, `needs_you`.
    `at` is when the remote was reached last (ISO, UTC; empty: never).
    """

    ahead: int
    behind: int
    state: Standing
    at: str
    remote: str


def sync_state(reader: Reader, remote: str = "") -> SyncState:
    """Say how this copy stands to a remote; without a name to `origin`, or else the first.

    Raises:
        BadFormat: what is known of the remotes is damaged.
    """
    remotes = states.read(reader.git_dir)
    name = remote or (DEFAULT if DEFAULT in remotes else min(remotes, default=""))
    known = remotes.get(name)
    if known is None:
        return SyncState(0, 0, "none", "", name)
    ahead, behind = _count(reader.git_dir, reader.tip, known.tip)
    state: Standing
    if known.outcome in ("offline", "refused", "needs_you"):
        state = known.outcome  # type: ignore[assignment] # one of the three
    elif not known.tip:
        state = "never"
    elif ahead and behind:
        state = "apart"
    else:
        state = "ahead" if ahead else "behind" if behind else "even"
    return SyncState(ahead, behind, state, known.fetched, name)


@lru_cache(maxsize=32)
def _count(git_dir: str, ours: str, theirs: str) -> tuple[int, int]:
    """Count the commits that only one of two has; between two commits that never changes."""
    if ours == theirs:
        return 0, 0
    line = ["rev-list", "--count", *(["--left-right"] if theirs else []), "--end-of-options"]
    try:
        said = git(git_dir, *line, f"{ours}...{theirs}" if theirs else ours).split()
    except StoreError:
        return 0, 0  # numbers for a header; what is wrong is told where it is worked with
    return int(said[0]), int(said[1]) if theirs else 0
