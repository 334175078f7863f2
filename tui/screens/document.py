"""A screen with a document being edited: how it is saved, left, and kept over a lock or an end."""

from __future__ import annotations

from typing import NamedTuple, Self

from store.vault import Saved
from tui.editing import Editing
from tui.i18n import t
from tui.kept_document import KeptDocument
from tui.screens.base import DalilScreen

__all__ = ["DocumentScreen", "Left"]


class Left(NamedTuple):
    """How a form was left: at which section, and what was saved, if anything."""

    section: str
    saved: Saved | None = None


class DocumentScreen(DalilScreen[Left]):
    """What is the same for whatever widgets the document is edited in."""

    def __init__(self, editing: Editing, *, start: str = "", is_new: bool = False) -> None:  # noqa: ARG002 - for those who show it
        super().__init__()
        self.editing, self.is_new = editing, is_new
        self.is_asking = False
        """Whether the dialogue of the save stands above, or should."""

    @property
    def section(self) -> str:
        """The section at hand."""
        raise NotImplementedError

    @property
    def place(self) -> str:
        """The path of what is at hand, to come back to."""
        raise NotImplementedError

    async def go_on(self, path: str) -> None:
        """Go on editing, at the field of a path, if any."""
        raise NotImplementedError

    def leave(self) -> None:
        """Leave; ask when something is unsaved."""
        if not self.editing.is_changed:
            self.dismiss(Left(self.section))
            return
        from tui.screens.leave import LeaveScreen

        self.app.push_screen(LeaveScreen(len(self.editing.edits())), self._leave)

    def _leave(self, answer: str | None) -> None:
        if answer == "discard" or (answer == "keep" and self.app.put_aside(self)):
            self.dismiss(Left(self.section))
        elif answer == "save":
            self.action_save()

    def action_save(self) -> None:
        """Show what changes, ask for the reason, and save."""
        if not self.editing.is_changed:
            self.app.notify(t("case.nothing_to_save"))
            return
        from tui.screens.save import SaveScreen

        self.is_asking = True
        self.app.push_screen(SaveScreen(self.editing, is_new=self.is_new), self._after_saving)

    async def _after_saving(self, result: Saved | str | None) -> None:
        """Leave when it was saved, the program too when that was asked for; else go on."""
        self.is_asking = False
        if isinstance(result, Saved):
            self.dismiss(Left(self.section, result))
            if self.app.leaves_after_save:
                self.app.leave()
            return
        self.app.leaves_after_save = False
        await self.go_on(result or "")

    def unsaved(self) -> bytes | None:
        """Give the document being edited."""
        if not self.editing.is_changed:
            return None
        return KeptDocument(self.editing, self.place, self.is_new, self.is_asking).dump()

    @classmethod
    def restore(cls, unsaved: bytes) -> Self:
        """Go on with the document; where its save was being asked about, in that dialogue."""
        kept = KeptDocument.load(unsaved)
        screen = cls(kept.editing, start=kept.at, is_new=kept.is_new)
        screen.is_asking = kept.is_asking
        return screen
