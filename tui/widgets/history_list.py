"""Commits in a list: signature, when, who, which case and why; what is encrypted comes later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.message import Message

from store.history import CaseNote, Entry
from store.search.fold import fold_text
from store.trust.paths import parse_path
from tui.display.instant import local_time
from tui.i18n import t
from tui.widgets.row_list import Column, RowList

__all__ = ["KINDS", "SIGNS", "HistoryList", "case_ids", "entry_text", "who_text"]

SIGNS = {"verified": ("✓", "good"), "unverified": ("?", "warning"), "bad": ("✗", "bad")}
"""The sign of each state of a signature, and its style."""

_AHEAD = 20  # rows below the window that are read too
_NEAR = 30  # rows from the end at which more are asked for
_WIDE = 84  # cells from which on each state stands as a word, too
_NARROW = 64  # cells below which the time of day and the column of cases are left out
_DAY_CELLS = 10
_MARK_CELLS, _STATE_CELLS, _WHEN_CELLS, _WHO_CELLS, _CASE_CELLS = 2, 12, 16, 9, 12


class HistoryList(RowList):
    """Shows the entries it was given; the words of the cases are added as they are read."""

    class Sighted(Message):
        """The cases of these entries are in sight, and have not been read yet."""

        def __init__(self, entries: list[Entry]) -> None:
            super().__init__()
            self.entries = entries

    class NearEnd(Message):
        """The cursor or the window nears the last entry: older ones are wanted."""

    def __init__(self, *, is_one_case: bool) -> None:
        super().__init__()
        self._is_one_case = is_one_case
        self._shown: list[int] = []
        self._words = ""
        self._folded: dict[str, str] = {}
        self.entries: list[Entry] = []
        self.notes: dict[str, Sequence[CaseNote]] = {}
        """By commit: what its cases say of themselves, as far as that has been read."""
        self.marked: list[str] = []
        """The commits marked for comparing, at most two."""

    @property
    def names(self) -> dict[str, str]:
        """What the cases read by now are called, by id."""
        notes = (note for read in self.notes.values() for note in read if note.state == "open")
        return {note.case_id: note.reference or note.title for note in notes}

    @property
    def current(self) -> Entry | None:
        """The entry under the cursor."""
        return self.entries[self._shown[self.cursor]] if self._shown else None

    def show(self, entries: Sequence[Entry]) -> None:
        """Show these entries; the cursor stays on its commit."""
        here = self.current
        self.entries = list(entries)
        self._choose(here)
        self._ask_for_all()

    def learn(self, notes: Mapping[str, Sequence[CaseNote]]) -> None:
        """Take what was read of the cases."""
        self.notes.update(notes)
        for commit in notes:
            self._folded.pop(commit, None)
        if self._words:
            self._choose(self.current)
        else:
            self.refresh()

    def filter(self, words: str) -> None:
        """Show only the entries that have all of these words, in any spelling."""
        here, self._words = self.current, fold_text(words)
        self._choose(here)
        self._ask_for_all()

    def point_at(self, commit: str) -> bool:
        """Put the cursor on a commit; say whether it is there."""
        places = [n for n, index in enumerate(self._shown) if self.entries[index].commit == commit]
        if places:
            self.cursor = places[0]
        return bool(places)

    def mark(self) -> None:
        """Mark the current entry for comparing, or take its mark off; the older of three goes."""
        if self.current is None:
            return
        commit = self.current.commit
        if commit in self.marked:
            self.marked.remove(commit)
        else:
            self.marked = [*self.marked[-1:], commit]
        self.refresh()

    def count(self) -> int:
        """Give the number of entries that are shown."""
        return len(self._shown)

    def columns(self, place: int, width: int) -> Sequence[Column]:
        """Write an entry; a narrower list leaves out words that the page beside it has."""
        entry = self.entries[self._shown[place]]
        sign, style = SIGNS[entry.signature]
        word = t(f"history.signature.{entry.signature}")
        name, what, what_style = self._what(entry)
        if width < _WIDE and entry.signature != "verified":
            what, what_style = f"{word}: {what}", style
        state = (f"{sign} {word}", _STATE_CELLS, style) if width >= _WIDE else (sign, 1, style)
        when, who = local_time(entry.at), who_text(entry)
        who_style = "" if entry.signer == entry.author else "warning"
        start = (self._mark(place, entry), _MARK_CELLS, "strong"), state
        if width < _NARROW:
            told = what if self._is_one_case else " · ".join(filter(None, (name, what)))
            day = (when[:_DAY_CELLS], _DAY_CELLS, "quiet")
            return (*start, day, (who, _WHO_CELLS, who_style), (told, 0, what_style))
        case = () if self._is_one_case else ((name, _CASE_CELLS, what_style),)
        at = (when, _WHEN_CELLS, "quiet")
        return (*start, at, (who, _WHO_CELLS, who_style), *case, (what, 0, what_style))

    def _mark(self, place: int, entry: Entry) -> str:
        return self.pointer(place) + ("●" if entry.commit in self.marked else " ")

    def watch_cursor(self, before: int, now: int) -> None:
        """Ask for older entries in time."""
        super().watch_cursor(before, now)
        self._ask_for_older(now)

    def sight_changed(self) -> None:
        """Ask for what is in sight and not read yet, and for older entries in time."""
        top = self.scroll_offset.y
        bottom = top + self.scrollable_content_region.height + _AHEAD
        if not self._words:
            self._ask_for([self.entries[index] for index in self._shown[top:bottom]])
        self._ask_for_older(bottom - _AHEAD)

    def _ask_for_older(self, place: int) -> None:
        if self.entries and place >= self.count() - _NEAR:
            self.post_message(self.NearEnd())

    def _ask_for_all(self) -> None:
        """Have all read while something is searched for: reasons are searched, too."""
        if self._words:
            self._ask_for(self.entries)

    def _ask_for(self, entries: Sequence[Entry]) -> None:
        unread = [e for e in entries if e.commit not in self.notes and case_ids(e)]
        if unread:
            self.post_message(self.Sighted(unread))

    def _choose(self, here: Entry | None) -> None:
        """Find the entries to show, and keep the cursor where it was."""
        words = self._words.split()
        self._shown = [
            number
            for number, entry in enumerate(self.entries)
            if not words or all(word in self._search_text(entry) for word in words)
        ]
        self.rows_changed()
        if here is not None:
            self.point_at(here.commit)
        self.post_message(self.Pointed(self))

    def _search_text(self, entry: Entry) -> str:
        """Give what is searched in, folded; it is kept, because a search asks at each letter."""
        if entry.commit not in self._folded:
            notes = self.notes.get(entry.commit, ())
            said = (text for n in notes for text in (n.reference, n.title, n.why, n.compartment))
            words = [entry.commit, entry.author, entry.signer or "", *said]
            self._folded[entry.commit] = fold_text(" ".join(words))
        return self._folded[entry.commit]

    def _what(self, entry: Entry) -> tuple[str, str, str]:
        """Give the case, what was done, and the style of both."""
        notes = self.notes.get(entry.commit)
        if notes is None and case_ids(entry):
            return "…", "", "quiet"
        is_quiet = any(note.state != "open" for note in notes or ())
        return *entry_text(entry, notes or ()), "quiet" if is_quiet else ""


def case_ids(entry: Entry) -> list[str]:
    """Give the ids of the cases that a commit touched."""
    places = [place for path in entry.paths if (place := parse_path(path)) is not None]
    return list(dict.fromkeys(place.id for place in places if place.kind == "case"))


def who_text(entry: Entry) -> str:
    """Name the signer; what the commit claims, with a warning, when nobody or another signed."""
    if entry.signer is None:
        return f"! {entry.author}" if entry.author else "!"
    return entry.signer if entry.signer == entry.author else f"! {entry.signer}"


def entry_text(entry: Entry, notes: Sequence[CaseNote]) -> tuple[str, str]:
    """Name the case that a commit touched, and say what was done and why; or what else was."""
    if not notes:
        return "", _other_text(entry)
    first = notes[0]
    count = len(case_ids(entry))
    if count > 1:
        return t("browse.count.all", count=count), first.why
    if first.state == "sealed":
        return t("history.state.sealed"), first.compartment
    if first.state != "open":
        return "", t(f"history.state.{first.state}")
    kind = t(f"history.kind.{KINDS[entry.message]}") if entry.message in KINDS else ""
    return first.reference or first.title, ": ".join(filter(None, (kind, first.why)))


KINDS = {
    "new case": "new",
    "restore case": "restore",
    "seal case": "seal",
    "unseal case": "unseal",
    "move case": "move",
    "merge": "merge",
}
"""What a commit with this message did to a case, by its locale key."""


def _other_text(entry: Entry) -> str:
    """Say what a commit without cases did."""
    kinds = {place.kind for path in entry.paths if (place := parse_path(path)) is not None}
    for kind in ("policy", "key", "journal", "timestamp", "model", "readme"):
        if kind in kinds:
            is_founding = kind == "policy" and "README.md" in entry.paths
            return t("history.kind.founding" if is_founding else f"history.kind.{kind}")
    return entry.message.split("\n")[0] or t("history.kind.unknown")
