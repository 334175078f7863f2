"""The cases behind the list: read in a thread, chosen from in a thread, kept up to date.

What is shown, and how, is the list's own screen: `tui/screens/browse.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from store.errors import StoreError
from store.model.summary import Summary
from tui.cases.catalogue import Catalogue, Selection
from tui.cases.cells import forget
from tui.cases.memory import left_alone, watched_again
from tui.display.flags import flag
from tui.processes import with_processes
from tui.screens.base import DalilScreen
from tui.work import Job, in_thread

__all__ = ["ListingScreen"]

_A_SCREENFUL = 50


class ListingScreen(DalilScreen[None]):
    """Holds the catalogue and what is chosen from it."""

    def __init__(self) -> None:
        super().__init__()
        self.catalogue: Catalogue | None = None
        self.selection = Selection()
        self.shown_tip = ""
        """The commit that the rows on the screen are from."""

    # -- for the screen to show ----------------------------------------------------------------

    def show_progress(self, done: int, total: int) -> None:
        """Show how many cases have been read."""
        raise NotImplementedError

    def show_fault(self, fault: StoreError) -> None:
        """Show why there are no rows."""
        raise NotImplementedError

    def show_catalogue(self, widest: dict[str, int]) -> None:
        """Show the list for the first time, or one that was made anew."""
        raise NotImplementedError

    def look_ahead(
        self, catalogue: Catalogue, numbers: Sequence[int], selection: Selection
    ) -> None:
        """Work out, in a thread, what the next paint of these rows will need."""
        raise NotImplementedError

    def show_numbers(self, numbers: Sequence[int]) -> None:
        """Show these rows, as they were selected."""
        raise NotImplementedError

    # -- the work ------------------------------------------------------------------------------

    @in_thread("rows")
    def load(self, job: Job) -> None:
        """Read all cases; show them before their words are taken in, which takes longer."""
        vault = self.vault
        tip = vault.tip
        with left_alone():
            try:
                with with_processes():
                    listing = vault.listing(job.progress(self.show_progress), job.is_cancelled)
            except StoreError as fault:
                job.post(self.show_fault, fault)
                return
            catalogue = Catalogue(listing.rows, tip)
            self._take(job, catalogue)
            with with_processes():
                catalogue.prepare(listing.finder())
        job.post(self.reselect)
        job.post(self.look)  # for what came while this was read

    @in_thread("choice")
    def choose(self, job: Job, selection: Selection) -> None:
        """Find the rows of a selection; the newest one wins."""
        catalogue = self.catalogue
        if catalogue is None or (selection.is_searching and not catalogue.can_search):
            return  # it is chosen from as soon as it is there
        numbers = catalogue.choose(selection, job.is_cancelled)
        job.post(self._deliver, catalogue, selection, numbers)
        # The screen paints when its next frame is due: until then, this thread finds what to mark.
        self.look_ahead(catalogue, numbers[:_A_SCREENFUL], selection)

    @in_thread("tip")
    def look(self, job: Job) -> None:
        """Read what changed since the rows were read, by us or by others."""
        vault, catalogue = self.vault, self.catalogue
        if catalogue is None or not catalogue.can_search:
            return  # what changed is taken in when all is there
        tip = vault.tip
        if tip != catalogue.tip:
            from store.renewal import changed_rows

            with with_processes():
                changed = changed_rows(vault, catalogue.tip, tip)
            if not catalogue.renew(changed, tip):
                self._take(job, catalogue.without(changed, tip))
                return
        if tip != self.shown_tip:  # an older look may have been cut short after it took rows in
            job.post(self._show_renewed, tip, _widest(catalogue.cases))

    def _take(self, job: Job, catalogue: Catalogue) -> None:
        """Show the rows of a new catalogue."""
        widest = _widest(catalogue.cases)
        if not self.selection.is_searching:
            catalogue.choose(self.selection)  # its order is known when the screen asks
        job.post(self._enter, catalogue, widest)

    # -- on the UI thread ----------------------------------------------------------------------

    def on_mount(self) -> None:
        """Begin to read, when the first paint is out."""
        self.call_after_refresh(self.load)

    def on_screen_resume(self) -> None:
        """Show what was saved on another screen."""
        if self.catalogue is not None:
            self.look()

    def on_unmount(self) -> None:
        """Leave nothing decrypted behind."""
        self.catalogue = None
        forget()
        watched_again()

    def select(self, selection: Selection) -> None:
        """Show another selection."""
        self.selection = selection
        self.choose(selection)

    def reselect(self) -> None:
        """Choose again, from rows that have changed or can be searched now."""
        self.choose(self.selection)

    def main_moved(self) -> None:
        """Show it at once where the list is in sight; else when one returns to it."""
        if self.is_current and self.catalogue is not None:
            self.look()

    def _enter(self, catalogue: Catalogue, widest: dict[str, int]) -> None:
        self.catalogue, self.shown_tip = catalogue, catalogue.tip
        self.show_catalogue(widest)
        self.reselect()

    def _show_renewed(self, tip: str, widest: dict[str, int]) -> None:
        self.shown_tip = tip
        self.show_catalogue(widest)
        self.reselect()

    def _deliver(self, catalogue: Catalogue, selection: Selection, numbers: Sequence[int]) -> None:
        if catalogue is self.catalogue and selection is self.selection:
            self.show_numbers(numbers)


def _widest(cases: Sequence[Summary]) -> dict[str, int]:
    """Measure the columns whose texts are the cases' own, and short."""
    return {
        "reference": max((cell_len(case.reference) for case in cases), default=0),
        "by": max(map(cell_len, {case.changed_by for case in cases}), default=0),
        "conflicts": cell_len(flag(max((case.conflicts for case in cases), default=0))),
    }
