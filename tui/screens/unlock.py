"""Ask for the passphrase, once, and open the member's keys with it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, Static

from store.crypto.identity import MemberIdentity, unlock
from store.errors import StoreError
from tui.i18n import error, t
from tui.screens.base import DalilScreen
from tui.widgets.passphrase import PassphraseInput
from tui.work import Job, in_thread

__all__ = ["UnlockScreen"]


class UnlockScreen(DalilScreen[MemberIdentity]):
    """A form of one field; it returns the open identity."""

    NAME = "unlock"

    def body(self) -> ComposeResult:
        """Show the field and one line under it."""
        with Vertical(classes="box"):
            yield Label(t("unlock.title"), classes="title", markup=False)
            yield Label(t("unlock.ask"), markup=False)
            yield PassphraseInput(id="passphrase")
            yield Static(t("unlock.hint"), id="answer", classes="dim", markup=False)

    def on_mount(self) -> None:
        """Wait for typing."""
        self.query_one(PassphraseInput).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Know no way round the passphrase."""
        return False if action == "back" else super().check_action(action, parameters)

    @on(Input.Submitted, "#passphrase")
    def try_passphrase(self) -> None:
        """Take the passphrase away from the screen and try it."""
        field = self.query_one(PassphraseInput)
        passphrase = field.take()
        if passphrase:
            field.disabled = True  # one try at a time
            self._answer(t("unlock.checking"), "dim")
            self.unlock(passphrase)

    @in_thread("unlock")
    def unlock(self, job: Job, passphrase: str) -> None:
        """Derive the key, which takes most of a second on purpose."""
        job.post(self.dismiss, unlock(self.app.home, passphrase, plugins=self.app.plugins))

    def work_failed(self, fault: StoreError) -> None:
        """Say what is wrong, and stay."""
        message, hint = error(fault)
        self._answer(f"✗ {message}\n{hint}", "fault")
        field = self.query_one(PassphraseInput)
        field.disabled = False
        field.focus()

    def _answer(self, text: str, style: str) -> None:
        answer = self.query_one("#answer", Static)
        answer.set_classes(style)
        answer.update(Content(text))
