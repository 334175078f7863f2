"""Keys that are pressed faster than the screen keeps up reach what they were meant for.

Textual gives each key to what has the focus when the key arrives, and not when the keys before it
have had their effect. On a slow line several arrive at once: what is typed after a tab would land
in the field before it, and nobody would notice. So a key waits until the one before has passed.
"""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import TYPE_CHECKING
from weakref import ref

from textual import events
from textual.app import App
from textual.message import Message

if TYPE_CHECKING:
    from textual.message_pump import MessagePump
    from textual.screen import Screen
    from textual.timer import Timer

__all__ = ["KeysInOrder"]

_LOOK = 0.05
_PATIENCE = 1.0
"""Seconds; what took a key with it, such as a screen that closed, gives no sign."""


class KeysInOrder(App[None]):
    """An application in which each key waits for the one before."""

    class Passed(Message):
        """Follows a key through the same queues: where it arrives, the key has had its effect."""

    _sign: Passed | None = None
    _sent_at = 0.0
    _sent_from: ref[Screen[object]] | None = None
    """The screen of the last key; not held, because a lock lets go of every screen."""
    _overdue: Timer | None = None

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self._keys_behind: deque[events.Key | events.Paste] = deque()

    async def on_event(self, event: events.Event) -> None:
        """Take a key, or let it wait for the ones before."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._sign is None:
            await self._take(event)
        else:
            self._keys_behind.append(event)
            if self._overdue is None:
                self._overdue = self.set_interval(_LOOK, self._go_on_unasked)

    async def on_keys_in_order_passed(self, message: Passed) -> None:
        """Take the next key, once a screen that this one opened has its focus."""
        message.stop()
        if message is self._sign:
            await self._go_on()

    async def _take(self, event: events.Key | events.Paste) -> None:
        self._sent_from = ref(self.screen)
        target = self.focused or self.screen
        await super().on_event(event)
        if event.is_forwarded:
            self._send_after(target)

    def _send_after(self, target: MessagePump) -> None:
        self._sign, self._sent_at = self.Passed(), monotonic()
        target.post_message(self._sign)

    async def _go_on(self) -> None:
        self._sign = None
        if self._is_elsewhere:
            self._sent_from = ref(self.screen)
            self._send_after(self.screen)
        while self._keys_behind and self._sign is None:
            await self._take(self._keys_behind.popleft())
        if self._overdue is not None and not self._keys_behind:
            self._overdue.stop()
            self._overdue = None

    @property
    def _is_elsewhere(self) -> bool:
        return self._sent_from is None or self._sent_from() is not self.screen

    async def _go_on_unasked(self) -> None:
        """Go on without a sign where none will come."""
        if self._is_elsewhere or monotonic() - self._sent_at > _PATIENCE:
            await self._go_on()
