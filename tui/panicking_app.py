"""Panic: one key after which this program holds nothing, and, if so chosen, this disk neither."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events

from store.errors import StoreError
from tui.display.line_filter import forget
from tui.i18n import t
from tui.lockable_app import LockableApp

if TYPE_CHECKING:
    from pathlib import Path

    from store.vault import Vault
    from tui.screens.panic import PanicScreen
    from tui.settings import Settings

__all__ = ["PanickingApp"]

_LAST_RESORT = 5.0
"""Seconds after which the process ends as it stands, whatever still runs in it."""


class PanickingApp(LockableApp):
    """An application that can be made to forget everything at once."""

    home: Path
    settings: Settings
    vault_path: Path
    _countdown: PanicScreen | None = None
    _is_over = False

    async def on_event(self, event: events.Event) -> None:
        """Let any key call panic off, before any binding has it; afterwards, none does anything."""
        if isinstance(event, events.InputEvent | events.Paste):
            if self._is_over:
                return
            is_key = not isinstance(event, events.MouseEvent)
            if is_key and not event.is_forwarded and self._call_off():
                return
        await super().on_event(event)

    def _call_off(self) -> bool:
        """Stop counting; say whether there was something to stop."""
        countdown, self._countdown = self._countdown, None
        if countdown is None or not countdown.is_attached:
            return False
        countdown.dismiss(None)
        return True

    def action_panic(self) -> None:
        """Begin to count down."""
        from tui.screens.panic import PanicScreen

        if self._countdown is None:
            self._countdown = PanicScreen(self.settings.panic)
            self.push_screen(self._countdown)

    def panic_now(self) -> None:
        """Drop keys and text from memory, destroy what the settings say, and leave."""
        if self._countdown is None:
            return  # called off in the same moment
        self._countdown, self._is_over = None, True
        if self.settings.panic != "destroy":
            self.keep_now()
        if not self.is_headless:
            last_resort = threading.Timer(_LAST_RESORT, os._exit, (1,))
            last_resort.daemon = True
            last_resort.start()
        self.run_worker(self._panic(self.drop()), name="panic", description="panic", group="turn")

    async def _panic(self, vault: Vault | None) -> None:
        left = await asyncio.to_thread(self._destroy)
        if vault is not None:
            await asyncio.to_thread(vault.close)
            left = await asyncio.to_thread(self._destroy)  # a save that was under way is over now
        forget()
        gc.collect()
        text = t("panic.not_all") if left else t("panic.closed")
        self.exit(return_code=1 if left else 0, message=Text(text))

    def _destroy(self) -> bool:
        """Destroy what is to be destroyed; say whether something of it is left."""
        if self.settings.panic != "destroy":
            return False
        from store.destroying import destroy
        from store.repo.create import git_dir_of

        try:
            git_dir = git_dir_of(str(self.vault_path))
        except StoreError:
            git_dir = None  # the keys matter most
        return bool(destroy(self.home, git_dir))
