"""What covers a screen while the terminal is too small to work in."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from tui.i18n import t

__all__ = ["TooSmall"]


class TooSmall(Widget):
    """One line over everything; what lies beneath keeps its state and its focus."""

    DEFAULT_CSS = """
    TooSmall {
        display: none;
        layer: cover;
        width: 100%;
        height: 100%;
        background: $background;
    }
    Screen.-tiny > TooSmall, Screen.-short > TooSmall { display: block; }
    """

    def render(self) -> Content:
        """Say how much is needed."""
        return Content(t("too_small"))
