"""What a verification reports: findings, and how far the history is authentic."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import msgspec

__all__ = ["Finding", "Note", "Report", "Severity"]

Severity = Literal["failure", "notice"]


class Note(NamedTuple):
    """A sentence about something found, its `{name}` places still open, and what to do about it."""

    message: str
    advice: str = ""
    values: Mapping[str, Any] = MappingProxyType({})


class Finding(msgspec.Struct, frozen=True):
    """One thing that a check reports about one commit.

    `rule` is the number in section 4 of the design: 1 signature, 2 signer, 3 policy, 4 paths,
    5 dates, names and messages; 0 is the history as a whole. A failure means that the history is
    not authentic from this commit on; a notice asks for a look. `message` and `advice` are
    templates filled from `values`, which may hold what a stranger wrote (in ASCII, cut short).
    """

    commit: str
    rule: int
    severity: Severity
    message: str
    values: dict[str, Any] = {}
    advice: str = ""

    def text(self) -> str:
        """Say what was found."""
        return self.message.format_map(self.values)


class Report(msgspec.Struct, frozen=True):
    """How far a history is authentic.

    `verified_tip` is the last mainline commit up to which no commit failed: `tip` itself when all
    is good, None when not even the first. `commits` counts the commits this run looked at;
    `signers` gives each commit with a good signature the handle of the member who made it.
    """

    root: str
    tip: str
    verified_tip: str | None
    commits: int
    findings: tuple[Finding, ...] = ()
    signers: dict[str, str] = {}

    @property
    def is_authentic(self) -> bool:
        """Say whether the whole history up to the tip is authentic."""
        return self.verified_tip == self.tip and not self.failures

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that make the history not authentic."""
        return tuple(finding for finding in self.findings if finding.severity == "failure")
