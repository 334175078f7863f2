"""The result of a verification in words, and how far one that is running has come."""

from __future__ import annotations

import unicodedata

from textual.content import Content

from store.reader import Trust
from store.trust.report import Report
from tui.i18n import language, number, t

__all__ = ["SHORTEST", "bar", "digits_typed", "grouped", "progress_text", "verdict"]

SHORTEST = 16
"""How many digits of a root must be compared at least."""

_SHORT = 10
_BAR_CELLS = 30
_HEX = frozenset("0123456789abcdef")


def verdict(report: Report, trust: Trust) -> Content:
    """Say in a sentence whether the history is authentic, and up to where."""
    values = {"root": report.root[:_SHORT], "tip": report.tip[:_SHORT]}
    notices = len(report.findings) - len(report.failures)
    also = "\n" + t("verify.notices", count=notices) if notices else ""
    if report.is_authentic:
        is_pinned = trust.state == "authentic"
        sign, style = ("✓", "bold $success") if is_pinned else ("!", "bold $warning")
        said = t(f"verify.{'authentic' if is_pinned else 'sound'}", count=report.commits, **values)
        return Content.assemble((f"{sign} {said}", style), also)
    count = len({finding.commit for finding in report.failures})
    said = t("verify.broken", count=count)
    good = report.verified_tip
    last = t("verify.last_good", commit=good[:_SHORT]) if good else t("verify.none_good")
    return Content.assemble((f"✗ {said}", "bold $error"), f"\n{last}", also)


def progress_text(done: int, total: int, seconds: float) -> Content:
    """Draw how far it is: a bar, the numbers, and how fast; before the first commits, no bar."""
    if not total:
        return Content(t("verify.reading"))
    speed = number(int(done / max(seconds, 0.001)))
    said = t("verify.progress", done=number(done), total=number(total), speed=speed)
    parts = (said, "  ", bar(done, total)) if language() == "ar" else (bar(done, total), "  ", said)
    return Content.assemble(*parts)


def bar(done: int, total: int) -> Content:
    """Draw a bar of how far something is."""
    filled = _BAR_CELLS * done // max(total, 1)
    drawn = ("█" * filled, "$accent"), ("░" * (_BAR_CELLS - filled), "$foreground 60%")
    return Content.assemble(*(drawn[::-1] if language() == "ar" else drawn))


def grouped(digits: str) -> str:
    """Write hex digits in groups of four, as one reads them aloud."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def digits_typed(text: str) -> str:
    """Give the hex digits that were typed, in groups or not, with digits of any script.

    Anything else that was typed stays, so that it does not fit.
    """
    letters = (letter for letter in text.lower() if not letter.isspace() and letter not in "-…")
    return "".join(
        str(unicodedata.digit(letter)) if letter not in _HEX and letter.isdigit() else letter
        for letter in letters
    )
