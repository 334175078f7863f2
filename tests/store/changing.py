"""Put a new policy of the office into force, and look at what that left."""

from __future__ import annotations

from collections.abc import Callable

from store.policy_change import apply_policy
from store.trust.policy import Policy
from tests.store.office import MARKER, Office, files_with

__all__ = ["change", "is_sound", "states"]


def change(office: Office, make: Callable[[Policy], Policy], by: str = "nour") -> str:
    """Put a change of the policy into force as somebody; give the commit."""
    with office.open(by) as vault:
        commit = apply_policy(vault, make(vault.policy))
        assert vault.tip == commit
        assert vault.trust.state == "authentic"
        return commit


def states(office: Office, handle: str) -> dict[str, str]:
    """Say which cases somebody can open."""
    with office.open(handle) as vault:
        return {row.id: row.state for row in vault.summaries()}


def is_sound(office: Office) -> bool:
    """Say whether the whole history is authentic, git finds nothing amiss, and no text leaked."""
    office.git("fsck", "--strict", "--no-dangling")
    with office.open(None) as vault:
        is_authentic = vault.verify().is_authentic
    return is_authentic and office.is_clean() and not files_with(MARKER, [office.folder])
