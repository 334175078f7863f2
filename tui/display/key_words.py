"""A key as it is shown on screen, to be compared by voice."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from tui.display.spoken import NewKey, spoken
from tui.i18n import t

__all__ = ["key_text", "keys_text"]


def key_text(shown: str) -> Content:
    """Write a key on three lines: itself, and what is read aloud."""
    first, second = spoken(shown)
    return Content.assemble(shown, "\n", (first, "bold"), "\n", (second, "$foreground 60%"))


def keys_text(keys: Iterable[NewKey]) -> Content:
    """Write new keys, each under its owner."""
    blocks = [
        Content.assemble(
            (t(f"members.new_key.{key.kind}", handle=key.owner), "$accent"),
            "\n",
            key_text(key.shown),
        )
        for key in keys
    ]
    return Content("\n").join(blocks)
