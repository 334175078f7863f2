"""Open parts of both sides of a merge: with every epoch key of either, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from store.errors import StoreError
from store.joined import assemble
from store.model.case import Case
from store.part import open_part

if TYPE_CHECKING:
    from store.crypto import age
    from store.vault import Vault

__all__ = ["Opener"]

Data = dict[str, Any]


class Opener:
    """Parts of cases at several commits, as far as this member can open them.

    What cannot be opened, and what is damaged, is None: it is merged by its file alone.
    """

    def __init__(self, vault: Vault, commits: Sequence[str]) -> None:
        self._vault = vault
        self._trees = [vault.tree(commit) for commit in commits]
        self._keys: dict[str, list[age.Identity]] = {}
        self._ciphertexts: dict[str, bytes] = {}
        self._parts: dict[tuple[str, str], Data | None] = {}

    def keys(self, compartment: str) -> list[age.Identity]:
        """Give the epoch keys of a compartment, on whichever side they are."""
        if compartment not in self._keys:
            keys = self._vault.epoch_keys
            found = [key for tree in self._trees for key in keys.of(tree, compartment)]
            self._keys[compartment] = list({key.recipient: key for key in found}.values())
        return self._keys[compartment]

    def fetch(self, blobs: Iterable[str]) -> None:
        """Read some blobs at once, and forget what was read before."""
        self._parts.clear()
        wanted = list(dict.fromkeys(blobs))
        try:
            answers = self._vault.objects.read_many(wanted)
        except StoreError:
            answers = []  # one of them is amiss: each is asked for on its own
        self._ciphertexts = {b: data for b, (_, data) in zip(wanted, answers, strict=False)}

    def part(self, case_id: str, compartment: str, blob: str) -> Data | None:
        """Give what a part holds; whoever changes it makes a copy."""
        known = (compartment, blob)
        if known not in self._parts:
            self._parts[known] = self._open(case_id, compartment, blob)
        return self._parts[known]

    def case(self, case_id: str, places: Mapping[str, str]) -> Case | None:
        """Give the case that stands in these places (blob by compartment), as far as it opens.

        What cannot be opened is named in `closed`; None where nothing can.
        """
        opened: dict[str, Data] = {}
        closed = []
        for name, blob in places.items():
            data = self.part(case_id, name, blob)
            if data is None:
                closed.append(name)
            else:
                opened[name] = data
        return assemble(opened, closed, self._vault.breadth) if opened else None

    def _open(self, case_id: str, compartment: str, blob: str) -> Data | None:
        keys = self.keys(compartment)
        if not keys:
            return None
        try:
            ciphertext = self._ciphertexts.get(blob) or self._vault.objects.read(blob)[1]
            text = open_part(ciphertext, keys)
            return Case.parse(text, case_id=case_id, compartment=compartment).data
        except StoreError:
            return None
