"""What of a verified history is given to others: a join ticket, an audit report as a file."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store.errors import StoreError
from store.trust.report import Report
from tui.display.ticket_words import ticket_text
from tui.i18n import t
from tui.screens.base import DalilScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.path import PathScreen
from tui.work import Job, in_thread

if TYPE_CHECKING:
    from store.ticket import Ticket
    from tui.screens.verify import VerifyScreen

__all__ = ["HandingOut", "ReportPath"]


class ReportPath(PathScreen):
    """Asks where the audit report goes."""

    def unsaved(self) -> bytes | None:
        """Give the path, as far as it is typed."""
        return self.typed.encode() or None

    @classmethod
    def restore(cls, unsaved: bytes) -> VerifyScreen:
        """Verify again, and ask again."""
        from tui.screens.verify import VerifyScreen

        return VerifyScreen(report_path=unsaved.decode())


class HandingOut(DalilScreen[None]):
    """A screen with a report of the whole history, from which both are made."""

    report: Report | None = None
    """What the last verification found; None while there is none."""

    def action_ticket(self) -> None:
        """Show the join ticket, where this copy is one to join by."""
        self.make_ticket()

    @in_thread("ticket")
    def make_ticket(self, job: Job) -> None:
        """Make it."""
        from store.ticket import make

        try:
            job.post(self._show_ticket, make(self.vault))
        except StoreError as fault:  # a toast: the result of the verification stays
            job.post(self.app.report, fault)

    def _show_ticket(self, ticket: Ticket) -> None:
        from tui.screens.note import NoteScreen

        text = ticket_text(ticket.text, ticket.root, ticket.tip)
        self.app.push_screen(NoteScreen(t("verify.ticket.title"), text))

    def action_report(self) -> None:
        """Ask where the audit report goes."""
        self.ask_for_path(os.path.join("~", f"dalil-audit-{datetime.now(UTC):%Y-%m-%d}.html"))

    def ask_for_path(self, start: str) -> None:
        """Ask where the audit report goes, beginning with a path."""
        title, text, yes = (t(f"verify.report.{name}") for name in ("title", "text", "yes"))
        self.app.push_screen(ReportPath(title, text, start=start, yes=yes), self._take_path)

    def _take_path(self, path: str | None) -> None:
        """Write the report; over a file that is there only when that is wanted."""
        if not path:
            return
        if not os.path.lexists(path):
            self.write_report(path)
            return
        texts = [t(f"verify.report.replace.{name}", path=path) for name in ("title", "text", "yes")]

        def answer(is_wanted: bool | None) -> None:  # noqa: FBT001 - Textual's callback
            if is_wanted:
                self.write_report(path)

        self.app.push_screen(ConfirmScreen(texts[0], texts[1], yes=texts[2]), answer)

    @in_thread("report")
    def write_report(self, job: Job, path: str) -> None:
        """Write what was verified last."""
        from store.audit import examine
        from tui.cli.report import check_path, write_report

        vault, report = self.vault, self.report
        if report is None:
            return
        state = vault.trust.state if report.is_authentic else "broken"
        try:
            check_path(path, replaces=True)
            write_report(path, examine(vault.objects, report, state, vault.clock()))
        except StoreError as fault:  # the same
            job.post(self.app.report, fault)
            return
        job.post(self.app.notify, t("audit.written", path=path))
