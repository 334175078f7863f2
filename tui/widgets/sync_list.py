"""What came from colleagues, would come, or is to go to them: a row for each case of a commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from store.model.fields import load_model
from store.model.shape import CONFLICTS
from store.remote.news import Incoming, Touched
from tui.display.flags import FLAG, flag
from tui.display.instant import local_time
from tui.i18n import label, t
from tui.widgets.history_list import KINDS
from tui.widgets.row_list import Column, RowList

__all__ = ["SyncList", "SyncRow", "rows_of"]

_SIGNS = {"came": ("↓", "good"), "comes": ("⇣", "warning"), "goes": ("⇡", "warning")}
_WIDE = 90  # cells from which on the way stands as a word too, and the time of day
_NARROW = 64  # cells below which the day is left out: the page beside the list has it
_POINTER_CELLS, _WHO_CELLS, _WAY_CELLS, _WHEN_CELLS, _DAY_CELLS = 1, 9, 11, 16, 10
_LEAST_CELLS = 12


class SyncRow(NamedTuple):
    """One case that a commit touched; without one, a commit that changed something else.

    `way` is `came`, `comes` (it would come) or `goes` (it is not there yet).
    """

    way: str
    commit: Incoming
    case: Touched | None = None


class SyncList(RowList):
    """Rows, the newest first in each way."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[SyncRow] = []
        self.flags: Mapping[str, int] = {}
        """How many conflicts cases have, by id."""

    @property
    def current(self) -> SyncRow | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[SyncRow], flags: Mapping[str, int]) -> None:
        """Show these; the cursor stays on its row."""
        here = self.current
        self.rows, self.flags = list(rows), flags
        self.rows_changed()
        if here in self.rows:
            self.cursor = self.rows.index(here)
        self.post_message(self.Pointed(self))

    def count(self) -> int:
        """Give the number of rows."""
        return len(self.rows)

    def columns(self, place: int, width: int) -> Sequence[Column]:
        """Write a row: which way, when, who, which case, and what of it."""
        row = self.rows[place]
        sign, style = _SIGNS[row.way]
        is_wide = width >= _WIDE
        way = f"{sign} {t(f'sync.way.{row.way}')}" if is_wide else sign
        when = local_time(row.commit.at)
        day = [(when[:_DAY_CELLS], _DAY_CELLS, "quiet")] if width >= _NARROW else []
        return (
            (self.pointer(place), _POINTER_CELLS, "strong"),
            (way, _WAY_CELLS if is_wide else 1, style),
            *([(when, _WHEN_CELLS, "quiet")] if is_wide else day),
            (row.commit.by, _WHO_CELLS, ""),
            (_name(row), 0, ""),
            (self._what(row), max(_LEAST_CELLS, width // 5), self._style_of(row)),
        )

    def _what(self, row: SyncRow) -> str:
        return " ".join(filter(None, (self._flag(row), _what(row))))

    def _flag(self, row: SyncRow) -> str:
        return flag(self.flags.get(row.case.case_id, 0)) if row.case is not None else ""

    def _style_of(self, row: SyncRow) -> str:
        return "warning" if self._flag(row) else "quiet"


def rows_of(way: str, commits: Iterable[Incoming]) -> Iterator[SyncRow]:
    """Make the rows of some commits."""
    for commit in commits:
        if commit.policy or not commit.cases:
            yield SyncRow(way, commit)
        yield from (SyncRow(way, commit, case) for case in commit.cases)


def _name(row: SyncRow) -> str:
    """Name the case; of a commit that has none, what it changed."""
    case = row.case
    if case is None:
        message = "policy" if row.commit.policy else row.commit.message.split("\n")[0]
        kind = _OTHERS.get(message)
        return t(f"history.kind.{kind}") if kind else message
    if case.state == "unread":
        return case.case_id[:8]
    if case.state != "open":
        return f"{t(f'history.state.{case.state}')}  {case.case_id[:8]}"
    return " ".join(filter(None, (case.reference, case.title))) or case.case_id[:8]


def _what(row: SyncRow) -> str:
    """Say what was done to the case, and to which of its fields."""
    if row.case is None:
        return ""
    kind = KINDS.get(row.commit.message, "")
    fields = [] if kind == "new" else field_names(row.case.fields)
    done = [t(f"history.kind.{kind}")] if kind else []
    return ": ".join(filter(None, (*done, t("header.comma").join(fields))))


def field_names(paths: Iterable[str]) -> list[str]:
    """Name the fields that some paths lead to, each once."""
    return list(dict.fromkeys(filter(None, map(_field_name, paths))))


def _field_name(path: str) -> str:
    if path.startswith(f"{CONFLICTS}."):
        return FLAG  # whose names are of no use to a person
    model = load_model()
    field = model.field(path)
    if field is not None:
        return label(field.labels)
    section = path.partition(".")[0]
    known = {one.key: one for one in model.sections}
    return label(known[section].labels) if section in known else section


_OTHERS = {name: name for name in ("policy", "journal", "timestamp", "model", "readme")} | {
    "keys": "key",
    "new repository": "founding",
}
