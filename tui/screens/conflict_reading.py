"""The conflicts of one case as they stand now: read, shown, and kept in step with what others do.

What is decided about them, and saved, is the screen itself: `tui/screens/conflicts.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.errors import NotFound, StoreError
from store.resolving import place_of
from store.who import readers_by_compartment
from tui.deciding import Deciding
from tui.display.case_head import case_head
from tui.display.changes import conflict_place
from tui.display.conflict_words import conflict_text
from tui.display.values import View
from tui.i18n import t
from tui.screens.base import DalilScreen
from tui.screens.case import case_titles
from tui.widgets.conflicts_view import ConflictsView
from tui.work import Job, in_thread

if TYPE_CHECKING:
    from store.model.case import Case
    from store.model.conflict import Conflict

__all__ = ["ConflictReading"]


class ConflictReading(DalilScreen[None]):
    """Holds the conflicts, with what was chosen so far."""

    def __init__(self, case_id: str, *, path: str = "", kept: bytes | None = None) -> None:
        super().__init__()
        self.case_id = case_id
        self.desk: Deciding | None = None
        self._at, self._kept = path, kept
        self._cases: dict[str, str] = {}
        self._readers: dict[str, list[str]] = {}
        self._is_full = False

    def resume(self) -> None:
        """Open again what stood above before a lock."""

    def body(self) -> ComposeResult:
        """Give the head, how far one is, and the conflicts."""
        yield Static(id="head", markup=False)
        yield Static(id="state", markup=False)
        yield ConflictsView()

    def on_mount(self) -> None:
        """Read the case."""
        self.query_one(ConflictsView).focus()
        if self.desk is None:
            self.load()
        else:
            self.show()

    def retranslate(self) -> None:
        """Show the same in the other language."""
        self.call_later(self._make_anew)

    async def _make_anew(self) -> None:
        self._at = self.query_one(ConflictsView).current
        await self.recompose()
        self.on_mount()

    # -- reading -----------------------------------------------------------------------------

    @in_thread("conflicts")
    def load(self, job: Job) -> None:
        """Read the case as it stands now."""
        vault = self.vault
        case = vault.get(self.case_id)
        job.post(self.take, case, readers_by_compartment(vault, case))
        if case.get("overview.related"):
            job.post(self.take_titles, case_titles(vault))

    def main_moved(self) -> None:
        """Look whether somebody else has changed the case, or resolved something in it."""
        self.load()

    def take(self, case: Case, readers: dict[str, list[str]]) -> None:
        """Show a version just read; say which choices it has overtaken."""
        self._readers = readers
        kept, self._kept = self._kept, None
        overtaken: list[str] = []
        if self.desk is None:
            self.desk = Deciding(case)
            if kept is not None:
                overtaken = self.desk.resume(kept)
        elif case.data != self.desk.case.data:
            overtaken = self.desk.renew(case)
        if overtaken:
            fields = t("header.comma").join(conflict_place(path, self.view) for path in overtaken)
            by = case.changed.by
            self.app.notify(t("conflicts.overtaken", by=by, fields=fields), severity="warning")
        self.show()
        if kept is not None:
            self.call_after_refresh(self.resume)

    def take_titles(self, titles: dict[str, str]) -> None:
        """Name the related cases."""
        self._cases = titles
        self.show()

    def work_failed(self, fault: StoreError) -> None:
        """Go back when the case is there no more, and say why."""
        self.app.report(fault)
        if isinstance(fault, NotFound) and self.is_current:
            self.dismiss(None)

    # -- showing -----------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """What values are read against."""
        data: dict[str, Any] = self.desk.case.data if self.desk else {}
        return View(data, self._cases, self._readers)

    def show(self) -> None:
        """Show the conflicts with what was chosen, and how far one is."""
        if self.desk is None:
            return
        desk, view = self.desk, self.view
        self.query_one("#head", Static).update(case_head(desk.case))
        self.query_one("#state", Static).update(self._state())
        texts = [
            conflict_text(
                conflict,
                desk.options(conflict),
                view,
                chosen=desk.chosen[conflict.path].key if conflict.path in desk.chosen else None,
                is_full=self._is_full,
                note=self._why_not(conflict),
            )
            for conflict in desk.conflicts
        ]
        at, self._at = self._at, ""
        self.query_one(ConflictsView).show_conflicts(texts, current=at)
        self.refresh_bindings()

    def _state(self) -> Content:
        """Say how many are decided and what saves them; or that there are none left."""
        assert self.desk is not None  # noqa: S101 - shown only when it is there
        count, chosen = len(self.desk.conflicts), len(self.desk.chosen)
        if not count:
            return Content.styled(t("conflicts.none"), "$success")
        if not chosen:
            return Content.assemble((t("conflicts.count", count=count), "$warning"))
        said = t("conflicts.decided", chosen=chosen, total=count)
        return Content.styled(said, "$success")

    def _why_not(self, conflict: Conflict) -> str:
        """Say why this member cannot resolve a conflict; empty when they can."""
        assert self.desk is not None  # noqa: S101 - as above
        place = place_of(self.desk.case, conflict)
        if self.vault.may_write(place):
            return ""
        return t("conflicts.closed", compartment=place)

    @property
    def conflict(self) -> Conflict | None:
        """The current conflict."""
        current = self.query_one(ConflictsView).current
        found = self.desk.conflicts if self.desk else ()
        return next((one for one in found if (one.path or ".") == current), None)
