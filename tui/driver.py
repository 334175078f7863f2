"""The terminal driver: Textual's own, which also tells the terminal who puts Arabic in order."""

from __future__ import annotations

import os
import select
import signal
import threading

from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from tui.display.modes import Mode, enter_sequence, exit_sequence

__all__ = ["driver_for"]


def driver_for(mode: Mode) -> type[Driver]:
    """Make the driver class for a bidi mode; its sequences also frame a suspension (ctrl+z)."""

    class TerminalDriver(LinuxDriver):
        """Switch the terminal's own reordering off while the interface is shown."""

        def start_application_mode(self) -> None:
            super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual leaves it untyped
            self.write(enter_sequence(mode))

        def run_input_thread(self) -> None:
            watch = threading.Thread(target=self._watch, name="dalil-hang-up", daemon=True)
            watch.start()
            super().run_input_thread()

        def _watch(self) -> None:
            """Tell a terminal that is gone: Textual would read its end for ever, at full speed."""
            poll = select.poll()
            poll.register(self.fileno, 0)
            while not self.exit_event.is_set():
                if any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(1000)):
                    self.exit_event.set()
                    os.kill(os.getpid(), signal.SIGHUP)

        def stop_application_mode(self) -> None:
            self.write(exit_sequence(mode))
            super().stop_application_mode()

    return TerminalDriver
