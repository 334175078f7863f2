"""What every screen is: a header, its body, a footer, and the ways in and out.

A screen sets `NAME`, which finds its commands (`tui/commands.py`) and its texts (locale keys), and
writes `body()`. See `DalilModal` for dialogues.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events, getters
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.filter import LineFilter
from textual.screen import ModalScreen, Screen

from store.errors import StoreError
from tui.commands import bindings_for
from tui.widgets.header import HeaderBar
from tui.widgets.key_bar import KeyBar
from tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from store.drafts import Draft
    from store.vault import Vault
    from tui.app import DalilApp

__all__ = ["DalilModal", "DalilScreen"]

Result = TypeVar("Result")


class DalilScreen(Screen[Result]):
    """A screen of Dalil; `Result` is what it returns to who opened it."""

    NAME: ClassVar[str]
    """Its name in the table of commands and in the locale."""
    draft: Draft | None = None
    """What keeps its unsaved text on the disk (`tui/drafting_app.py`)."""
    has_typed = False
    """Whether its draft holds a text of its own."""
    is_left = False
    """Whether it was left: what was typed is saved, thrown away or put aside."""

    def __init_subclass__(cls, **options: Any) -> None:
        if "NAME" in cls.__dict__:
            is_dialogue = issubclass(cls, ModalScreen)
            cls.BINDINGS = [*bindings_for(cls.NAME, is_dialogue=is_dialogue)]
        super().__init_subclass__(**options)

    if TYPE_CHECKING:
        app = getters.app(DalilApp)

    @property
    def vault(self) -> Vault:
        """The open repository; only screens that are shown while it is open may ask."""
        return self.app.open_vault

    def compose(self) -> ComposeResult:
        """Put the body between the header and the footer."""
        yield HeaderBar()
        yield from self.body()
        yield KeyBar()
        yield TooSmall()

    def body(self) -> ComposeResult:
        """Give the screen's own widgets."""
        yield from ()

    def unsaved(self) -> bytes | None:
        """Give what was typed and is not saved, in any form that `restore` reads; None for nothing.

        Asked before a lock, where the answer is kept encrypted and the screen is dropped, before
        leaving the program, and every few seconds for the draft on the disk (`tui/kept.py`).
        """
        return None

    @classmethod
    def restore(cls, unsaved: bytes) -> DalilScreen[Any]:
        """Make the screen again, or one that leads to it, from what `unsaved` gave."""
        raise NotImplementedError

    def retranslate(self) -> None:
        """Show the screen in a new language; one that would lose typed text overrides it."""
        self.refresh(recompose=True)

    def main_moved(self) -> None:
        """Take in that somebody has saved, this program or another: the vault has a new tip."""

    def work_failed(self, fault: StoreError) -> None:
        """Take the error of slow work that this screen started; by default, one toast."""
        self.app.report(fault)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Let no cursor blink: over a slow line, each blink is traffic."""
        if hasattr(event.widget, "cursor_blink"):
            event.widget.cursor_blink = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the way back only where there is one; override for what a state rules out.

        False hides the command, None shows it greyed out.
        """
        if action == "back":
            return len(self.app.screen_stack) > 1
        return super().check_action(action, parameters)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Return to the screen below; what was typed is no draft any more."""
        self.app.end_draft(self)
        return super().dismiss(result)

    def action_back(self) -> Awaitable[None] | None:
        """Return to the screen below."""
        self.dismiss(None)
        return None


class DalilModal(DalilScreen[Result], ModalScreen[Result]):
    """A dialogue over the screen that opened it: only a body."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Filter nothing again: what shows through from below has been filtered there."""
        return ()

    def compose(self) -> ComposeResult:
        """Show the body alone."""
        yield from self.body()
        yield TooSmall()
