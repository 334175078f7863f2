"""The dialogue of a save: what changes, what is wrong, the reason in words; then the commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual._path import CSSPathType
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static, TextArea
from textual.widgets.option_list import Option

from store.errors import Moved, StoreError
from store.joined import keep_locked
from store.model.case import Case
from store.model.diff import Change, apply
from store.vault import Saved, Vault
from tui.display.case_page import problem_text
from tui.display.changes import change_text, path_text
from tui.display.flags import FLAG
from tui.display.values import View
from tui.editing import Editing
from tui.i18n import error, language, t
from tui.screens.base import DalilModal
from tui.widgets.fields.long import LongText
from tui.work import WRITING, Job, in_thread

__all__ = ["SaveScreen", "write"]


class SaveScreen(DalilModal[Saved | str | None]):
    """Returns what was saved, the path of a field to correct first, or None to go on editing."""

    NAME = "save"
    CSS_PATH: ClassVar[CSSPathType | None] = ["save.tcss", "fields.tcss"]

    def __init__(self, editing: Editing, *, is_new: bool = False) -> None:
        super().__init__()
        self.editing, self._is_new = editing, is_new
        self._is_saving = False

    def body(self) -> ComposeResult:
        """Show the changes, the errors if any, and the line for the reason."""
        with Vertical(classes="box"):
            yield Static(t("case.save.title"), classes="title", markup=False)
            with VerticalScroll(id="changes", can_focus=False):
                yield Static(id="change-list", markup=False)
            yield OptionList(id="errors", markup=False, compact=True)
            yield Static(id="missing", classes="dim", markup=False)
            yield Static(t("case.save.why"), id="ask", markup=False)
            yield LongText(self.editing.why)
            yield Static(id="fault", classes="fault", markup=False)
            yield Static(id="keys", classes="dim", markup=False)

    def on_mount(self) -> None:
        """Fill in what there is to say."""
        self.show_changes()
        why = self.query_one(LongText)
        why.move_cursor(why.document.end)
        (self.query_one("#errors") if self._errors else why).focus()

    def retranslate(self) -> None:
        """Stay as it is: it is short, and the reason stays typed."""

    # -- what it shows -----------------------------------------------------------------------

    def show_changes(self) -> None:
        """Show what changes, what is wrong and what is missing."""
        changes = self.editing.changes()
        old, new = View(self.editing.original.data), View(self.editing.document())
        lines = [_change_line(change, old, new) for change in changes]
        self.query_one("#change-list", Static).update(Content("\n").join(lines))
        self._errors = self.editing.errors()
        errors = self.query_one("#errors", OptionList)
        errors.display = bool(self._errors)
        errors.clear_options()
        for problem in self._errors:
            text = f"✗ {path_text(problem.path, new)}: {problem_text(problem)}"
            errors.add_option(Option(Content(text)))
        errors.highlighted = 0 if self._errors else None
        missing = [p for p in self.editing.problems() if p.severity == "warning"]
        note = self.query_one("#missing", Static)
        note.display = bool(missing)
        where = t("header.comma").join(path_text(problem.path, new) for problem in missing)
        note.update(Content(t("case.missing", fields=where)))
        for widget in ("#ask", "LongText"):
            self.query_one(widget).display = not self._errors
        self._say("")

    def _say(self, fault: str) -> None:
        """Show an error, and the keys that work now."""
        line = self.query_one("#fault", Static)
        line.update(Content(fault))
        line.display = bool(fault)
        keys = "saving" if self._is_saving else "wrong" if self._errors else "keys"
        self.query_one("#keys", Static).update(Content(t(f"case.save.{keys}")))

    @on(OptionList.OptionSelected, "#errors")
    def jump(self, event: OptionList.OptionSelected) -> None:
        """Go to the field that is wrong."""
        self.dismiss(self._errors[event.option_index].path)

    @on(TextArea.Changed)
    def keep_reason(self, event: TextArea.Changed) -> None:
        """Keep the reason with the document, so that going back does not lose it."""
        self.editing.why = event.text_area.text

    # -- saving ------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Save, when nothing is wrong and there is a reason."""
        if self._is_saving:
            return
        if self._errors:
            self.dismiss(self._errors[0].path)
        elif not self.editing.why.strip():
            self._say(t("case.save.no_reason"))
            self.query_one(LongText).focus()
        else:
            self._is_saving = True
            self._say("")
            self.save(self.editing.changes(), self.editing.why)

    @in_thread(WRITING)
    def save(self, job: Job, changes: Sequence[Change], why: str) -> None:
        """Write the commit; where somebody else was quicker, come back with that version."""
        vault, case = self.vault, self.editing.original
        try:
            saved = write(vault, case, changes, why, is_new=self._is_new)
        except Moved:
            job.post(self.meet, vault.get(case.id))
            return
        job.post(self.saved, saved)
        if vault.settles_later:
            vault.settle()

    def saved(self, saved: Saved | None) -> None:
        """Say which commit it is, and close; None when somebody else has written just the same."""
        self.app.refresh_status()
        if saved is not None:
            self.app.notify(t("case.saved", commit=saved.commit[:10]))
        self.dismiss(saved)

    def meet(self, latest: Case) -> None:
        """Stand on a version that came meanwhile, and show the fields that both have changed."""
        self._is_saving = False
        theirs = View(latest.data)
        clashes = self.editing.rebase(latest)
        mine = View(self.editing.case.data)
        self.show_changes()
        lines = [t("case.save.met", by=latest.changed.by)]
        for change in clashes:
            text = change_text(change, theirs, mine)
            yours = text.new or t("case.save.gone")
            lines.append(t("case.save.both", where=text.where, theirs=text.old or "—", yours=yours))
        self._say("\n".join(lines))

    def work_failed(self, error_: StoreError) -> None:
        """Say why nothing was saved; all that was typed stays."""
        self._is_saving = False
        self._say("\n".join(filter(None, error(error_))))
        self.app.refresh_status()  # a refused save may have found the history not authentic

    def action_back(self) -> None:
        """Go back to the form; a save on its way is waited for."""
        if not self._is_saving:
            self.dismiss(None)


