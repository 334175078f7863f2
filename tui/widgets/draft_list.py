"""The drafts that lie on this disk, a row each: of what, how much, and when it was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from store.drafts import Waiting
from tui.display.draft_words import DraftWords
from tui.i18n import ago, t
from tui.widgets.row_list import Column, RowList

__all__ = ["DraftList"]

_POINTER_CELLS, _AMOUNT_CELLS, _AGE_CELLS = 1, 12, 14


class DraftList(RowList):
    """What a draft is of is known only where it could be read without asking anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.drafts: Sequence[Waiting] = ()
        self._words: Mapping[str, DraftWords] = {}

    @property
    def current(self) -> Waiting | None:
        """The draft under the cursor, when it can be opened here."""
        found = self.drafts[self.cursor] if self.cursor < len(self.drafts) else None
        return None if found is None or found.is_open else found

    def words(self, draft: Waiting) -> DraftWords:
        """Say what a draft is of."""
        if draft.is_open:
            return DraftWords(t("drafts.open"))
        return self._words.get(draft.name) or DraftWords(t("drafts.hardware"))

    def show(self, drafts: Sequence[Waiting], words: Mapping[str, DraftWords]) -> None:
        """Show these drafts."""
        self.drafts, self._words = drafts, words
        self.rows_changed()

    def count(self) -> int:
        """Give the number of drafts."""
        return len(self.drafts)

    def columns(self, place: int, width: int) -> Sequence[Column]:  # noqa: ARG002 - as in every list
        """Write a row."""
        draft = self.drafts[place]
        about, amount = self.words(draft)
        at = datetime.fromtimestamp(draft.at, UTC).isoformat()
        return (
            (self.pointer(place), _POINTER_CELLS, "strong"),
            (about, 0, "quiet" if draft.is_open else ""),
            (amount, _AMOUNT_CELLS, "quiet"),
            (ago(at), _AGE_CELLS, "quiet"),
        )
