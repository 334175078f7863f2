"""Open what the list has the cursor on, each in its screen; or say why it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from store.model.summary import READABLE, Summary
from tui.i18n import t

if TYPE_CHECKING:
    from tui.app import DalilApp

__all__ = ["open_case", "open_conflicts", "open_history"]


def open_case(app: DalilApp, case: Summary | None, *, is_editing: bool = False) -> None:
    """Open a case to read it, or to change it."""
    if _can_be_read(case, app):
        from tui.screens.case import CaseScreen

        app.push_screen(CaseScreen(case.id, is_editing=is_editing))


def open_history(app: DalilApp, case: Summary | None) -> None:
    """Show who changed a case."""
    if _can_be_read(case, app):
        from tui.screens.history import HistoryScreen

        app.push_screen(HistoryScreen(case.id))


def open_conflicts(app: DalilApp, case: Summary | None) -> None:
    """Show what two people have changed differently in a case, where there is something."""
    if _can_be_read(case, app) and case.conflicts:
        from tui.screens.conflicts import ConflictsScreen

        app.push_screen(ConflictsScreen(case.id))


def _can_be_read(case: Summary | None, app: DalilApp) -> TypeGuard[Summary]:
    """Say in one line why a case cannot be opened and what to do, when it cannot."""
    if case is None or case.state in READABLE:
        return case is not None
    why = t(f"browse.{case.state}.why", compartment=case.compartment)
    app.notify(t(f"browse.{case.state}.hint"), title=why, severity="warning")
    return False
