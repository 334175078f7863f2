"""Textual's application with everything closed through which a case's text could leave the screen.

Crash reports with local variables, markup in messages, the terminal's clipboard, screenshots,
pictures of the screen: see the methods. Also leaves cleanly when the terminal hangs up.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rich.text import Text
from textual.app import App, SystemCommand
from textual.filter import LineFilter
from textual.screen import Screen
from textual.worker import WorkerFailed

from tui.crash import report
from tui.display.line_filter import DisplayFilter
from tui.display.modes import Mode
from tui.driver import driver_for

if TYPE_CHECKING:
    from textual.command import Provider

__all__ = ["SafeApp"]

_GRACE = 2.0
"""Seconds a signal leaves for restoring the terminal."""


class SafeApp(App[None], inherit_bindings=False):
    """An application that shows text and lets none of it escape."""

    ALLOW_SELECT: ClassVar[bool] = False  # text selected with the mouse would go to the clipboard
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = set()
    ENABLE_SELECT_AUTO_SCROLL = False
    NOTIFICATION_TIMEOUT: ClassVar[float] = 4  # seconds

    def __init__(self, mode: Mode) -> None:
        super().__init__(driver_class=driver_for(mode))
        self._mode = mode
        self.mirror(is_mirrored=False)

    def on_mount(self) -> None:
        """Leave cleanly when the terminal or the machine says so."""
        loop = asyncio.get_running_loop()
        # By default, asyncio prints the message of an exception that nobody asked for.
        loop.set_exception_handler(lambda _loop, _context: None)
        if not self.is_headless:
            for number in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self.leave, number)

    def leave(self, number: int = 0) -> None:
        """End the program; after a signal with the exit code that a shell gives it.

        A terminal that is gone can block Textual's writing for ever, so a signal that is not
        obeyed in time ends the process as it stands: what was saved is on the disk.
        """
        code = 128 + number if number else 0
        if number:
            last_resort = threading.Timer(_GRACE, os._exit, (code,))
            last_resort.daemon = True
            last_resort.start()
        self.exit(return_code=code)

    def mirror(self, *, is_mirrored: bool) -> None:
        """Arrange the lines that are drawn from now on for a screen read from the left or right."""
        self._display_filter = DisplayFilter(self._mode, is_mirrored=is_mirrored)
        self._typing_filter = DisplayFilter(self._mode, is_mirrored=is_mirrored, is_typed=True)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Scrub and arrange every line of every widget, after Textual's own filters."""
        return [*super().get_line_filters(), self._display_filter]

    def get_typing_filters(self) -> Sequence[LineFilter]:
        """Do the same for widgets that one types into."""
        return [*super().get_line_filters(), self._typing_filter]

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002 - the signature is Textual's; text is never markup
    ) -> None:
        """Show a toast; its text is never read as markup."""
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=False)

    def copy_to_clipboard(self, text: str) -> None:
        """Keep what was cut or copied for pasting here, away from the terminal's clipboard."""
        self._clipboard = text

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:  # noqa: ARG002
        """Give none of Textual's own: one of them writes the screen to a file."""
        return ()

    def deliver_screenshot(self, *_args: Any, **_options: Any) -> None:
        """Write no picture of the screen to a file."""

    def save_screenshot(self, *_args: Any, **_options: Any) -> str:
        """Write no picture of the screen to a file."""
        return ""

    def crash(self, error: BaseException) -> None:
        """End the program for a programming error: its type and place are printed, no more."""
        self._return_code = 1
        if self._exception is None and isinstance(error, Exception):
            self._exception = error  # a test raises it again
            self._exception_event.set()
        if not self._exit_renderables:
            self._exit_renderables.append(Text(report(error)))
        self._close_messages_no_wait()

    def _handle_exception(self, error: Exception) -> None:
        self.crash(error.error if isinstance(error, WorkerFailed) else error)

    def panic(self, *_renderables: Any) -> None:
        """End the program when the terminal can no longer be read; Textual shows its traceback."""
        self._return_code = 1
        if not self._exit_renderables:
            self._exit_renderables.append(Text("Dalil stopped: the terminal could not be read."))
        self._close_messages_no_wait()

    async def _shutdown(self) -> None:
        with suppress(NotImplementedError, RuntimeError):
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().remove_signal_handler(number)
        await super()._shutdown()
