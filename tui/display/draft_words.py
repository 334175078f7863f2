"""What a draft is of, in a few words."""

from __future__ import annotations

from typing import NamedTuple

from store.errors import StoreError
from tui.i18n import error, t
from tui.kept import read_text
from tui.kept_document import KeptDocument

__all__ = ["DraftWords", "draft_words"]


class DraftWords(NamedTuple):
    """What it is of: a case by its title; and how much was changed, where that can be counted."""

    about: str
    amount: str = ""


def draft_words(text: bytes) -> DraftWords:
    """Say what the text of a draft is of, or why it cannot be read."""
    try:
        name, unsaved = read_text(text)
        if name != "form":
            return DraftWords(t(f"drafts.of.{name}"))
        kept = KeptDocument.load(unsaved)
    except StoreError as fault:
        return DraftWords(error(fault)[0])
    case = kept.editing.case
    title = " ".join(filter(None, (case.reference, case.title)))
    about = title or t("case.untitled", id=case.id)
    amount = t("drafts.changes", count=len(kept.editing.edits()))
    return DraftWords(t("drafts.new", case=about) if kept.is_new else about, amount)