def write(
    vault: Vault, original: Case, changes: Sequence[Change], why: str, *, is_new: bool
) -> Saved | None:
    """Make the commit of some changes to a case, on what stands in the repository now.

    Raises:
        Moved: somebody else has changed one of the same fields; nothing is written.
        Refused: somebody has sealed one of the items meanwhile.
        StoreError: as `Vault.edit` says.
    """
    opened = (
        vault.new(compartment=original.compartment, why=why, case_id=original.id)
        if is_new
        else vault.edit(original.id, why=why)
    )
    with opened as case:
        keep_locked(case, changes)
        if apply(case.data, list(changes)):
            raise Moved("somebody else changed the same field meanwhile")
    return vault.last_save


def _change_line(change: Change, old: View, new: View) -> Content:
    """Write one change: where, what was there, what will be."""
    text = change_text(change, old, new)
    # No gap in Arabic: it would make two columns of the line, which are not put in order as one.
    where = (text.where + (": " if language() == "ar" else "  "), "$foreground 60%")
    if text.kind in ("moved", "conflict"):
        sign = FLAG if text.kind == "conflict" else "↕"
        return Content.assemble((f"{sign} ", "$accent"), where, text.new)
    if not text.old:
        return Content.assemble(("+ ", "$success"), where, (text.new, "$success"))
    if not text.new:
        return Content.assemble(("− ", "$error"), where, (text.old, "strike $foreground 60%"))
    return Content.assemble(
        ("~ ", "$accent"),
        where,
        (text.old, "strike $foreground 60%"),
        f" {t('case.save.then')} ",
        text.new,
    )
