"""How a key outside this program asks its owner for something: a touch, a PIN, a yes.

Whoever unlocks an identity says who answers; nobody does by default, as in a script.
"""

from __future__ import annotations

from typing import Protocol

__all__ = ["SILENCE", "Talk"]


class Talk(Protocol):
    """A person before a screen. Texts come from another program: they are scrubbed when shown."""

    def touch(self) -> None:
        """Say that a key waits to be touched."""

    def tell(self, text: str) -> None:
        """Show a message, and do not wait."""

    def ask(self, text: str, *, is_secret: bool) -> str | None:
        """Ask for a line of text, such as a PIN; None when there is no answer."""

    def choose(self, text: str, yes: str, no: str) -> bool | None:
        """Ask for one of two answers, `no` may be empty; None when there is no answer."""


class _Silence:
    """Nobody is there."""

    def touch(self) -> None:
        """Say nothing."""

    def tell(self, text: str) -> None:
        """Say nothing."""

    def ask(self, text: str, *, is_secret: bool) -> str | None:  # noqa: ARG002 - the protocol's
        """Give no answer."""
        return None

    def choose(self, text: str, yes: str, no: str) -> bool | None:  # noqa: ARG002 - the protocol's
        """Give no answer."""
        return None


SILENCE: Talk = _Silence()
