"""A new case: choose its compartment where there is a choice; its number is suggested."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from store.errors import Refused
from store.model.case import Case
from store.vault import new_case_id
from tui.editing import Editing
from tui.i18n import t
from tui.screens.base import DalilModal
from tui.screens.document import Left
from tui.screens.form import FormScreen
from tui.work import Job, in_thread

__all__ = ["NewCaseScreen", "next_reference"]

_REFERENCE = re.compile(r"(?P<prefix>\w+)-(?P<year>\d{4})-(?P<number>\d{1,6})")


class NewCaseScreen(DalilModal[str | None]):
    """Returns the id of the case that was saved, or None."""

    NAME = "new_case"

    def body(self) -> ComposeResult:
        """Ask for the compartment."""
        with Vertical(classes="box"):
            yield Static(t("case.new.title"), classes="title", markup=False)
            yield OptionList(markup=False, compact=True)
            yield Static(t("case.new.text"), classes="dim", markup=False)

    def on_mount(self) -> None:
        """Ask only when there is something to choose."""
        vault = self.vault
        writable = [name for name in vault.compartments if vault.may_write(name)]
        if not writable:
            self.app.report(
                Refused("you may not write into any compartment", hint="an admin can change that")
            )
            self.dismiss(None)
        elif len(writable) == 1:
            self.begin(writable[0])
        else:
            self.query_one(OptionList).add_options(
                Option(Content(name), id=name) for name in writable
            )
            self.query_one(OptionList).highlighted = 0
            self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the compartment."""
        self.begin(str(event.option.id))

    @in_thread("reference")
    def begin(self, job: Job, compartment: str) -> None:
        """Find the next free number, then open the form."""
        references = (row.reference for row in self.vault.summaries())
        reference = next_reference(references, datetime.now(UTC).year)
        job.post(self.open_form, compartment, reference)

    def open_form(self, compartment: str, reference: str) -> None:
        """Open the form of the new case."""
        suggested = {"overview.reference": reference, "overview.status": "intake"}
        editing = Editing(Case.empty(new_case_id(), compartment), suggested=suggested)
        self.app.push_screen(FormScreen(editing, is_new=True), self.finish)

    def finish(self, left: Left | None) -> None:
        """Return the case that was saved."""
        self.dismiss(left.saved.case_id if left and left.saved else None)


def next_reference(references: Iterable[str], year: int) -> str:
    """Suggest the number after the highest one of the year, in the form that the others have.

    Example:
        >>> next_reference(["SY-2026-0007", "SY-2025-0112"], 2026)
        'SY-2026-0008'
    """
    found = [match for text in references if (match := _REFERENCE.fullmatch(text))]
    prefix = max(found, key=lambda match: match["year"])["prefix"] if found else "SY"
    used = [
        int(match["number"])
        for match in found
        if match["prefix"] == prefix and int(match["year"]) == year
    ]
    return f"{prefix}-{year}-{max(used, default=0) + 1:04}"
