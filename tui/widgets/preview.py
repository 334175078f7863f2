"""The case under the cursor in short, beside the list or below it."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from store.errors import Sealed, StoreError
from store.model.summary import READABLE, Summary
from store.who import readers_by_compartment
from tui.display.direction import paragraphs
from tui.display.preview_text import preview_text
from tui.i18n import error, language, t
from tui.work import Job, in_thread

if TYPE_CHECKING:
    from tui.app import DalilApp

__all__ = ["Preview"]

_DELAY = 0.08  # seconds: a case is not read while the cursor only passes it
_KEPT = 24


class Preview(VerticalScroll, can_focus=False):
    """Reads the case in a thread; one that the cursor has left is never shown."""

    DEFAULT_CSS = """
    Preview { display: none; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    Preview > Static { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._wanted: Summary | None = None
        self._known: OrderedDict[Summary, Content] = OrderedDict()
        self._timer: Timer | None = None
        self._text = Content()
        self._width = 0

    def compose(self) -> ComposeResult:
        """Give one text."""
        yield Static(markup=False)

    def show(self, case: Summary | None) -> None:
        """Show this case soon; None for nothing."""
        if case == self._wanted:
            return
        self._wanted = case
        if self._timer is not None:
            self._timer.stop()
        if case is None:
            self._put(Content())
        elif case.state not in READABLE:
            self._put(_locked(case))
        elif case in self._known:
            self._put(self._known[case])
        else:
            self._timer = self.set_timer(_DELAY, lambda: self.read(case))

    def forget(self) -> None:
        """Drop all text: when the repository is locked, or speaks another language."""
        self._known.clear()
        self._wanted, self._text = None, Content()

    @in_thread("preview")
    def read(self, job: Job, case: Summary) -> None:
        """Read a case and lay it out."""
        try:
            vault = cast("DalilApp", self.app).open_vault
            found = vault.get(case.id)
            text = preview_text(found, readers_by_compartment(vault, found))
        except Sealed:
            text = _locked(case._replace(state="sealed"))
        except StoreError as fault:
            text = Content("\n").join(filter(None, map(Content, error(fault))))
        job.post(self._take, case, text)

    def _take(self, case: Summary, text: Content) -> None:
        self._known[case] = text
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        if case == self._wanted:
            self._put(text)

    def _put(self, text: Content) -> None:
        self._text = text
        self._lay_out()
        self.scroll_home(animate=False)

    def on_resize(self) -> None:
        """Wrap the text anew for another width."""
        if self.scrollable_content_region.width != self._width:
            self._lay_out()

    def _lay_out(self) -> None:
        self._width = self.scrollable_content_region.width
        is_mirrored = language() == "ar"
        self.query_one(Static).update(paragraphs(self._text, self._width, is_mirrored=is_mirrored))

    def on_unmount(self, _event: events.Unmount) -> None:
        """Leave nothing behind."""
        self.forget()


def _locked(case: Summary) -> Content:
    """Say why a case cannot be read, and what to do."""
    sign = "✗" if case.state == "damaged" else "⊘"
    color = "$error" if case.state == "damaged" else "$foreground-muted"
    return Content.assemble(
        (f"{sign} {t(f'browse.{case.state}.word')}", f"bold {color}"),
        ("  " + case.id, "$foreground-muted"),
        "\n\n",
        t(f"browse.{case.state}.why", compartment=case.compartment),
        "\n",
        (t(f"browse.{case.state}.hint"), "$foreground-muted"),
    )
