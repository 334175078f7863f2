"""What a verification found: one row for each finding, failures before notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.trust.report import Finding
from tui import i18n
from tui.i18n import t
from tui.widgets.row_list import Column, RowList

__all__ = ["FindingsTable", "finding_words"]

_SIGNS = {"failure": ("✗", "bad"), "notice": ("!", "warning")}
_POINTER_CELLS, _STATE_CELLS, _COMMIT_CELLS, _RULE_CELLS, _WHO_CELLS = 1, 10, 10, 10, 9
_WIDE = 90  # cells from which on there is room for the member


class FindingsTable(RowList):
    """Rows of findings; the cursor's is told in full by the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.findings: list[Finding] = []
        self._members: Mapping[str, str] = {}

    @property
    def current(self) -> Finding | None:
        """The finding under the cursor."""
        return self.findings[self.cursor] if self.findings else None

    def show(self, findings: Sequence[Finding], members: Mapping[str, str]) -> None:
        """Show findings; `members` gives each commit the handle of its signer."""
        self.findings = sorted(findings, key=lambda finding: finding.severity != "failure")
        self._members = members
        self.cursor = 0
        self.rows_changed()
        self.post_message(self.Pointed(self))

    def member(self, finding: Finding) -> str:
        """Name the member who signed the commit; empty when it was none."""
        return self._members.get(finding.commit) or str(finding.values.get("handle", ""))

    def count(self) -> int:
        """Give the number of findings."""
        return len(self.findings)

    def columns(self, place: int, width: int) -> Sequence[Column]:
        """Write a finding: how grave, which commit, which rule, who, and what is wrong."""
        finding = self.findings[place]
        sign, style = _SIGNS[finding.severity]
        who = [(self.member(finding) or "–", _WHO_CELLS, "")] if width >= _WIDE else []
        return (
            (self.pointer(place), _POINTER_CELLS, "strong"),
            (f"{sign} {t(f'verify.severity.{finding.severity}')}", _STATE_CELLS, style),
            (finding.commit[:_COMMIT_CELLS], _COMMIT_CELLS, "quiet"),
            (t(f"verify.rule.{finding.rule}"), _RULE_CELLS, ""),
            *who,
            (finding_words(finding)[0], 0, ""),
        )


def finding_words(finding: Finding) -> tuple[str, str]:
    """Give what was found and what to do, in the language of the screen."""
    texts = (finding.message, finding.advice)
    message, advice = (i18n.words(text, finding.values) for text in texts)
    return message, advice
