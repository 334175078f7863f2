"""The history of one case, or of the whole repository: who changed what, when and why."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import StoreError
from store.history import CaseNote, Entry
from tui.display.change_page import Paragraph
from tui.history_loading import HistoryLoading, WithCase
from tui.i18n import language, number, t
from tui.screens.picker import Choice, Picker
from tui.widgets.changes_view import ChangesView
from tui.widgets.history_list import HistoryList, case_ids
from tui.widgets.typed import TypedInput

__all__ = ["HistoryScreen"]


class HistoryScreen(HistoryLoading):
    """Commits in a list, and beside or below it what the one under the cursor changed."""

    NAME = "history"
    CSS_PATH = "history.tcss"
    AUTO_FOCUS = "HistoryList"

    def __init__(
        self, case_id: str | None = None, *, commit: str | None = None, why: str = ""
    ) -> None:
        """Show the history of a case, or of all; with the cursor on `commit`, when given.

        With a reason it goes on to restore this version: a lock had cut that short.
        """
        super().__init__(case_id, commit)
        self._why = why
        self._fault: StoreError | None = None

    def body(self) -> ComposeResult:
        """Give the line that counts, the search field, the list and the changes."""
        yield Static(id="count", markup=False)
        yield TypedInput(id="filter", placeholder=t("history.filter"))
        with Container(id="both"):
            yield HistoryList(is_one_case=self.case_id is not None)
            yield ChangesView()

    def on_mount(self) -> None:
        """Load what is newest."""
        self.query_one("#filter").display = False
        self._say_count()
        self.load(0)

    def retranslate(self) -> None:
        """Say all in another language; what was loaded, typed and marked stays."""
        self.query_one("#filter", Input).placeholder = t("history.filter")
        for widget in self.query("*"):
            widget.refresh(layout=True)
        self.show_current()

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        return self.query_one(HistoryList).current

    # -- showing -----------------------------------------------------------------------------

    def show_entries(self, entries: list[Entry], *, is_complete: bool = True) -> None:
        """Show what has been loaded by now."""
        self.entries, self.is_complete, self.is_loading = entries, is_complete, False
        rows = self.query_one(HistoryList)
        rows.show(entries)
        if self.start_at and rows.point_at(self.start_at):
            self.start_at = None
            self._resume()
        self._say_count()
        self.refresh_bindings()

    def show_notes(self, notes: dict[str, list[CaseNote]]) -> None:
        """Show what has been read of the cases in sight."""
        self.query_one(HistoryList).learn(notes)
        self._say_count()

    def show_detail(self, entry: Entry | None, paragraphs: list[Paragraph]) -> None:
        """Show a page, unless the cursor has moved on from the commit it tells of."""
        if entry is None or entry == self.entry:
            self.query_one(ChangesView).show_paragraphs(paragraphs)

    def main_moved(self) -> None:
        """Load what came, at the top; the cursor stays on its commit."""
        if self.entries and not self.is_loading and self.vault.tip != self.tip:
            self.start_at = self.start_at or (self.entry.commit if self.entry else None)
            self.load(0)

    @on(HistoryList.NearEnd)
    def load_older(self) -> None:
        """Load the next window."""
        if not self.is_complete and not self.is_loading:
            self.load(len(self.entries))

    @on(HistoryList.Sighted)
    def read_sighted(self, message: HistoryList.Sighted) -> None:
        """Read the cases of the rows in sight."""
        self.read_notes(message.entries)

    def work_failed(self, fault: StoreError) -> None:
        """Say it where the list would be, or as a toast beside the list that stands."""
        self.is_loading = False
        self._fault = fault
        self.app.report(fault)
        self._say_count()

    @on(HistoryList.Pointed)
    def show_current(self) -> None:
        """Begin to read the commit under the cursor."""
        entry = self.entry
        if entry is None:
            self.query_one(ChangesView).show_paragraphs([])
        else:
            self.read_detail(entry, self.query_one(HistoryList).names)
        self._say_count()

    def _say_count(self) -> None:
        """Say of what this is the history, and how much of it is shown."""
        rows = self.query_one(HistoryList)
        name = t("history.whole") if self.case_id is None else self._case_name(rows)
        parts = (name, "bold $accent"), "  ", (self._count_text(rows), "$text-muted")
        line = Content.assemble(*(parts[::-1] if language() == "ar" else parts))
        self.query_one("#count", Static).update(line)

    def _count_text(self, rows: HistoryList) -> str:
        if not self.entries:
            return t("history.loading") if self._fault is None else t("history.failed")
        if rows.count() == 0:
            return t("history.no_match", loaded=number(len(self.entries)))
        total = len(self.entries)
        if not self.is_complete:
            total = max(total + 1, self.app.status.trust.commits if self.app.status.trust else 0)
        place = number(rows.cursor + 1)
        if self.query_one("#filter", Input).value:
            return t("history.found", place=place, shown=number(rows.count()), count=total)
        return t("history.place", place=place, count=total)

    def _case_name(self, rows: HistoryList) -> str:
        """Name the case as its newest version that can be read does."""
        notes = (note for entry in self.entries for note in rows.notes.get(entry.commit, ()))
        for note in notes:
            if note.state == "open":
                return "  ".join(filter(None, (note.reference, note.title)))
        return t("history.one_case", id=self.case_id or "")

    # -- searching ---------------------------------------------------------------------------

    def action_search(self) -> None:
        """Ask for words to filter by."""
        field = self.query_one("#filter", Input)
        field.display = True
        field.focus()

    @on(Input.Changed, "#filter")
    def filter(self, event: Input.Changed) -> None:
        """Show the entries that have the words."""
        self.query_one(HistoryList).filter(event.value)
        self._say_count()

    @on(Input.Submitted, "#filter")
    def leave_filter(self) -> None:
        """Go to what was found."""
        self.query_one(HistoryList).focus()

    def on_key(self, event: events.Key) -> None:
        """Let the arrow lead from the search field into the list."""
        if event.key == "down" and self.query_one("#filter").has_focus:
            event.stop()
            self.leave_filter()

    def action_back(self) -> None:
        """Drop the filter first; then leave."""
        field = self.query_one("#filter", Input)
        if field.display:
            field.value = ""
            field.display = False
            self.query_one(HistoryList).focus()
        else:
            super().action_back()

    # -- doing -------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what only makes sense for one case, there."""
        if action in ("mark", "compare", "whole_history"):
            return self.case_id is not None
        return super().check_action(action, parameters)

    def action_whole_history(self) -> None:
        """Show the history of all cases."""
        self.app.push_screen(HistoryScreen())

    def action_mark(self) -> None:
        """Mark a version for comparing, and go on to the next."""
        rows = self.query_one(HistoryList)
        rows.mark()
        rows.action_step(1)

    @on(HistoryList.Chosen)
    def action_open(self) -> None:
        """Read the case as it was then."""
        self._with_case(self._open_version)

    def action_restore(self) -> None:
        """Show what bringing this version back would change, and ask why."""
        self._with_case(self.prepare_restore)

    def restored(self) -> None:
        """Show the new commit, at the top."""
        self.start_at, self.entries = None, []
        self.query_one(HistoryList).cursor = 0
        self.load(0)

    def action_compare(self) -> None:
        """Compare the marked version with the one under the cursor, or the two marked ones."""
        rows = self.query_one(HistoryList)
        here = [self.entry.commit] if self.entry and len(rows.marked) == 1 else []
        pair = [entry for entry in self.entries if entry.commit in {*rows.marked, *here}]
        if len(pair) == 2:  # noqa: PLR2004 - a pair
            self.compare(pair[1], pair[0], rows.names)
        else:
            self.app.notify(t("history.compare.how"))

    def _resume(self) -> None:
        """Ask again for the reason that was being typed."""
        why, self._why = self._why, ""
        if why and self.entry is not None and self.case_id is not None:
            self.prepare_restore(self.entry, self.case_id, why)

    def _open_version(self, entry: Entry, case_id: str) -> None:
        from tui.screens.version import VersionScreen

        self.app.push_screen(VersionScreen(case_id, entry), lambda _result: self._look_again())

    def _look_again(self) -> None:
        """Load again when a version was restored from its own screen."""
        trust = self.app.status.trust
        if trust is not None and self.entries and self.vault.trust.tip != self.tip:
            self.restored()

    def _with_case(self, go_on: WithCase) -> None:
        """Go on with the case of the current entry; when there are several, with one chosen."""
        entry = self.entry
        ids = case_ids(entry) if entry is not None else []
        if entry is None or not ids:
            self.app.notify(t("history.no_case"))
        elif len(ids) == 1:
            go_on(entry, ids[0])
        else:
            self.name_cases(entry, go_on)

    def choose_case(self, entry: Entry, choices: list[Choice], go_on: WithCase) -> None:
        """Ask which of a commit's cases is meant."""
        picker = Picker(t("history.which_case"), choices, [])

        def take(ids: list[str] | None) -> None:
            if ids:
                go_on(entry, ids[0])

        self.app.push_screen(picker, take)
