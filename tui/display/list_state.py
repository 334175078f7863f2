"""What the list of cases says of itself: how many rows, how sorted, how far it has been read."""

from __future__ import annotations

from textual.content import Content

from tui.cases.catalogue import Selection
from tui.display.flags import flag
from tui.i18n import number, t

__all__ = ["count_line", "progress_line"]


def count_line(shown: int, total: int, selection: Selection, flagged: int = 0) -> Content:
    """Say how many rows of all are shown, in which order, and how many cases have conflicts."""
    is_all = not selection.is_searching and not selection.filters
    counted = (
        t("browse.count.all", count=total)
        if is_all
        else t("browse.count.some", shown=number(shown), total=number(total))
    )
    order = t(f"browse.sorts.{selection.order or 'match'}")
    flags = (f"{flag(flagged)} · ", "bold $warning") if flagged else ""
    return Content.assemble(flags, (counted, "bold"), (f" · {order}", "$foreground-muted"))


def progress_line(done: int, total: int, width: int) -> Content:
    """Draw a bar, and say under it how many of how many have been read."""
    filled = width * done // total if total else 0
    return Content.assemble(
        t("browse.reading.text"),
        "\n",
        ("━" * filled, "$accent"),
        ("─" * (width - filled), "$foreground-muted"),
        "\n",
        t("browse.reading.count", done=number(done), total=number(total)),
    )
