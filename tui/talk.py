"""Ask the person at the screen what a key outside this program wants of them.

Called from the threads that do slow work, which wait for the answer here; the UI thread never does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING, Any, TypeVar

from store.crypto.plugins import Plugins
from tui.i18n import t

if TYPE_CHECKING:
    from textual.screen import Screen

    from tui.app import DalilApp

__all__ = ["ScreenTalk", "plugins_of"]

_PATIENCE = 120.0
"""Seconds for finding a PIN."""
_LOOK_AGAIN = 0.2
_TOAST = 15.0

Answer = TypeVar("Answer")


def plugins_of(app: DalilApp) -> Plugins:
    """Give the age plugins that this person's settings allow."""
    return Plugins(frozenset(app.settings.plugins), ScreenTalk(app))


class ScreenTalk:
    """Messages are toasts, questions are dialogues."""

    def __init__(self, app: DalilApp) -> None:
        self._app = app

    def touch(self) -> None:
        """Say that a key waits to be touched."""
        self.tell(t("talk.touch"))

    def tell(self, text: str) -> None:
        """Show a message."""
        self._app.call_later(self._toast, text)

    def ask(self, text: str, *, is_secret: bool) -> str | None:
        """Ask for a line; a secret one is shown as dots."""
        from tui.screens.ask import AskScreen

        return self._answer(lambda: AskScreen(text, is_secret=is_secret))

    def choose(self, text: str, yes: str, no: str) -> bool | None:
        """Ask for one of two answers."""
        from tui.screens.confirm import ConfirmScreen

        return self._answer(lambda: ConfirmScreen(t("talk.title"), text, yes=yes, no=no))

    def _toast(self, text: str) -> None:
        self._app.notify(text, timeout=_TOAST)

    def _answer(self, make: Callable[[], Screen[Answer]]) -> Answer | None:
        """Wait for what a dialogue returns; None when it went away without, as at a lock."""
        if threading.current_thread() is threading.main_thread():
            return None
        answer: Future[Answer | None] = Future()
        shown: list[Screen[Any]] = []

        def show() -> None:
            shown.append(make())
            self._app.push_screen(shown[0], answer.set_result)

        self._app.call_later(show)
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self._app.is_running:
            try:
                return answer.result(_LOOK_AGAIN)
            except NotYet:
                if shown and not shown[0].is_attached:
                    break
        return None
