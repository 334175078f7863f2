"""Sync beside all other work: one run at a time, when a person asks for it or every few minutes.

It has a vault of its own, so that nobody who reads, types or saves waits for a slow remote.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from textual.reactive import var
from textual.timer import Timer

from tui.processes import with_processes
from tui.sync_run import Kind, SyncRun, Watch, brought, count_conflicts, run_one, took
from tui.watching_app import WatchingApp
from tui.work import Job, in_thread

if TYPE_CHECKING:
    from store.crypto.identity import MemberIdentity
    from store.remote.standing import SyncState
    from store.remote.sync import Look, Stage, Synced
    from store.vault import Vault
    from tui.app import DalilApp

__all__ = ["SyncingApp"]

_GROUP = "sync"
_FIRST = 10.0
"""Seconds after unlocking until the first sync in the background: the list comes first."""
_MOST = 500
"""Commits of others that are kept for the screen."""


class SyncingApp(WatchingApp):
    """An application that keeps its repository in step with others."""

    sync_run: var[SyncRun] = var(SyncRun())
    """What is going on, for the screen and the header."""

    sync_state: var[SyncState | None] = var(None)
    """How this copy stands to the others, as far as it is known; None while it is locked."""

    _sync_timer: Timer | None = None
    _sync_stop: threading.Event
    _told_states: dict[str, str]
    """By remote: how the last sync with it ended that was told of."""

    def enter(self, member: MemberIdentity, vault: Vault) -> None:
        """Begin to sync in the background, where the settings say so."""
        super().enter(member, vault)
        self._told_states = {}
        if self.settings.sync_minutes:
            self._sync_timer = self.set_timer(_FIRST, self._sync_in_background)

    def lock(self) -> None:
        """Let no sync go on behind a locked door."""
        self._end_syncing()
        super().lock()

    def drop(self) -> Vault | None:
        """Let no sync go on with keys that were forgotten."""
        self._end_syncing()
        return super().drop()

    def begin_sync(self, kind: Kind, *, is_asked: bool = True) -> None:
        """Begin to sync with all remotes, or to look what that would bring, unless one goes on."""
        if self.vault is None or self.sync_run.kind:
            return
        self._sync_stop = threading.Event()
        before = self.sync_run
        self.sync_run = SyncRun(kind, arrived=before.arrived, flags=before.flags, runs=before.runs)
        self._sync(kind, self._sync_stop, is_asked=is_asked)

    def stop_sync(self) -> None:
        """Stop as soon as that is safe."""
        if self.sync_run.kind:
            self._sync_stop.set()
            self.sync_run = self.sync_run._replace(is_stopping=True)

    def refresh_status(self) -> None:
        """Bring what the header says of the others in step."""
        super().refresh_status()
        if self.vault is not None:
            self._look_at_remotes()

    @in_thread("remotes")
    def _look_at_remotes(self, job: Job) -> None:
        from store.remote.standing import sync_state

        job.post(self._show_sync_state, sync_state(self.open_vault))

    def _show_sync_state(self, state: SyncState) -> None:
        self.sync_state = state if self.vault is not None else None

    @in_thread(_GROUP)
    def _sync(self, job: Job, kind: Kind, stop: threading.Event, *, is_asked: bool) -> None:
        """Go from remote to remote; this thread alone waits for them."""
        from store.remote import state as states

        def is_cancelled() -> bool:
            return stop.is_set() or job.is_cancelled()

        def begin(stage: Stage) -> None:
            job.post(self._show_sync_stage, stage)

        here, passwords = self.open_vault, str(self.home / "git-credentials")
        watch = Watch(begin, job.progress(self._show_sync_progress), is_cancelled)
        found: list[Synced | Look] = []
        flags: Mapping[str, int] = {}
        try:
            with here.beside() as vault, with_processes():
                for remote in sorted(states.read(vault.git_dir)):
                    if not is_cancelled():
                        job.post(self._show_sync_remote, remote)
                        found.append(run_one(vault, remote, kind, passwords, watch))
                cases = [*self.sync_run.flags, *brought(found)]
                flags = count_conflicts(vault, cases) if not job.is_cancelled() else {}
        finally:
            job.post(self._sync_over, found, flags, is_asked)

    def _show_sync_remote(self, remote: str) -> None:
        self.sync_run = self.sync_run._replace(remote=remote, stage="fetch", done=0, total=0)

    def _show_sync_stage(self, stage: Stage) -> None:
        self.sync_run = self.sync_run._replace(stage=stage, done=0, total=0)

    def _show_sync_progress(self, done: int, total: int) -> None:
        self.sync_run = self.sync_run._replace(done=done, total=total)

    def _sync_over(
        self,
        found: Sequence[Synced | Look],
        flags: Mapping[str, int],
        is_asked: bool,  # noqa: FBT001 - posted
    ) -> None:
        """Show what the run came to, and tell it where its screen is not in sight."""
        from store.remote.sync import Look, Synced

        before = self.sync_run
        results = tuple(one for one in found if isinstance(one, Synced))
        self.sync_run = SyncRun(
            results=results,
            looks=tuple(one for one in found if isinstance(one, Look)),
            arrived=(*(news for one in results for news in took(one)), *before.arrived)[:_MOST],
            flags=flags,
            runs=before.runs + 1,
        )
        self._look_when_open()
        self.refresh_status()
        if getattr(self.screen, "NAME", "") != "sync":
            self._tell_results(results, is_asked=is_asked)

    def _tell_results(self, results: Sequence[Synced], *, is_asked: bool) -> None:
        """Say it in passing; of what went on in the background, only what is news."""
        from tui.display.sync_words import conflicts_line, result_words

        for result in results:
            before = self._told_states.get(result.remote, "done")
            self._told_states[result.remote] = result.state
            if is_asked or took(result) or result.state != before:
                title, text = result_words(result)
                is_good = result.state == "done"
                self.notify(text, title=title, severity="information" if is_good else "warning")
        if self.sync_run.flags and any(map(took, results)):
            said = conflicts_line(self.sync_run.flags, cast("DalilApp", self))
            self.notify(said, severity="warning")

    def _sync_in_background(self) -> None:
        self.begin_sync("sync", is_asked=False)
        self._sync_timer = self.set_timer(self.settings.sync_minutes * 60, self._sync_in_background)

    def _end_syncing(self) -> None:
        """Stop, and forget what came: the titles of cases are among it."""
        if self._sync_timer is not None:
            self._sync_timer.stop()
        self.workers.cancel_group(self, _GROUP)
        self.sync_run, self.sync_state = SyncRun(), None
