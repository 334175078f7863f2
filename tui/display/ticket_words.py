"""The root and the newest commit as one reads them aloud, and the join ticket that carries both."""

from __future__ import annotations

from textual.content import Content

from tui.display.spoken import spoken
from tui.display.verdict import grouped
from tui.i18n import language, t

__all__ = ["spoken_commits", "ticket_text"]

_QUIET = "$foreground 60%"


def spoken_commits(root: str, tip: str) -> Content:
    """Write both commits in words and digits, each under its name."""
    lines = []
    for name, commit in (("root", root), ("tip", tip)):
        parts = (t(f"verify.spoken.{name}"), _QUIET), "  ", grouped(commit)
        lines.append(Content.assemble(*(parts[::-1] if language() == "ar" else parts)))
        first, second = spoken(commit)
        lines += [Content.styled(first, "bold"), Content.styled(second, _QUIET)]
    return Content("\n").join(lines)


def ticket_text(line: str, root: str, tip: str) -> Content:
    """Write the ticket, what it is for, and what to compare it by."""
    return Content.assemble(
        t("verify.ticket.text"), "\n\n", (line, "bold"), "\n\n", spoken_commits(root, tip)
    )
