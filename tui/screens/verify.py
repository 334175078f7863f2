"""Check the whole history: is every commit, from the root on, signed by who was allowed to?"""

from __future__ import annotations

from time import monotonic
from typing import Self

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import StoreError
from store.reader import Trust
from store.trust.report import Finding, Report
from tui import i18n
from tui.display.ticket_words import spoken_commits
from tui.display.verdict import SHORTEST, digits_typed, grouped, progress_text, verdict
from tui.handing_out import HandingOut
from tui.i18n import t
from tui.widgets.findings_table import FindingsTable, finding_words
from tui.widgets.typed import TypedInput
from tui.work import Job, in_thread

__all__ = ["VerifyScreen"]

_GROUP = "verify"
_QUIET = "$foreground 60%"


class VerifyScreen(HandingOut):
    """Verifies when it is opened, and tells the result in a sentence and a table."""

    NAME = "verify"
    CSS_PATH = "verify.tcss"
    AUTO_FOCUS = ""  # each state sets its own

    def __init__(self, digits: str = "", report_path: str = "") -> None:
        """Begin to verify, then go on with what was typed: digits, or the path of a report."""
        super().__init__()
        self._digits, self._report_path = digits, report_path
        self._started: float | None = None
        """When the run began that is going on; None when there is none."""

    @property
    def is_verifying(self) -> bool:
        """Whether a verification is going on."""
        return self._started is not None

    def body(self) -> ComposeResult:
        """Give the sentence, the bar, the root, the question for it, and the findings."""
        yield Static(id="verdict")
        yield Static(id="progress")
        with Vertical(id="pin"):
            yield Static(id="explain", markup=False)
            yield TypedInput(self._digits, id="digits")
            yield Static(id="fault", classes="fault", markup=False)
        yield Static(id="root")
        yield Static(id="meaning", classes="dim", markup=False)
        yield FindingsTable()
        with VerticalScroll(id="finding"):
            yield Static(id="words")

    def on_mount(self) -> None:
        """Begin at once."""
        self._say_what_stays()
        self.verify()

    def retranslate(self) -> None:
        """Tell the result again, in the other language; what runs, runs on."""
        self._say_what_stays()
        self._tell()
        for widget in self.query("*"):
            widget.refresh(layout=True)

    def unsaved(self) -> bytes | None:
        """Give the digits of the root, as far as they are typed."""
        return self.query_one("#digits", Input).value.encode() or None

    @classmethod
    def restore(cls, unsaved: bytes) -> Self:
        """Verify again, and go on with the digits."""
        return cls(unsaved.decode())

    def verify(self, root: str | None = None) -> None:
        """Verify from the root; one that is given is pinned when all is good."""
        self._started = monotonic()
        self.report = None
        self._show_progress(0, 0)
        self.query_one("#verdict", Static).update(Content.styled(t("verify.running"), "bold"))
        self._show_parts()
        self._check_all(root)

    @in_thread(_GROUP)
    def _check_all(self, job: Job, root: str | None) -> None:
        report = self.vault.verify(job.progress(self._show_progress), job.is_cancelled, root=root)
        job.post(self.show_report, report)

    def show_report(self, report: Report) -> None:
        """Tell the result, here and in the header."""
        self._started, self.report = None, report
        self.app.refresh_status()
        self._tell()
        if self._report_path:
            start, self._report_path = self._report_path, ""
            self.ask_for_path(start)

    def work_failed(self, fault: StoreError) -> None:
        """Say in place of the result why there is none."""
        self._started = None
        message, hint = i18n.error(fault)
        said = Content.assemble((f"✗ {message}", "bold $error"), "\n", hint)
        self.query_one("#verdict", Static).update(said)
        self._show_parts()

    # -- showing -----------------------------------------------------------------------------

    def _say_what_stays(self) -> None:
        """Write the texts that are the same for every result."""
        self.query_one("#explain", Static).update(t("verify.pin.explain"))
        self.query_one("#digits", Input).placeholder = t("verify.pin.placeholder")
        self.query_one("#meaning", Static).update(t("verify.meaning"))

    @property
    def trust(self) -> Trust:
        """What is known of the history now."""
        return self.vault.trust

    def _tell(self) -> None:
        if self.report is not None:
            self.query_one("#verdict", Static).update(verdict(self.report, self.trust))
            table = self.query_one(FindingsTable)
            table.show(self.report.findings, self.report.signers)
        self._show_parts()

    def _show_parts(self) -> None:
        """Show what this state has, and put the focus where one goes on."""
        asks = self.report is not None and self.trust.state == "unpinned"
        findings = self.report.findings if self.report else ()
        self.query_one("#progress").display = self.is_verifying
        self.query_one("#pin").display = asks
        table = self.query_one(FindingsTable)
        table.display = self.query_one("#finding").display = bool(findings)
        root = self.query_one("#root", Static)
        root.display = not self.is_verifying and bool(self.trust.root)
        is_spoken = self.trust.state == "authentic" and not findings
        root.update(self._spoken_text() if is_spoken else self._root_text(is_hidden=asks))
        self.query_one("#meaning").display = self.report is not None and not findings and not asks
        if asks:
            self.query_one("#digits").focus()
        elif findings:
            table.focus()
        self.refresh_bindings()

    def _spoken_text(self) -> Content:
        """Write root and newest commit as they are compared with a colleague's."""
        spoken = spoken_commits(self.trust.root, self.trust.tip)
        return Content.assemble(spoken, "\n", (t("verify.spoken.use"), _QUIET))

    def _root_text(self, *, is_hidden: bool) -> Content:
        """Write the root's fingerprint; the digits that are asked for are not shown."""
        digits = self.trust.root
        shown = "·" * SHORTEST + digits[SHORTEST:] if is_hidden else digits
        use = t("verify.root.hidden" if is_hidden else "verify.root.use")
        parts = (t("verify.root.title"), _QUIET), "  ", (grouped(shown), "bold")
        line = parts[::-1] if i18n.language() == "ar" else parts
        return Content.assemble(*line, "\n", (use, _QUIET))

    def _show_progress(self, done: int, total: int) -> None:
        if self._started is not None:
            bar = self.query_one("#progress", Static)
            bar.update(progress_text(done, total, monotonic() - self._started))

    @on(FindingsTable.Pointed)
    def show_finding(self) -> None:
        """Tell the finding under the cursor in full."""
        finding = self.query_one(FindingsTable).current
        words = self.query_one("#words", Static)
        words.update(self._finding_text(finding) if finding is not None else "")

    def _finding_text(self, finding: Finding) -> Content:
        message, advice = finding_words(finding)
        member = self.query_one(FindingsTable).member(finding) or t("verify.no_member")
        parts = (finding.commit, _QUIET), "  ", (member, "bold")
        line = parts[::-1] if i18n.language() == "ar" else parts
        what_to_do = (f"{t('verify.advice')} ", _QUIET), advice
        return Content.assemble(*line, "\n", message, "\n", *what_to_do)

    # -- doing -------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to open only what was found, and to verify again only when it is over."""
        if action == "open":
            return self.report is not None and bool(self.report.findings)
        if action == "verify":
            return not self.is_verifying
        if action == "report":
            return self.report is not None
        if action == "ticket":
            vault = self.app.vault  # none while a lock drops this screen
            return (
                self.report is not None and vault is not None and vault.trust.state == "authentic"
            )
        return super().check_action(action, parameters)

    def action_verify(self) -> None:
        """Verify again."""
        self.verify()

    @on(FindingsTable.Chosen)
    def action_open(self) -> None:
        """Show the commit of this finding in the history."""
        from tui.screens.history import HistoryScreen

        finding = self.query_one(FindingsTable).current
        if finding is not None:
            self.app.push_screen(HistoryScreen(commit=finding.commit))

    def action_back(self) -> None:
        """Stop a verification that is going on; otherwise leave."""
        if not self.is_verifying:
            super().action_back()
            return
        self._started = None
        self.workers.cancel_group(self, _GROUP)
        stopped = Content.styled(t("verify.stopped"), "$warning")
        self.query_one("#verdict", Static).update(stopped)
        self._show_parts()

    @on(Input.Submitted, "#digits")
    def confirm_root(self, event: Input.Submitted) -> None:
        """Pin the root when what a colleague read fits."""
        digits, fault = digits_typed(event.value), ""
        if len(digits) < SHORTEST:
            fault = t("verify.pin.short", count=SHORTEST)
        elif not self.trust.root.startswith(digits):
            fault = t("verify.pin.wrong")
        self.query_one("#fault", Static).update(fault)
        if not fault:
            event.input.clear()
            self.verify(self.trust.root)
