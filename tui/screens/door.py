"""What stands before the repository: nothing but a line that says what happens or what is wrong.

It finds out whether there is an identity and how it opens, then opens the repository with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from store.errors import StoreError
from tui.i18n import error, number, t
from tui.screens.base import DalilScreen
from tui.widgets.header import HeaderBar
from tui.widgets.key_bar import KeyBar
from tui.widgets.too_small import TooSmall
from tui.work import Job, in_thread

if TYPE_CHECKING:
    from store.crypto.identity import MemberIdentity

__all__ = ["DoorScreen"]


class DoorScreen(DalilScreen[None]):
    """The lowest screen while the repository is locked; it never shows anything decrypted."""

    NAME = "door"

    def __init__(self, *, is_waiting: bool = False) -> None:
        """Make the door; one that is waiting opens by itself for nobody: it was just locked."""
        super().__init__()
        self._is_waiting = is_waiting
        self._fault: StoreError | None = None

    def compose(self) -> ComposeResult:
        """Show the header alone: all words are read from their file after the first paint."""
        yield HeaderBar()

    async def on_mount(self) -> None:
        """Begin when the first paint is out."""
        self.call_after_refresh(self.begin)

    def retranslate(self) -> None:
        """Say the message again, in the language just chosen."""
        for widget in self.query("#message, KeyBar, TooSmall"):
            widget.refresh()
        self._show_fault()

    async def begin(self) -> None:
        """Ask for the passphrase, for an identity, or go straight in."""
        self.app.refresh_status()
        if not self.query("#message"):
            message = Vertical(Static(id="what"), Static(id="hint", classes="dim"), id="message")
            await self.mount(message, KeyBar(), TooSmall())
        self._fault = None
        from store.crypto.identity import state

        try:
            found = state(self.app.home)
        except StoreError as fault:
            self.work_failed(fault)
            return
        if found == "open" and self._is_waiting:
            self._say(t("door.locked"), t("door.open_again"))
        elif found == "open":
            self.unlock_without_passphrase()
        elif found == "locked":
            from tui.screens.unlock import UnlockScreen

            self.app.push_screen(UnlockScreen(), self._unlocked)
        else:
            from tui.screens.identity_new import IdentityNewScreen

            self.app.push_screen(IdentityNewScreen(), self._unlocked)

    @in_thread("door")
    def unlock_without_passphrase(self, job: Job) -> None:
        """Take the identity that no passphrase locks."""
        from store.crypto.identity import unlock

        job.post(self._unlocked, unlock(self.app.home, plugins=self.app.plugins))

    @in_thread("door")
    def open_repository(self, job: Job, member: MemberIdentity) -> None:
        """Open the repository with the keys of a member, and go in."""
        from store.own_key import kept_for
        from store.vault import Vault

        vault = Vault.open(
            str(self.app.vault_path),
            member,
            progress=job.progress(self._show_progress),
            is_cancelled=job.is_cancelled,
        )
        try:
            kept_for(vault)  # a key in hardware is asked for now, and not by the screens
        except StoreError:
            vault.close()
            raise
        if job.is_cancelled():
            vault.close()
        vault.settles_later = True  # `app.settle` does it, when the screen has been painted
        job.post(self.app.enter, member, vault)

    def work_failed(self, fault: StoreError) -> None:
        """Say why the door stays shut; `retry` tries again."""
        self._fault = fault
        self._show_fault()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer another try after a fault, and to open what no passphrase keeps shut."""
        if action == "retry":
            return self._fault is not None
        if action == "open":
            return self._is_waiting
        return super().check_action(action, parameters)

    async def action_retry(self) -> None:
        """Try again, from the beginning."""
        self._say("", "")
        await self.begin()

    async def action_open(self) -> None:
        """Open again what was locked."""
        self._is_waiting = False
        await self.action_retry()

    def _unlocked(self, member: MemberIdentity | None) -> None:
        if member is None:
            return
        self._say(t("door.opening"), "")
        self.open_repository(member)

    def _show_progress(self, done: int, total: int) -> None:
        self._say(t("door.opening"), t("door.verifying", done=number(done), total=number(total)))

    def _show_fault(self) -> None:
        if self._fault is not None:
            message, hint = error(self._fault)
            self._say(f"✗ {message}", hint)

    def _say(self, what: str, hint: str) -> None:
        self.query_one("#what", Static).update(Content(what))
        self.query_one("#hint", Static).update(Content(hint))
