"""A field for a passphrase: never shown, never copied, emptied as it is read."""

from __future__ import annotations

from textual.widgets import Input

__all__ = ["PassphraseInput"]


class PassphraseInput(Input):
    """A line of dots."""

    def __init__(self, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(password=True, id=id)

    def take(self) -> str:
        """Give what was typed, and forget it here."""
        typed = self.value
        with self.prevent(Input.Changed):
            self.value = ""
        return typed

    def action_copy(self) -> None:
        """Copy nothing: what is pasted elsewhere can be read."""

    def action_cut(self) -> None:
        """Cut nothing."""
