"""A document being edited, and what somebody else saves of it meanwhile: said before the save."""

from __future__ import annotations

from collections.abc import Iterable

from store.model.case import Case
from store.model.diff import diff
from tui.display.changes import path_text
from tui.display.values import View
from tui.i18n import t
from tui.screens.document import DocumentScreen
from tui.work import Job, in_thread

__all__ = ["WatchedDocument"]


class WatchedDocument(DocumentScreen):
    """Knows the newest version in the repository; what is typed stays on the one it began with."""

    _newest: Case | None = None

    def show_state(self) -> None:
        """Show what depends on the whole document."""
        raise NotImplementedError

    def main_moved(self) -> None:
        """Look whether it was this case that somebody saved."""
        if not self.is_new:
            self.look_for_newer()

    @in_thread("newer")
    def look_for_newer(self, job: Job) -> None:
        """Read the case as it stands now."""
        job.post(self._take, self.vault.get(self.editing.case.id))

    def _take(self, newest: Case) -> None:
        self._newest = newest
        self.show_state()

    @property
    def meanwhile(self) -> str:
        """Say who has saved this case since it was opened here, and in which fields both did."""
        newest, editing = self._newest, self.editing
        if newest is None:
            return ""
        theirs = [change.path for change in diff(editing.original.data, newest.data)]
        if not theirs:
            return ""
        mine = [change.path for change in editing.edits()]
        both = [path for path in mine if _touches(path, theirs)]
        if not both:
            return t("case.meanwhile", by=newest.changed.by)
        view = View(editing.case.data)
        fields = t("header.comma").join(path_text(path, view) for path in both)
        return t("case.meanwhile_both", by=newest.changed.by, fields=fields)


def _touches(path: str, others: Iterable[str]) -> bool:
    """Is a path one of the others, or inside one, or around one?"""
    return any(f"{path}.".startswith(f"{o}.") or f"{o}.".startswith(f"{path}.") for o in others)
