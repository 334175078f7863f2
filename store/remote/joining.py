"""Join a fetched line of history with our own, if we still are somebody who may."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from store.errors import Refused

if TYPE_CHECKING:
    from store.merging import Merged
    from store.remote.fetch import Fetched
    from store.repo.carrier import Way
    from store.vault import Vault

__all__ = ["join"]


def join(vault: Vault, found: Fetched, way: Way, *, takes_in: Collection[str] = ()) -> Merged:
    """Merge what was fetched, verified and found to be apart; `takes_in` as in `merge_tip`.

    Raises:
        Refused: this member was removed there; or the merge takes somebody else.
        Sealed: there is no key to sign with.
        Moved: somebody saved meanwhile: fetch again.
        Cancelled: it was stopped.
    """
    _must_belong(vault, found)
    from store.merging import merge_tip  # it brings along all that takes cases apart

    return merge_tip(
        vault,
        found.tip,
        takes_in=takes_in,
        progress=way.progress,
        is_cancelled=way.is_cancelled,
    )


def _must_belong(vault: Vault, found: Fetched) -> None:
    """Make sure that this member still is one where the commits of this copy are to go."""
    if vault.identity is None or vault.handle is None:
        return  # whoever merges is asked for a key there
    if vault.policy_at(found.tip).signer(vault.identity.public) is None:
        raise Refused(
            "{handle} is no member at {remote} any more, or not with this key: {count} commits that"
            " are only here cannot go there",
            hint="they stay here, and can be read; an admin decides what becomes of them",
            handle=vault.handle,
            remote=found.remote,
            count=len(vault.objects.reachable(vault.tip, [found.tip])),
        )
