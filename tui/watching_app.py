"""Notice that main has moved, by us or by others: one stat a second for all screens together."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tui.panicking_app import PanickingApp
from tui.work import Job, in_thread

if TYPE_CHECKING:
    from textual.worker import Worker

__all__ = ["WatchingApp"]

_EVERY = 1.0
"""Seconds between two looks."""
_REMOTES_EVERY = 10
"""So many looks are one at what is known of the remotes, in place of main."""


class WatchingApp(PanickingApp):
    """An application that tells its screens when somebody has saved."""

    _look: Worker[None] | None = None
    _looks = 0
    _stands: tuple[int, ...] | None = None
    _remotes: tuple[int, ...] | None = None
    _told = ""
    """The commit that the screens were told of last."""

    def on_mount(self) -> None:
        """Begin to look."""
        self.set_interval(_EVERY, self._look_when_open)

    def _look_when_open(self) -> None:
        """Start a look, unless the last one waits for the vault: it is not cut short."""
        if self.vault is not None and (self._look is None or self._look.is_finished):
            self._look = self.look_at_main()

    @in_thread("main")
    def look_at_main(self, job: Job) -> None:
        """Verify what has come to main since the last look, if anything has."""
        vault = self.open_vault
        self._looks += 1
        if self._looks % _REMOTES_EVERY == 0:
            self._look_at_what_was_sent(job, vault.git_dir)
            return
        if self._stands is None:
            self._look_at_what_was_sent(job, vault.git_dir)
        stands, before = _where_it_stands(vault.git_dir), self._stands
        if stands != before:
            self._stands = stands  # first: what cannot be read is reported once, not each second
            if vault.refresh() or before is not None:
                job.post(self.refresh_status)
        if vault.tip != self._told:
            job.post(self._tell, vault.tip)

    def _look_at_what_was_sent(self, job: Job, git_dir: str) -> None:
        """Another program that sends what we have moves no branch here: it notes what is there."""
        remotes = _stamp(git_dir, "dalil/remotes.yaml")
        if remotes != self._remotes:
            self._remotes = remotes
            job.post(self.refresh_status)

    def _tell(self, tip: str) -> None:
        from tui.screens.base import DalilScreen

        self._told = tip
        for screen in self.screen_stack:
            if isinstance(screen, DalilScreen):
                screen.main_moved()


def _where_it_stands(git_dir: str) -> tuple[int, ...]:
    """Give something that changes when main does; git is not asked."""
    return _stamp(git_dir, "refs/heads/main") or _stamp(git_dir, "packed-refs")


def _stamp(git_dir: str, name: str) -> tuple[int, ...]:
    try:
        found = os.stat(os.path.join(git_dir, name))
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_ino, found.st_size
