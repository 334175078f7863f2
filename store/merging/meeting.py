"""Two commits that are to be one: their trees, where they parted, and the policy from then on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from store.merging.opener import Opener
from store.merging.places import Standing, standing
from store.trust.paths import case_path

if TYPE_CHECKING:
    from store.crypto import age
    from store.merging.parting import Parting
    from store.merging.paths import Version
    from store.trust.policy import Policy
    from store.vault import Vault

__all__ = ["OURS", "THEIRS", "Line", "Meeting", "Rules", "Side"]

Side = Literal["theirs", "ours"]
THEIRS: Side = "theirs"
OURS: Side = "ours"


class Line(NamedTuple):
    """One of the two lines: its last commit, its tree and policy there, and what only it has."""

    commit: str
    tree: str
    policy: Policy
    own: tuple[str, ...]


class Rules(NamedTuple):
    """The policy that both go on with, and what has to be written for it.

    `files` are new texts, `kept` blobs of one side, both by path. `risen` are compartments that
    get a new epoch by the merge itself, with its key, and `old_keys` what opens their parts.
    """

    policy: Policy
    files: Mapping[str, bytes]
    kept: Mapping[str, str | None]
    risen: Mapping[str, age.Identity]
    old_keys: Mapping[str, Sequence[age.Identity]]


class Meeting:
    """Two commits that are to be one, as the member sees them who joins them."""

    def __init__(self, vault: Vault, theirs: str, parting: Parting) -> None:
        self.vault = vault
        self.objects = vault.objects
        ours = vault.tip
        self.theirs = Line(theirs, vault.tree(theirs), vault.policy_at(theirs), parting.one)
        self.ours = Line(ours, vault.tree(ours), vault.policy_at(ours), parting.other)
        self.bases = parting.bases
        self.base_trees = tuple(vault.tree(base) for base in parting.bases)
        self.opener = Opener(vault, (theirs, ours))
        self.rules = Rules(self.theirs.policy, {}, {}, {}, {})

    def line(self, side: Side) -> Line:
        """Give one of the lines."""
        return self.theirs if side == THEIRS else self.ours

    def places(self, tree: str, case_id: str) -> Standing:
        """Find the files of a case in a tree."""
        return standing(self.objects, tree, case_id)

    def breadth(self, compartment: str) -> int:
        """Say how many people read a compartment from now on."""
        return len(self.rules.policy.readers(compartment))

    def may_write(self, compartment: str) -> bool:
        """Say whether this member may change cases there by the policies of both lines."""
        identity = self.vault.identity
        path = case_path(compartment, "0" * 20)
        for line in (self.theirs, self.ours):
            handle = line.policy.signer(identity.public) if identity else None
            if handle is None or not line.policy.may_write(handle, path):
                return False
        return True

    def is_stale(self, side: Side, compartment: str) -> bool:
        """Say whether what one line wrote there is encrypted to an epoch that is over."""
        before = self.line(side).policy.compartments.get(compartment)
        now = self.rules.policy.compartments.get(compartment)
        return before is not None and now is not None and before.epoch < now.epoch

    def recipient(self, compartment: str) -> str | None:
        """Give whom parts are encrypted to from now on; None where this member cannot know."""
        fresh = self.rules.risen.get(compartment)
        if fresh is not None:
            return fresh.recipient
        now = self.rules.policy.compartments.get(compartment)
        for line in (self.theirs, self.ours):
            if now is not None and line.policy.compartments.get(compartment) == now:
                key = self.vault.epoch_keys.of_epoch(line.tree, compartment, now.epoch)
                if key is not None:
                    return key.recipient
        return None

    def can_write(self, compartment: str) -> bool:
        """Say whether this member may write there, and has the key for it."""
        return self.may_write(compartment) and self.recipient(compartment) is not None

    def needs_right(self, version: Version, result: str | None) -> bool:
        """Say whether it takes the right to write there to let this stand.

        As the rule for merges has it: what one side alone changed, anybody may take over.
        """
        sides = (version.theirs, version.ours)
        if result not in sides:
            return True
        dropped = [one for one in sides if one != result and one not in version.bases]
        gives_way = result not in version.bases and not any(dropped)
        return bool(dropped) and not gives_way
