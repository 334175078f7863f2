"""Typed text that outlives a lock: encrypted to what only the member can open, in memory only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from textual.screen import Screen

    from store.crypto.age import Identity
    from tui.screens.base import DalilScreen

__all__ = ["KeptScreen", "keep", "restore"]


class KeptScreen(NamedTuple):
    """A screen's unsaved text, as age ciphertext, and the class that can show it again."""

    screen: type[DalilScreen[Any]]
    sealed: bytes


def keep(screens: Iterable[Screen[Any]], recipients: Sequence[str]) -> list[KeptScreen]:
    """Seal what is unsaved on the screens, the lowest first."""
    from store.crypto.age import encrypt
    from tui.screens.base import DalilScreen

    return [
        KeptScreen(type(screen), encrypt(unsaved, recipients))
        for screen in screens
        if isinstance(screen, DalilScreen) and (unsaved := screen.unsaved()) is not None
    ]


def restore(kept: Iterable[KeptScreen], keys: Sequence[Identity]) -> list[DalilScreen[Any]]:
    """Make the screens again.

    Raises:
        Sealed: somebody else unlocked.
    """
    from store.crypto.age import decrypt

    return [entry.screen.restore(decrypt(entry.sealed, keys)) for entry in kept]
