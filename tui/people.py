"""What the screens of people, keys and compartments are about, as of the last verified commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from store.tenure import Since, since
from store.trust.paths import parse_path
from store.trust.policy import Policy
from store.vault import Vault

__all__ = ["People", "read_people"]


class People(NamedTuple):
    """The policy, who looks at it (None: no member), and what cannot be read in it.

    `tip` is the commit it is read from; `cases` counts the cases of each compartment; `since`
    says for each handle since when.
    """

    policy: Policy
    handle: str | None
    tip: str
    cases: Mapping[str, int]
    since: Mapping[str, Since]

    @property
    def is_admin(self) -> bool:
        """Whether who looks at it may change it."""
        return self.handle is not None and self.policy.is_admin(self.handle)

    @property
    def members(self) -> list[str]:
        """The handles of those who belong now, in order."""
        return sorted(h for h, member in self.policy.members.items() if member.left is None)


def read_people(vault: Vault) -> People:
    """Read all of it; with many cases it takes a moment."""
    tip = vault.tip
    places = (parse_path(path) for path in vault.files(vault.tree(tip)))
    cases = Counter(place.compartment for place in places if place is not None)
    return People(vault.policy_at(tip), vault.handle, tip, cases, since(vault))
