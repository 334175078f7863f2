"""The conflicts of one case: every value of a field with who and when; one key each decides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from textual import events

from store.errors import StoreError
from store.model.shape import fits
from store.resolving import decides_who_reads, place_of, standing
from tui.deciding import BASE, GONE
from tui.display.conflict_words import is_long
from tui.i18n import t
from tui.screens.conflict_reading import ConflictReading
from tui.widgets.conflicts_view import ConflictsView

if TYPE_CHECKING:
    from store.model.conflict import Conflict
    from store.resolving import Resolved
    from tui.screens.conflict_value import Typed

__all__ = ["ConflictsScreen"]


class ConflictsScreen(ConflictReading):
    """Shows what two people have changed differently, and saves what a third one decides."""

    NAME = "conflicts"
    CSS_PATH = "conflicts.tcss"

    def __init__(self, case_id: str, *, path: str = "", kept: bytes | None = None) -> None:
        super().__init__(case_id, path=path, kept=kept)
        self.is_asking = False
        """Whether the dialogue of the save stands above, or should."""
        self.typed: Typed | None = None
        """What is being written in the dialogue of a value."""

    # -- choosing ----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what there is a conflict, or a choice, for."""
        if action in ("take", "take_base", "own_value", "take_away"):
            return True if self.is_mounted and self.conflict is not None else None
        if action in ("save", "undo"):
            return True if self.desk and self.desk.chosen else None
        if action == "whole_texts":
            return bool(self.desk and any(map(is_long, self.desk.conflicts)))
        return super().check_action(action, parameters)

    def on_key(self, event: events.Key) -> None:
        """Take the value with a number; digits of either script."""
        if event.character and event.character.isdecimal():
            event.stop()
            event.prevent_default()
            self.action_take(int(event.character))

    def action_take(self, number: int) -> None:
        """Let the value with a number stand; 0 keeps what stands."""
        self._choose(str(number))

    def action_take_base(self) -> None:
        """Let stand what there was before both."""
        self._choose(BASE)

    def action_take_away(self) -> None:
        """Let nothing stand."""
        self._choose(GONE)

    def action_undo(self) -> None:
        """Take the last choice back."""
        path = self.desk.undo() if self.desk else None
        if path is not None:
            self._at = path or "."
            self.show()

    def action_whole_texts(self) -> None:
        """Show long texts as a whole, or only the words that differ."""
        self._is_full = not self._is_full
        self.show()

    def action_own_value(self) -> None:
        """Write a value of one's own."""
        conflict = self._open_conflict()
        if conflict is None or self.desk is None:
            return
        from tui.screens.conflict_value import ConflictValueScreen, Typed, field_to_write

        field = field_to_write(conflict.path)
        if field is None:
            self.app.notify(t("conflicts.no_form"))
            return
        chosen = self.desk.chosen.get(conflict.path)
        value = chosen.value if chosen else None
        if value is None or not fits(value, field):
            value = standing(self.desk.case, conflict)
        if self.typed is None or self.typed.path != conflict.path:
            self.typed = Typed(conflict.path, value)
        dialogue = ConflictValueScreen(self.typed, self.view, self._keep_typed)
        self.app.push_screen(dialogue, self._take_typed)

    def _keep_typed(self, typed: Typed) -> None:
        self.typed = typed

    def _take_typed(self, typed: Typed | None) -> None:
        self.typed = None
        conflict = self.conflict
        if typed is None or self.desk is None or conflict is None:
            return
        if conflict.path == typed.path:
            self.desk.write(conflict, typed.value)
            self.show()

    def _choose(self, key: str) -> None:
        conflict = self._open_conflict()
        if conflict is None or self.desk is None:
            return
        if not self.desk.choose(conflict, key):
            self.app.notify(t("conflicts.no_such"))
            return
        if decides_who_reads(conflict):
            chosen = self.desk.chosen[conflict.path]
            if not chosen.is_standing:
                self.desk.undo()
                self.app.notify(t("conflicts.reads"), severity="warning")
                return
        self.show()

    def _open_conflict(self) -> Conflict | None:
        """Give the current conflict where this member may resolve it; else say why not."""
        conflict = self.conflict
        if conflict is None or self.desk is None:
            return None
        try:
            self.vault.must_write(place_of(self.desk.case, conflict))
        except StoreError as fault:
            self.app.report(fault)
            return None
        return conflict

    # -- saving ------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Show what was chosen, ask why, and save."""
        if self.desk is None or not self.desk.chosen:
            self.app.notify(t("conflicts.nothing_chosen"))
            return
        from tui.screens.resolve import ResolveScreen

        self.is_asking = True
        self.app.push_screen(ResolveScreen(self.desk, self.view), self._after_saving)

    def _after_saving(self, saved: Resolved | None) -> None:
        """Leave when nothing is left to resolve; else show what is."""
        self.is_asking = False
        if saved is not None and self.desk is not None:
            self.desk.chosen.clear()
            self.desk.why = ""
            if not saved.left:
                self.dismiss(None)
                self._leave_program()
                return
        if self.app.leaves_after_save and saved is not None:
            self._leave_program()
            return
        self.app.leaves_after_save = False
        self.load()

    def _leave_program(self) -> None:
        if self.app.leaves_after_save:
            self.app.leave()

    def action_back(self) -> None:
        """Leave; ask when something was chosen and is not saved."""
        if self.desk is None or not self.desk.chosen:
            self.dismiss(None)
            return
        from tui.screens.leave import LeaveScreen

        self.app.push_screen(LeaveScreen(len(self.desk.chosen)), self._leave)

    def _leave(self, answer: str | None) -> None:
        if answer == "discard" or (answer == "keep" and self.app.put_aside(self)):
            self.dismiss(None)
        elif answer == "save":
            self.action_save()

    # -- over a lock -------------------------------------------------------------------------

    def unsaved(self) -> bytes | None:
        """Give what was chosen, and what is being written."""
        if self.desk is None or not (self.desk.chosen or self.typed or self.desk.why):
            return None
        kept = {
            "case": self.case_id,
            "at": self.query_one(ConflictsView).current,
            "desk": self.desk.keep().decode(),
            "asking": self.is_asking,
            "typed": list(self.typed) if self.typed else None,
        }
        return json.dumps(kept).encode()

    @classmethod
    def restore(cls, unsaved: bytes) -> ConflictsScreen:
        """Go on with the choices; where a dialogue stood above, in that dialogue."""
        from tui.screens.conflict_value import Typed

        kept = json.loads(unsaved)
        screen = cls(kept["case"], path=kept["at"], kept=kept["desk"].encode())
        screen.is_asking = kept["asking"]
        screen.typed = Typed(*kept["typed"]) if kept["typed"] else None
        return screen

    def resume(self) -> None:
        """Open again the dialogue that stood above."""
        if self.typed is not None:
            self.action_own_value()
        elif self.is_asking:
            self.action_save()
