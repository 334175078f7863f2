"""The lock: who is in, what is open, and how all of it is dropped.

Screens stand in one of two modes, each a stack of its own. "door" is for unlocking; "work" holds
everything that shows decrypted text, and a lock drops it as a whole, with keys and repository.
"""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from textual import events
from textual.screen import Screen
from textual.timer import Timer

from store.errors import Sealed, StoreError
from tui.display.line_filter import forget
from tui.display.modes import Mode
from tui.drafting_app import DraftingApp
from tui.idle import IdleClock
from tui.screens.door import DoorScreen

if TYPE_CHECKING:
    from store.crypto.identity import MemberIdentity
    from store.vault import Vault
    from tui.kept import KeptScreen

__all__ = ["LockableApp"]

_DOOR, _WORK = "door", "work"


class LockableApp(DraftingApp):
    """An application behind a door."""

    def __init__(self, mode: Mode, idle_minutes: int) -> None:
        super().__init__(mode)
        self.vault: Vault | None = None
        self.idle = IdleClock(idle_minutes * 60)
        self.writing = threading.Lock()
        """Held by slow work that changes the repository."""
        self._member: MemberIdentity | None = None
        self._idle_timer: Timer | None = None
        self._turn = asyncio.Lock()
        self._is_turning = False
        self._kept: list[KeptScreen] = []
        self._keep_for: list[str] = []

    @property
    def open_vault(self) -> Vault:
        """The open repository.

        Raises:
            Sealed: it is locked; work that was still running ends here.
        """
        if self.vault is None:
            raise Sealed("the repository is locked", hint="unlock it first")
        return self.vault

    def get_default_screen(self) -> Screen[Any]:
        """Begin at the door."""
        return DoorScreen()

    def first_screen(self) -> Screen[Any]:
        """Make the lowest screen of the work."""
        raise NotImplementedError

    def refresh_status(self) -> None:
        """Bring what the header says in step with the repository."""

    def report(self, fault: StoreError) -> None:
        """Tell a person of an error."""
        raise NotImplementedError

    def enter(self, member: MemberIdentity, vault: Vault) -> None:
        """Show the repository, and what was unsaved when it was locked."""
        from store.own_key import kept_for

        self._member, self.vault, self._keep_for = member, vault, kept_for(vault)
        self.begin_drafts(vault, member)
        self.idle.touch()
        self._watch_idle()
        self._begin(self._show_work(vault))

    def lock(self) -> None:
        """Drop keys, decrypted text and every screen that showed it, and ask for the passphrase."""
        if self._member is None or self.vault is None:
            return
        from tui.kept import keep

        self.keep_now()
        self._kept += keep(self.screen_stack, self._keep_for)
        self.drafts, self.waiting = None, ()
        vault, self.vault, self._member = self.vault, None, None
        self.clear_notifications()
        self._clipboard = ""
        self._begin(self._show_door(vault))

    def drop(self) -> Vault | None:
        """Forget keys and all that was typed, also what a lock keeps; give what is to be closed."""
        vault, self.vault, self._member = self.vault, None, None
        self.let_go_of_drafts()
        self._kept, self._keep_for = [], []
        self.clear_notifications()
        self._clipboard = ""
        return vault

    async def on_unmount(self) -> None:
        """Close the repository at the end; a save that is under way ends first."""
        if self.vault is not None:
            await asyncio.to_thread(self._close, self.vault)

    async def on_event(self, event: events.Event) -> None:
        """Take every key and every movement of the mouse as a sign of life."""
        if isinstance(event, events.InputEvent) and not event.is_forwarded:
            if self._member is not None and self.idle.remaining == 0:
                self.lock()  # the machine slept
            self.idle.touch()
            if self._is_turning:
                return  # what is pressed now was not meant for the screen that comes
        await super().on_event(event)

    def action_lock(self) -> None:
        """Lock now."""
        self.lock()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the lock only when there is something to lock."""
        if action == "lock":
            return self._member is not None
        return super().check_action(action, parameters)

    def _begin(self, turn: Coroutine[Any, Any, None]) -> None:
        """Change the mode in a task of its own: the screens that wait for it are removed by it."""
        self._is_turning = True
        self.run_worker(turn, name="turn", description="turn", group="turn")

    async def _show_work(self, vault: Vault) -> None:
        await self._change_mode(_WORK, self.first_screen)
        self.refresh_status()
        await self._restore(vault)

    async def _show_door(self, vault: Vault) -> None:
        await self._change_mode(_DOOR, lambda: DoorScreen(is_waiting=True))
        self.refresh_status()
        await asyncio.to_thread(self._close, vault)
        forget()
        gc.collect()  # widgets and their screens refer to each other

    async def _change_mode(self, mode: str, first: Callable[[], Screen[Any]]) -> None:
        """Show another stack of screens, which begins with a new one, and drop the one before."""
        async with self._turn:
            left = self.current_mode
            self.add_mode(mode, first)
            await self.switch_mode(mode)
            self._is_turning = False
            if left in (_DOOR, _WORK):
                await self.remove_mode(left)

    async def _restore(self, vault: Vault) -> None:
        from store.own_key import kept_keys
        from tui.kept import restore

        try:
            screens = restore(self._kept, kept_keys(vault)) if self._kept else []
        except StoreError as fault:
            self.report(fault)
            return
        self._kept = []
        for screen in screens:
            await self.push_screen(screen)

    def _watch_idle(self) -> None:
        """Lock when the time is over, else look again when it could be."""
        if self._idle_timer is not None:
            self._idle_timer.stop()
        remaining = self.idle.remaining
        if self._member is None or remaining is None:
            return
        if remaining == 0:
            self.call_next(self.lock)
        else:
            self._idle_timer = self.set_timer(remaining, self._watch_idle)

    def _close(self, vault: Vault) -> None:
        with self.writing:
            vault.close()
