"""Conflicts to read and decide: one after the other, one of them the current one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.display.conflict_page import ConflictText, lay_out_conflicts
from tui.i18n import language
from tui.keyboard import with_arabic_letters
from tui.widgets.reading import ReadingView

__all__ = ["ConflictsView"]


class ConflictsView(ReadingView, inherit_bindings=False):
    """Each conflict is an item of the page; the arrows go from one to the next."""

    DEFAULT_CSS = """
    ConflictsView > .reading--key { color: $accent; text-style: bold; }
    ConflictsView > .reading--chosen { color: $success; text-style: bold; }
    ConflictsView > .reading--removed { color: $error; }
    ConflictsView > .reading--removed-word { color: $error; text-style: bold strike; }
    ConflictsView > .reading--added { color: $foreground; }
    ConflictsView > .reading--added-word { color: $success; text-style: bold underline; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"reading--{name}"
        for name in ("key", "chosen", "removed", "removed-word", "added", "added-word")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(with_arabic_letters("up,k,shift+tab"), "go(-1)", show=False),
        Binding(with_arabic_letters("down,j,tab"), "go(1)", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown,space", "page_down", show=False),
        Binding("home", "scroll_home", show=False),
        Binding("end", "scroll_end", show=False),
    ]

    def show_conflicts(self, conflicts: Sequence[ConflictText], *, current: str = "") -> None:
        """Show these; what one reads stays where it is, unless another is to be the current one."""
        offset, before = self.scroll_offset.y, current or self.current
        kept, is_mirrored = list(conflicts), language() == "ar"
        self.show(
            lambda width: lay_out_conflicts(kept, width, is_mirrored=is_mirrored), current=before
        )
        if not current:
            self.scroll_to(y=offset, animate=False)

    def action_go(self, by: int) -> None:
        """Go to the next conflict, or the one before."""
        self.go(by)
