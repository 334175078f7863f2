"""Typed text that outlives its screen: what a lock keeps in memory, and a draft on the disk.

Both are encrypted to what only the member can open; `WHO_TYPES` says which screens have such text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from store.errors import Unsupported

if TYPE_CHECKING:
    from textual.screen import Screen

    from store.crypto.age import Identity
    from store.drafts import Draft
    from tui.screens.base import DalilScreen

__all__ = [
    "WHO_TYPES",
    "KeptScreen",
    "is_typed_into",
    "keep",
    "make_screen",
    "read_text",
    "restore",
    "write_text",
]

WHO_TYPES = {
    "form": "tui.screens.form:FormScreen",
    "conflicts": "tui.screens.conflicts:ConflictsScreen",
    "seal": "tui.screens.seal:SealScreen",
    "restore": "tui.screens.restore:RestoreScreen",
    "add_member": "tui.screens.member_form:AddMemberScreen",
    "new_compartment": "tui.screens.member_form:NewCompartmentScreen",
    "new_keys": "tui.screens.member_form:NewKeysScreen",
    "policy_change": "tui.screens.policy_change:PolicyChangeScreen",
    "proposal": "tui.screens.members:ProposalPath",
    "report": "tui.handing_out:ReportPath",
    "verify": "tui.screens.verify:VerifyScreen",
}
"""What each screen whose text becomes a draft is called in it; a name stays when code moves."""

_HEAD = b"dalil draft 1 "
_NAMES = {place: name for name, place in WHO_TYPES.items()}


class KeptScreen(NamedTuple):
    """A screen's unsaved text, as age ciphertext, the class that can show it again, its draft."""

    screen: type[DalilScreen[Any]]
    sealed: bytes
    draft: Draft | None


def keep(screens: Iterable[Screen[Any]], recipients: Sequence[str]) -> list[KeptScreen]:
    """Seal what is unsaved on the screens, the lowest first."""
    from store.crypto.age import encrypt
    from tui.screens.base import DalilScreen

    return [
        KeptScreen(type(screen), encrypt(unsaved, recipients), screen.draft)
        for screen in screens
        if isinstance(screen, DalilScreen) and (unsaved := screen.unsaved()) is not None
    ]


def restore(kept: Iterable[KeptScreen], keys: Sequence[Identity]) -> list[DalilScreen[Any]]:
    """Make the screens again.

    Raises:
        Sealed: somebody else unlocked.
    """
    from store.crypto.age import decrypt

    screens = []
    for entry in kept:
        screen = entry.screen.restore(decrypt(entry.sealed, keys))
        screen.draft = entry.draft
        screens.append(screen)
    return screens


def is_typed_into(screen: type[Screen[Any]]) -> bool:
    """Say whether what is typed on such a screen becomes a draft."""
    return _place(screen) in _NAMES


def write_text(screen: DalilScreen[Any], unsaved: bytes) -> bytes | None:
    """Give what stands in a draft: which screen it is from, then its text; None: it has none."""
    name = _NAMES.get(_place(type(screen)))
    return b"%s%s\n%s" % (_HEAD, name.encode(), unsaved) if name else None


def _place(screen: type[Screen[Any]]) -> str:
    return f"{screen.__module__}:{screen.__qualname__}"


def read_text(text: bytes) -> tuple[str, bytes]:
    """Give the name of the screen that a draft is from, and its text.

    Raises:
        Unsupported: it is from a screen that this version does not have.
    """
    head, _, unsaved = text.partition(b"\n")
    name = head.removeprefix(_HEAD).decode("utf-8", "replace")
    if not head.startswith(_HEAD) or name not in WHO_TYPES:
        raise Unsupported(
            "this draft was written by another version of Dalil",
            hint="open it with the version that wrote it; it stays where it is",
        )
    return name, unsaved


def make_screen(name: str, unsaved: bytes) -> DalilScreen[Any]:
    """Make the screen of a draft again, or one that leads to it."""
    module, _, screen = WHO_TYPES[name].partition(":")
    made: DalilScreen[Any] = getattr(import_module(module), screen).restore(unsaved)
    return made
