"""What the list of cases says of itself: how many rows, how sorted, how far it has been read."""

from __future__ import annotations

from textual.content import Content

from tui.cases.catalogue import Selection
from tui.i18n import number, t

__all__ = ["count_line", "progress_line"]


def count_line(shown: int, total: int, selection: Selection) -> Content:
    """Say how many rows of all are shown, and in which order."""
    is_all = not selection.is_searching and not selection.filters
    counted = (
        t("browse.count.all", count=total)
        if is_all
        else t("browse.count.some", shown=number(shown), total=number(total))
    )
    order = t(f"browse.sorts.{selection.order or 'match'}")
    return Content.assemble((counted, "bold"), (f" · {order}", "$foreground-muted"))


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
