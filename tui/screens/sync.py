"""Keep in step with the others: what is to go, what came, and what became of each remote."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.history import Entry
from store.remote import state as states
from store.remote.news import Incoming, incoming
from store.remote.state import Known
from store.revision import case_change, policy_change
from store.vault import Vault
from tui.display.change_page import Paragraph
from tui.display.commit_page import CommitDetail, commit_paragraphs
from tui.display.sync_words import (
    conflicts_line,
    look_text,
    no_remote_text,
    progress_text,
    result_text,
    standing_text,
)
from tui.i18n import t
from tui.screens.base import DalilScreen
from tui.sync_run import SyncRun, count_conflicts, took
from tui.widgets.changes_view import ChangesView
from tui.widgets.list_state import key_of
from tui.widgets.sync_list import SyncList, SyncRow, rows_of
from tui.work import Job, in_thread

__all__ = ["SyncScreen"]


class SyncScreen(DalilScreen[None]):
    """Opening it asks no remote for anything; a sync that was begun goes on when one leaves."""

    NAME = "sync"
    CSS_PATH = "sync.tcss"
    AUTO_FOCUS = ""  # the list has it as soon as there is one

    def __init__(self) -> None:
        super().__init__()
        self.remotes: Mapping[str, Known] | None = None
        """What is known of the remotes; None until it has been read."""
        self._outgoing: tuple[Incoming, ...] = ()
        self._flags: Mapping[str, int] = {}
        self._runs = -1  # the run of which the list is

    def body(self) -> ComposeResult:
        """Give the sentences, the bar, the list and what the row under the cursor changed."""
        with VerticalScroll(id="said"):
            yield Static(id="sentences", markup=False)
        yield Static(id="progress", markup=False)
        with Container(id="both"):
            yield SyncList()
            yield ChangesView()

    def on_mount(self) -> None:
        """Follow the sync that goes on, or that goes on without this screen."""
        self.watch(self.app, "sync_run", self._follow)

    def retranslate(self) -> None:
        """Say all in the other language."""
        self._show()
        self.read_detail_of_current()
        for widget in self.query("*"):
            widget.refresh(layout=True)

    def main_moved(self) -> None:
        """List again what is to go: something was saved, or came."""
        self.load()

    @property
    def run(self) -> SyncRun:
        """What is going on, and what the last run came to."""
        return self.app.sync_run

    # -- reading -----------------------------------------------------------------------------

    @in_thread("outgoing")
    def load(self, job: Job) -> None:
        """Read which remotes there are, and what is not at one of them yet; no network is asked."""
        vault = self.vault
        remotes = states.read(vault.git_dir)
        job.post(self.show_remotes, remotes)
        job.post(self.show_outgoing, _outgoing(vault, remotes))
        job.post(self.show_flags, count_conflicts(vault, self.run.flags))

    @in_thread("detail")
    def read_detail(self, job: Job, row: SyncRow) -> None:
        """Decrypt what the commit changed, and compare it with what was before."""
        vault, commit = self.vault, row.commit
        entry = Entry(
            commit.commit,
            commit.at,
            commit.by,
            commit.by,
            "verified",
            commit.message,
            ("policy.yaml",) if row.case is None and commit.policy else (),
        )
        case = row.case
        changes = (case_change(vault, case.case_id, commit.commit),) if case is not None else ()
        detail = CommitDetail(entry, changes, policy=policy_change(vault, entry))
        job.post(self.show_detail, row, list(commit_paragraphs(detail, {})))

    # -- showing -----------------------------------------------------------------------------

    def _follow(self, before: SyncRun, run: SyncRun) -> None:
        """Show how far it is; all else only when it is another: over a slow line, that counts."""
        if run.runs != self._runs:
            self._runs = run.runs
            self.load()
        if run.without_progress == before.without_progress:
            self._show_progress(run)
        else:
            self._show()

    def show_remotes(self, remotes: Mapping[str, Known]) -> None:
        """Say which remotes there are, or how to name one."""
        self.remotes = remotes
        self._show()

    def show_outgoing(self, outgoing: tuple[Incoming, ...]) -> None:
        """List what is to go."""
        self._outgoing = outgoing
        self._show()

    def show_flags(self, flags: Mapping[str, int]) -> None:
        """Mark the cases with conflicts, of those that came."""
        self._flags = flags
        self._show()

    def show_detail(self, row: SyncRow, paragraphs: list[Paragraph]) -> None:
        """Show what a row changed, unless the cursor has moved on."""
        if row == self.query_one(SyncList).current:
            self.query_one(ChangesView).show_paragraphs(paragraphs)

    def _show(self) -> None:
        """Show what there is now; while a sync goes on, the keys stay with the list."""
        run = self.run
        self._show_progress(run)
        self.query_one("#sentences", Static).update(self._sentences())
        waiting = [one.incoming for one in run.looks]
        waiting += [one.incoming for one in run.results if not took(one)]
        rows = [row for news in waiting for row in rows_of("comes", news)]
        rows += [*rows_of("goes", self._outgoing), *rows_of("came", run.arrived)]
        self.set_class(bool(rows), "-listed")
        listed = self.query_one(SyncList)
        if (rows, self._flags) != (listed.rows, listed.flags):
            listed.show(rows, self._flags)
        if rows and self.focused is None:
            listed.focus()
        self.refresh_bindings()

    def _show_progress(self, run: SyncRun) -> None:
        progress = self.query_one("#progress", Static)
        progress.display = bool(run.kind)
        if run.kind:
            progress.update(progress_text(run, key_of(self.app, "stop_sync")))

    def _sentences(self) -> Content:
        run, remotes = self.run, self.remotes
        if remotes is None:
            return Content(t("sync.reading"))
        if not remotes:
            return no_remote_text()
        said = [result_text(result) for result in run.results]
        said += [look_text(look) for look in run.looks]
        told = {one.remote for one in run.results} | {one.fetched.remote for one in run.looks}
        said += [standing_text(name, remotes[name]) for name in remotes if name not in told]
        if self._flags:
            said.append(Content.styled(conflicts_line(self._flags, self.app), "$warning"))
        if not run.kind and not run.results:
            keys = {"sync": key_of(self.app, "sync_now"), "look": key_of(self.app, "look_first")}
            said.append(Content.styled(t("sync.how", **keys), "$foreground-muted"))
        return Content("\n").join(said)

    @on(SyncList.Pointed)
    def read_detail_of_current(self) -> None:
        """Begin to read what the row under the cursor changed."""
        row = self.query_one(SyncList).current
        if row is not None:
            self.read_detail(row)

    # -- doing -------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what there is something for."""
        if action in ("sync", "look"):
            return bool(self.remotes) and not self.run.kind
        if action == "stop":
            return bool(self.run.kind) and not self.run.is_stopping
        row = self.query_one(SyncList).current if self.is_mounted else None
        if action == "open":
            return row is not None
        if action == "history":
            return row is not None and row.case is not None
        if action == "conflicts":
            return row is not None and row.case is not None and row.case.case_id in self._flags
        return super().check_action(action, parameters)

    def action_sync(self) -> None:
        """Fetch, verify, merge and send."""
        self.app.begin_sync("sync")

    def action_look(self) -> None:
        """Fetch and verify, and show what would come."""
        self.app.begin_sync("look")

    def action_stop(self) -> None:
        """Stop what goes on."""
        self.app.stop_sync()

    @on(SyncList.Chosen)
    def action_open(self) -> None:
        """Open the case as it is now; of another change, its commit in the history."""
        row = self.query_one(SyncList).current
        if row is None:
            return
        if row.case is None:
            from tui.screens.history import HistoryScreen

            self.app.push_screen(HistoryScreen(commit=row.commit.commit))
        else:
            from tui.screens.case import CaseScreen

            self.app.push_screen(CaseScreen(row.case.case_id))

    def action_conflicts(self) -> None:
        """Decide what has two values now."""
        row = self.query_one(SyncList).current
        if row is not None and row.case is not None:
            from tui.screens.conflicts import ConflictsScreen

            self.app.push_screen(ConflictsScreen(row.case.case_id))

    def action_history(self) -> None:
        """Show who changed this case before."""
        row = self.query_one(SyncList).current
        if row is not None and row.case is not None:
            from tui.screens.history import HistoryScreen

            self.app.push_screen(HistoryScreen(row.case.case_id, commit=row.commit.commit))


def _outgoing(vault: Vault, remotes: Mapping[str, Known]) -> tuple[Incoming, ...]:
    """List what one of the remotes has not got, as far as it is known what it has."""
    tips = dict.fromkeys(known.tip for known in remotes.values() if known.tip)
    found = {one.commit: one for tip in tips for one in incoming(vault, tip, vault.tip)}
    return tuple(found.values())
