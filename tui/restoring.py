"""Bring a case back to an earlier version: show what that changes, ask why, make a new commit."""

from __future__ import annotations

from typing import NamedTuple

from store.history import CaseChange, Entry
from store.model.diff import diff
from store.restoring import restoration
from store.vault import Saved
from tui.display.instant import local_time
from tui.i18n import t
from tui.screens.base import DalilScreen
from tui.work import WRITING, Job, in_thread

__all__ = ["Restoration", "Restoring"]

_SHORT = 10


class Restoration(NamedTuple):
    """What would be brought back: the version, what stands now (`before`) and what would then."""

    entry: Entry
    change: CaseChange

    @property
    def sentence(self) -> str:
        """What it will do."""
        values = {"at": local_time(self.entry.at), "commit": self.entry.commit[:_SHORT]}
        return t("history.restore.text", **values, count=len(self.change.changes))


class Restoring(DalilScreen[None]):
    """A screen from which a version can be restored."""

    def restored(self) -> None:
        """Show the state after a restoration."""
        raise NotImplementedError

    @in_thread("restore")
    def prepare_restore(self, job: Job, entry: Entry, case_id: str, why: str = "") -> None:
        """Compare a version with what stands now, where this member may write it."""
        if entry.signature != "verified":
            job.post(self.app.notify, t("history.restore.unverified"))
            return
        vault = self.vault
        now, then = restoration(vault, case_id, entry.commit)
        vault.must_write(now.compartment)
        changes = tuple(diff(now.data, then.data))
        change = CaseChange(case_id, "open", "", changes, now.data, then.data)
        job.post(self._ask, Restoration(entry, change), why)

    @in_thread(WRITING)
    def bring_back(self, job: Job, case_id: str, commit: str, why: str) -> None:
        """Make the commit; when anything fails, all stays as it was."""
        job.post(self._say, self.vault.revert(case_id, commit, why))

    def _ask(self, restoration: Restoration, why: str) -> None:
        if not restoration.change.changes:
            self.app.notify(t("history.restore.same"))
            return
        from tui.screens.restore import RestoreScreen

        def go_on(reason: str | None) -> None:
            if reason:
                self.bring_back(restoration.change.case_id, restoration.entry.commit, reason)

        self.app.push_screen(RestoreScreen(restoration, why), go_on)

    def _say(self, saved: Saved | None) -> None:
        if saved is None:
            self.app.notify(t("history.restore.same"))
            return
        self.app.notify(t("history.restore.done", commit=saved.commit[:_SHORT]))
        self.app.refresh_status()
        self.app.settle()
        self.restored()
