"""The dialogue of a resolve: what will stand, the reason in words; then the commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual._path import CSSPathType
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from store.errors import StoreError
from store.resolving import Decision, Resolved, resolve_conflicts
from tui.deciding import Deciding
from tui.display.changes import conflict_place
from tui.display.conflict_words import option_texts
from tui.display.values import BETWEEN, View
from tui.i18n import error, language, t
from tui.screens.base import DalilModal
from tui.widgets.fields.long import LongText
from tui.work import WRITING, Job, in_thread

__all__ = ["ResolveScreen"]

_SHOWN = 120  # letters of a value: it was read on the screen below


class ResolveScreen(DalilModal[Resolved | None]):
    """Returns what was saved, or None to go on deciding."""

    NAME = "resolve"
    CSS_PATH: ClassVar[CSSPathType | None] = ["save.tcss", "fields.tcss"]

    def __init__(self, desk: Deciding, view: View) -> None:
        super().__init__()
        self._desk, self._view = desk, view
        self._is_saving = False

    def body(self) -> ComposeResult:
        """Show what will stand, and the line for the reason."""
        with Vertical(classes="box"):
            yield Static(t("conflicts.save.title"), classes="title", markup=False)
            with VerticalScroll(id="changes", can_focus=False):
                lines = [_line(decision, self._view) for decision in self._desk.decisions()]
                yield Static(Content("\n").join(lines), id="change-list", markup=False)
            yield Static(t("case.save.why"), id="ask", markup=False)
            yield LongText(self._desk.why)
            yield Static(id="fault", classes="fault", markup=False)
            yield Static(id="keys", classes="dim", markup=False)

    def on_mount(self) -> None:
        """Wait for the reason."""
        why = self.query_one(LongText)
        why.move_cursor(why.document.end)
        why.focus()
        self._say("")

    def retranslate(self) -> None:
        """Stay as it is: it is short, and the reason stays typed."""

    @on(TextArea.Changed)
    def keep_reason(self, event: TextArea.Changed) -> None:
        """Keep the reason with the choices, so that going back does not lose it."""
        self._desk.why = event.text_area.text

    def action_save(self) -> None:
        """Save, when there is a reason."""
        if self._is_saving:
            return
        if not self._desk.why.strip():
            self._say(t("case.save.no_reason"))
            self.query_one(LongText).focus()
            return
        self._is_saving = True
        self._say("")
        self.save(self._desk.decisions(), self._desk.why)

    @in_thread(WRITING)
    def save(self, job: Job, decisions: Sequence[Decision], why: str) -> None:
        """Write the commit."""
        vault = self.vault
        saved = resolve_conflicts(vault, self._desk.case.id, decisions, why)
        job.post(self.saved, saved)
        if vault.settles_later:
            vault.settle()

    def saved(self, saved: Resolved) -> None:
        """Say which commit it is, and close."""
        self.app.refresh_status()
        self.app.notify(t("case.saved", commit=saved.commit[:10]))
        self.dismiss(saved)

    def work_failed(self, fault: StoreError) -> None:
        """Say why nothing was saved; the choices and the reason stay."""
        self._is_saving = False
        self._say("\n".join(filter(None, error(fault))))
        self.app.refresh_status()

    def action_back(self) -> None:
        """Go back to the conflicts; a save on its way is waited for."""
        if not self._is_saving:
            self.dismiss(None)

    def _say(self, fault: str) -> None:
        """Show an error, and the keys that work now."""
        line = self.query_one("#fault", Static)
        line.update(Content(fault))
        line.display = bool(fault)
        keys = "case.save.saving" if self._is_saving else "conflicts.save.keys"
        self.query_one("#keys", Static).update(Content(t(keys)))


def _line(decision: Decision, view: View) -> Content:
    """Write one decision: where, and what will stand there."""
    path = decision.conflict.path
    where = conflict_place(path, view)
    text = " ".join(BETWEEN.join(option_texts(path, decision.value, view)).split())
    if len(text) > _SHOWN:
        text = f"{text[:_SHOWN].rpartition(' ')[0]} …"
    gap = ": " if language() == "ar" else "  "
    style = "$success" if decision.value is not None else "$error"
    return Content.assemble(("⚑ ", "$accent"), (where + gap, "$foreground 60%"), (text, style))
