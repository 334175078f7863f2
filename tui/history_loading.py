"""What the history screen reads in threads: commits in windows, words of cases, and changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

from store.errors import StoreError
from store.history import (
    CaseNote,
    Entry,
    case_entries,
    case_notes,
    place_of,
    policy_change,
    repository_history,
)
from store.model.diff import diff
from store.revision import CaseChange, case_change
from tui.display.change_page import Paragraph
from tui.display.commit_page import CommitDetail, commit_paragraphs, comparison_paragraphs
from tui.restoring import Restoring
from tui.screens.picker import Choice
from tui.widgets.history_list import case_ids
from tui.work import Job, in_thread

__all__ = ["HistoryLoading", "WithCase"]

WithCase = Callable[[Entry, str], object]
"""What goes on with a version of a case, given its commit and id."""

_WINDOW = 300  # commits loaded at a time
_BATCH = 20  # commits whose cases are read before the list shows them; of many, this many batches
_TOLD = 3  # cases of one commit told field by field
_NAMED = 40  # cases of one commit that are named
_REST = 0.05  # seconds the cursor must rest before a commit is read


class HistoryLoading(Restoring):
    """A screen with commits; what has been read reaches it by the `show_` methods."""

    def __init__(self, case_id: str | None, start_at: str | None) -> None:
        super().__init__()
        self.case_id, self.start_at = case_id, start_at
        self.entries: list[Entry] = []
        self.is_complete = case_id is not None
        self.is_loading = False
        self.tip = ""
        """The verified tip when the entries were loaded."""

    def show_entries(self, entries: list[Entry], *, is_complete: bool = True) -> None:
        """Show the commits that have been loaded by now."""
        raise NotImplementedError

    def show_notes(self, notes: dict[str, list[CaseNote]]) -> None:
        """Show what the cases of some commits say of themselves."""
        raise NotImplementedError

    def show_detail(self, entry: Entry | None, paragraphs: list[Paragraph]) -> None:
        """Show the page of a commit; None stands for a comparison."""
        raise NotImplementedError

    def choose_case(self, entry: Entry, choices: list[Choice], go_on: WithCase) -> None:
        """Ask which of a commit's cases is meant."""
        raise NotImplementedError

    def load(self, start: int) -> None:
        """Load a window of entries, or all of one case."""
        self.is_loading = True
        self._load(start)

    @in_thread("history")
    def _load(self, job: Job, start: int) -> None:
        vault = self.vault
        self.tip = vault.trust.tip
        if self.case_id is not None:
            job.post(self.show_entries, case_entries(vault, self.case_id))
            return
        wanted = place_of(vault, self.start_at) if self.start_at else None
        count = max(_WINDOW, (wanted or 0) + _WINDOW - start)
        found = repository_history(vault, start=start, count=count)
        show = partial(self.show_entries, is_complete=len(found) < count)
        job.post(show, [*self.entries[:start], *found])

    @in_thread("notes")
    def read_notes(self, job: Job, entries: list[Entry]) -> None:
        """Decrypt reference, title and reason; a newer run leaves off what is out of sight."""
        time.sleep(_REST)
        vault = self.vault
        size = max(_BATCH, len(entries) // _BATCH)
        for start in range(0, len(entries), size):
            if job.is_cancelled():
                return
            batch = entries[start : start + size]
            notes = {e.commit: case_notes(vault, e.commit, e.paths, limit=1) for e in batch}
            job.post(self.show_notes, notes)

    @in_thread("detail")
    def read_detail(self, job: Job, entry: Entry, names: Mapping[str, str]) -> None:
        """Decrypt both versions of what a commit changed, and compare them."""
        time.sleep(_REST)
        if job.is_cancelled():
            return
        vault, ids = self.vault, case_ids(entry)
        changes = tuple(case_change(vault, case_id, entry.commit) for case_id in ids[:_TOLD])
        paths = [path for path in entry.paths if path.startswith("cases/")]
        others = tuple(case_notes(vault, entry.commit, paths[_TOLD:], limit=_NAMED))
        try:
            policy = policy_change(vault, entry)
        except StoreError:
            policy = None  # a policy that cannot be read is a finding; here the file is named
        detail = CommitDetail(entry, changes, others, policy)
        job.post(self.show_detail, entry, list(commit_paragraphs(detail, names)))

    @in_thread("detail")
    def compare(self, job: Job, old: Entry, new: Entry, names: Mapping[str, str]) -> None:
        """Read two versions and show what differs."""
        vault, case_id = self.vault, self.case_id or ""
        before, after = (vault.get(case_id, entry.commit).data for entry in (old, new))
        changed = CaseChange(case_id, "open", "", tuple(diff(before, after)), before, after)
        job.post(self.show_detail, None, list(comparison_paragraphs((old, new), changed, names)))

    @in_thread("names")
    def name_cases(self, job: Job, entry: Entry, go_on: WithCase) -> None:
        """Read what the cases of a commit are called, to choose among them."""
        notes = case_notes(self.vault, entry.commit, entry.paths)
        choices = [Choice(n.case_id, n.title or n.case_id, n.reference) for n in notes]
        job.post(self.choose_case, entry, choices, go_on)
