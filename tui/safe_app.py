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
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rich.text import Text
from textual.app import SystemCommand
from textual.filter import LineFilter
from textual.screen import Screen
from textual.worker import WorkerFailed

from tui.crash import report
from tui.display.line_filter import DisplayFilter
from tui.display.modes import Mode
from tui.driver import driver_for
from tui.keys_in_order import KeysInOrder

if TYPE_CHECKING:
    from textual.command import Provider

__all__ = ["SafeApp"]

_GRACE = 2.0
"""Seconds a signal leaves for restoring the terminal."""
_ENDING = (signal.SIGTERM, signal.SIGHUP)
_SIGNALLED = 128
"""What a shell adds to the number of a signal."""


class SafeApp(KeysInOrder, inherit_bindings=False):
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
            for number in _ENDING:
                signal.signal(number, partial(self._obey, loop))

    def leave(self, number: int = 0) -> None:
        """End the program; after a signal with the exit code that a shell gives it."""
        self.keep_now()
        self.exit(return_code=_SIGNALLED + number if number else 0)

    def _obey(self, loop: asyncio.AbstractEventLoop, number: int, _frame: object) -> None:
        """Leave after a signal; as it stands where that takes too long.

        A terminal that takes nothing any more blocks Textual's writing for ever, and the loop with
        it, which therefore must not be the one to hear the signal.
        """
        _in_time(_GRACE, self._end_as_it_stands, _SIGNALLED + number)
        loop.call_soon_threadsafe(self.leave, number)

    def _end_as_it_stands(self, code: int) -> None:
        _in_time(_GRACE, os._exit, code)  # the disk may take nothing any more, too
        self.keep_now()
        os._exit(code)

    def keep_now(self) -> None:
        """Keep what must not be lost when the program ends; it must not fail, nor take long."""

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
        """Show a toast, once however often it is said; its text is never read as markup."""
        for shown in [one for one in self._notifications if one.message == message]:
            self._unnotify(shown, refresh=False)
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
        self.keep_now()
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
        self.keep_now()
        if not self._exit_renderables:
            self._exit_renderables.append(Text("Dalil stopped: the terminal could not be read."))
        self._close_messages_no_wait()

    async def _shutdown(self) -> None:
        with suppress(ValueError):  # not in the main thread
            for number in _ENDING:
                signal.signal(number, signal.SIG_DFL)
        await super()._shutdown()


def _in_time(seconds: float, function: Callable[[int], object], code: int) -> None:
    """Call a function after some seconds, if the process is still there then."""
    timer = threading.Timer(seconds, function, (code,))
    timer.daemon = True
    timer.start()
