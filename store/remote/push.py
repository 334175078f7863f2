"""Push: what this copy has, verified, to a remote that lacks it; and remember that it has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.remote import state as states
from store.remote.fetch import now
from store.remote.urls import check
from store.repo.outgoing import send_main

if TYPE_CHECKING:
    from store.repo.carrier import Way
    from store.vault import Vault

__all__ = ["push"]


def push(vault: Vault, remote: str, way: Way) -> int:
    """Move main of a remote forward to the last verified commit; give how many commits went.

    What the remote had last must have been fetched. Of `way` the address does not count.

    Raises:
        NotFound: there is no such remote.
        Moved: it has commits by now that are not here.
        Declined: it does not take them, for a reason that it gives.
        Remote: it cannot be reached, or goes silent; it may have taken them all the same.
        Cancelled: it was stopped; the same.
    """
    known = states.known(vault.git_dir, remote)
    address = check(known.url)
    tip = vault.tip
    send_main(vault.git_dir, way._replace(address=address.text, protocol=address.protocol), tip)
    count = len(vault.objects.reachable(tip, [known.tip] if known.tip else []))
    has = known._replace(tip=tip, fetched=now(vault.clock()))
    states.served(vault.git_dir, vault.objects, remote, has, known.tip)
    return count
