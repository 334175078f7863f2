"""One case to read: its sections, each laid out as labelled values; editing is one key away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from store.errors import StoreError
from store.model.case import Case
from store.model.check import check
from store.model.conflict import conflicts
from store.model.fields import Section, load_model
from store.vault import Vault
from store.who import readers_by_compartment
from tui.display.case_head import case_head
from tui.display.case_page import section_page
from tui.display.values import View, item_title
from tui.editing import Editing
from tui.i18n import label, language, t
from tui.screens.base import DalilScreen
from tui.widgets.reading import ReadingView
from tui.widgets.section_bar import SectionBar, SectionTab
from tui.work import Job, in_thread

if TYPE_CHECKING:
    from store.sealing import Sealing
    from store.who import Readers
    from tui.screens.document import Left

__all__ = ["CaseScreen", "case_titles", "section_tabs"]


class CaseScreen(DalilScreen[None]):
    """Shows a case as of the last verified commit, or as it was at an earlier one."""

    NAME = "case"
    CSS_PATH = "case.tcss"

    def __init__(
        self,
        case_id: str,
        *,
        commit: str | None = None,
        is_editing: bool = False,
        asks: dict[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.case_id, self.commit = case_id, commit
        self.case: Case | None = None
        self._cases: dict[str, str] = {}
        self._place = 0
        self._fault: StoreError | None = None
        self._opens_form = is_editing
        self._asks = asks
        """What a dialogue about sealing had been told when the screen was locked."""
        self._readers: dict[str, list[str]] = {}
        self._flags: dict[str, int] = {}
        """How many values each path in conflict has."""

    def body(self) -> ComposeResult:
        """Give the head, the sections and the page."""
        yield Static(id="head", markup=False)
        yield SectionBar(section_tabs(self.case))
        with Vertical(id="page"):
            yield ReadingView()

    def retranslate(self) -> None:
        """Show the case in the other language, at the same section."""
        self.call_later(self._make_anew)

    async def _make_anew(self) -> None:
        await self.recompose()
        self.on_mount()

    def on_mount(self) -> None:
        """Read the case."""
        self.query_one(ReadingView).focus()
        if self.case is None:
            self.load()
        else:
            self.show_case(self.case)

    @in_thread("case")
    def load(self, job: Job) -> None:
        """Read the case, and what the cases related to it are called."""
        vault = self.vault
        case = vault.get(self.case_id, self.commit)
        check(case.data)  # here, because the first date that is read takes 100 ms of imports
        job.post(self.show_case, case)
        if case.get("overview.related"):
            job.post(self.show_titles, case_titles(vault))

    def main_moved(self) -> None:
        """Look whether somebody else has saved this case."""
        if self.commit is None:
            self.look_for_newer()

    @in_thread("newer")
    def look_for_newer(self, job: Job) -> None:
        """Read the case again, and show it when it is another."""
        shown, now = self.case, self.vault.get(self.case_id)
        if shown is not None and now.data != shown.data:
            check(now.data)
            job.post(self.show_newer, now)

    def show_newer(self, case: Case) -> None:
        """Show what somebody else has saved; what one reads stays where it is."""
        view = self.query_one(ReadingView)
        offset = view.scroll_offset.y
        self.show_case(case)
        view.scroll_to(y=offset, animate=False)

    def work_failed(self, error: StoreError) -> None:
        """Stay, and say in place of the case why it cannot be read."""
        self._fault = error
        self.refresh_bindings()
        self.show_page()
        self.app.report(error)

    def show_case(self, case: Case) -> None:
        """Show a version just read; the section and item that were open stay so."""
        self.case = case
        self._readers = readers_by_compartment(self.vault, case)
        self._flags = {one.path: len(one.values) for one in conflicts(case.data)}
        self.query_one("#head", Static).update(case_head(case, commit=self.commit))
        self.refresh_bindings()
        self.show_page(current=self.query_one(ReadingView).current)
        if self._opens_form:
            self._opens_form = False
            self.action_edit()
        if self._asks is not None:
            asks, self._asks = self._asks, None
            self._ask_about(asks["what"], asks["item"], asks)

    def show_titles(self, titles: dict[str, str]) -> None:
        """Name the related cases."""
        self._cases = titles
        self.show_page()

    def show_page(self, *, current: str = "") -> None:
        """Show the open section."""
        self.query_one(SectionBar).show(section_tabs(self.case), self._place)
        data = self.case.data if self.case else {}
        page = partial(
            section_page,
            self.section,
            View(data, self._cases, self._readers, self._flags),
            check(data) if self.case else (),
            fault=self._fault,
            is_mirrored=language() == "ar",
        )
        self.query_one(ReadingView).show(page, current=current)

    @property
    def section(self) -> Section:
        """The section that is open."""
        return load_model().sections[self._place]

    # -- going about -------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Open a section by its number."""
        if event.character and event.character.isdecimal():
            place = int(event.character) - 1  # digits of either script
            if 0 <= place < len(load_model().sections):
                event.stop()
                self._open(place)

    def on_section_bar_chosen(self, event: SectionBar.Chosen) -> None:
        """Open the section that was chosen."""
        self._open(event.place)

    def on_reading_view_turned(self, event: ReadingView.Turned) -> None:
        """Turn to the section beside this one."""
        self._open(self._place + event.by)

    def action_next_section(self) -> None:
        """Open the next section."""
        self._open(self._place + 1)

    def action_previous_section(self) -> None:
        """Open the section before."""
        self._open(self._place - 1)

    def action_next_item(self) -> None:
        """Go to the next item."""
        self.query_one(ReadingView).go(1)

    def action_previous_item(self) -> None:
        """Go to the item before."""
        self.query_one(ReadingView).go(-1)

    def _open(self, place: int) -> None:
        self._place = place % len(load_model().sections)
        self.show_page()

    # -- doing -------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what cannot be done with this case."""
        if action in ("edit", "seal", "unseal", "move_case"):
            return True if self.case and self.commit is None else None
        if action == "conflicts":
            return bool(self.case and self.commit is None and self._flags)
        return super().check_action(action, parameters)

    def action_edit(self) -> None:
        """Open the form at this section and item, where this member may write."""
        if self.case is None or self.commit is not None:
            return
        try:
            self.vault.must_write(self.case.compartment)
        except StoreError as fault:
            self.app.report(fault)
            return
        from tui.screens.form import FormScreen

        item = self.query_one(ReadingView).current
        form = FormScreen(
            Editing(self.case), start=".".join(filter(None, (self.section.key, item)))
        )
        self.app.push_screen(form, self.return_from_form)

    def return_from_form(self, left: Left | None) -> None:
        """Read the case again, at the section that was edited last."""
        if left is not None:
            self._place = [entry.key for entry in load_model().sections].index(left.section)
        self.load()

    def look_again(self, _result: object) -> None:
        """Read the case again: an earlier version may have been brought back."""
        self.load()

    def action_seal(self) -> None:
        """Seal the current item: fewer people will be able to read it."""
        self._ask_about("seal", self._current_item())

    def action_unseal(self) -> None:
        """Put the current item back where its case is."""
        self._ask_about("unseal", self._current_item())

    def action_move_case(self) -> None:
        """Move this case to another compartment."""
        self._ask_about("move", "")

    def _current_item(self) -> str:
        return ".".join(filter(None, (self.section.key, self.query_one(ReadingView).current)))

    def _ask_about(self, what: str, item: str, typed: dict[str, str] | None = None) -> None:
        """Ask where to and why; an item is named by its path, a section alone is none."""
        if self.case is None or self.commit is not None:
            return
        if what != "move" and ("." not in item or self.case.get(item) is None):
            self.app.notify(t("seal.no_item"))
            return
        from tui.screens.seal import SealScreen, question

        section = load_model().section(item.partition(".")[0] or "overview")
        found = self.case.get(item) if item else None
        title = item_title(section, found, View(self.case.data)) if found else self.case.title
        try:
            asked = question(self.vault, what, self.case, item, title)
        except StoreError as fault:
            self.app.report(fault)
            return
        self.app.push_screen(SealScreen(asked, typed), self._after_sealing)

    def _after_sealing(self, done: Sealing | None) -> None:
        if done is not None:
            self.load()

    @in_thread("who")
    def action_who_reads(self, job: Job) -> None:
        """Show who can read this case, part by part."""
        from store.who import readers_of

        job.post(self._show_readers, readers_of(self.vault, self.case_id))

    def _show_readers(self, parts: list[Readers]) -> None:
        from tui.display.reader_words import readers_text
        from tui.screens.note import NoteScreen

        self.app.push_screen(NoteScreen(t("members.who.title"), readers_text(parts)))

    def action_conflicts(self) -> None:
        """Show what two people have changed differently, to resolve it."""
        from tui.screens.conflicts import ConflictsScreen

        if self._flags and self.commit is None:
            self.app.push_screen(ConflictsScreen(self.case_id), self.look_again)

    def action_history(self) -> None:
        """Show who changed this case."""
        from tui.screens.history import HistoryScreen

        self.app.push_screen(HistoryScreen(self.case_id), self.look_again)


def section_tabs(case: Case | None, wrong: frozenset[str] = frozenset()) -> list[SectionTab]:
    """Make the row of sections, with the number of items in each."""
    flagged = {one.path.partition(".")[0] for one in conflicts(case.data)} if case else set()
    return [
        SectionTab(
            label(section.labels),
            len(case.get(section.key, ())) if case and section.prefix else None,
            section.key in wrong,
            section.key in flagged,
        )
        for section in load_model().sections
    ]


def case_titles(vault: Vault) -> dict[str, str]:
    """Name every case that can be opened, by its id."""
    return {
        row.id: " ".join(filter(None, (row.reference, row.title))) or t("case.untitled", id=row.id)
        for row in vault.summaries()
        if row.state == "open"
    }
