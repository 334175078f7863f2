"""One part on disk and in memory: padded and encrypted to its compartment, and opened again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from store.crypto import age
from store.crypto.padding import pad, unpad
from store.errors import BadFormat, Sealed
from store.repo.objects import ObjectReader
from store.repo.trees import find, parse_tree

if TYPE_CHECKING:
    from store.crypto.wrapping import MemberKey
    from store.model.case import Case

__all__ = ["EpochKeys", "epoch_key_text", "open_part", "seal_part"]


def seal_part(case: Case, recipient: str) -> bytes:
    """Write a case as the ciphertext of its part, to the compartment's epoch key."""
    return age.encrypt(pad(case.dump()), [recipient])


def open_part(ciphertext: bytes, identities: Sequence[age.Identity]) -> bytes:
    """Decrypt a part to its YAML text.

    Raises:
        Sealed: there is no key for it.
        BadFormat: it is damaged or foreign.
    """
    if not identities:
        raise Sealed(
            "this case is sealed: none of your keys opens its compartment",
            hint="ask an admin whether you should belong to it",
        )
    return unpad(age.decrypt(ciphertext, identities))


def epoch_key_text(key: age.Identity, compartment: str, epoch: int) -> bytes:
    """Write an epoch key as the plaintext of its file, which `age -d -i` takes as an identity."""
    return (
        f"# Dalil epoch key: compartment {compartment}, epoch {epoch}\n"
        f"# public key: {key.recipient}\n{key.secret}\n"
    ).encode()


class EpochKeys:
    """The epoch keys that one member can open, by compartment; opened at first use."""

    def __init__(self, objects: ObjectReader, member: MemberKey | None) -> None:
        self._objects = objects
        self._member = member
        self._opened: dict[str, dict[int, age.Identity]] = {}
        self._by_file: dict[str, age.Identity | None] = {}  # a touch is asked for once

    def beside(self, objects: ObjectReader) -> EpochKeys:
        """Read from another place, and know what is opened here or there: no touch comes twice."""
        other = EpochKeys(objects, self._member)
        other._by_file = self._by_file
        return other

    def of(self, tree: str, compartment: str) -> list[age.Identity]:
        """Give the compartment's keys as they stand in a commit's tree, the newest epoch first.

        Raises:
            BadFormat: this disk does not give out one of their files.
        """
        return list(self._by_epoch(tree, compartment).values())

    def of_epoch(self, tree: str, compartment: str, epoch: int) -> age.Identity | None:
        """Give the compartment's key of one epoch, or None."""
        return self._by_epoch(tree, compartment).get(epoch)

    def has_any(self, tree: str, compartment: str) -> bool:
        """Can this member open the compartment, as far as this disk gives out its keys?"""
        try:
            return bool(self._by_epoch(tree, compartment))
        except BadFormat:
            return False

    def _by_epoch(self, tree: str, compartment: str) -> dict[int, age.Identity]:
        folder = find(self._objects, tree, f"keys/{compartment}") if self._member else None
        if folder is None:
            return {}
        if folder not in self._opened:
            self._opened[folder] = self._open(folder)
        return self._opened[folder]

    def _open(self, folder: str) -> dict[int, age.Identity]:
        entries = parse_tree(self._objects.read(folder)[1]).values()
        epochs = sorted(
            ((int(name[:-4]), oid.hex()) for _, name, oid in entries if name[:-4].isdigit()),
            reverse=True,
        )
        answers = self._objects.read_many([oid for _, oid in epochs])
        opened: dict[int, age.Identity] = {}
        for (epoch, oid), (_, ciphertext) in zip(epochs, answers, strict=True):
            if oid not in self._by_file:
                self._by_file[oid] = self._open_key(ciphertext, opened.values())
            key = self._by_file[oid]
            if key is not None:
                opened[epoch] = key
        return opened

    def _open_key(self, ciphertext: bytes, newer: Iterable[age.Identity]) -> age.Identity | None:
        try:
            text = self._decrypt(ciphertext, list(newer)).decode("ascii", "replace")
            return age.Identity(
                next(line for line in text.splitlines() if line[:1] not in ("#", ""))
            )
        except (Sealed, BadFormat, StopIteration):
            return None  # not for this member, or damaged: its cases show as sealed

    def _decrypt(self, ciphertext: bytes, newer: list[age.Identity]) -> bytes:
        """Decrypt with the member's own key; a plugin is asked only where a newer key fails."""
        member = self._member
        assert member is not None  # noqa: S101 - `_by_epoch` asked
        if isinstance(member, age.Identity):
            return age.decrypt(ciphertext, [member])
        if newer:
            with suppress(Sealed):
                return age.decrypt(ciphertext, newer)
        return member.decrypt(ciphertext)
