"""Exactly which cases and versions somebody's keys could open: for a lost laptop, and a leaver."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.exposure import Exposure, exposure
from tui.display.exposure_words import exposure_texts
from tui.i18n import t
from tui.processes import with_processes
from tui.screens.base import DalilScreen
from tui.screens.case import case_titles
from tui.widgets.exposure_list import ExposureList
from tui.work import Job, in_thread

__all__ = ["ExposureScreen"]


class ExposureScreen(DalilScreen[None]):
    """The sentences, and below them each version."""

    NAME = "exposure"
    CSS_PATH = "exposure.tcss"
    AUTO_FOCUS = "ExposureList"

    def __init__(self, handle: str) -> None:
        super().__init__()
        self.handle = handle
        self.found: Exposure | None = None
        self._versions: Mapping[str, int] = {}

    def body(self) -> ComposeResult:
        """Give the sentences and the list."""
        yield Static(id="said", markup=False)
        yield ExposureList()

    def on_mount(self) -> None:
        """Begin to look."""
        self.query_one("#said", Static).update(t("exposure.loading"))
        self.load()

    def retranslate(self) -> None:
        """Say it in the other language."""
        if self.found is not None:
            self._say(self.found)
        self.query_one(ExposureList).refresh()

    @in_thread("exposure")
    def load(self, job: Job) -> None:
        """Go through the history; what the cases are called needs the keys of who looks."""
        vault = self.vault
        found = exposure(vault, self.handle)
        closed = {name: vault.policy_at(commit).version for name, commit in found.closed.items()}
        job.post(self.show, found, closed, {})
        with with_processes():
            titles = case_titles(vault)
        job.post(self.show, found, closed, titles)

    def show(self, found: Exposure, versions: Mapping[str, int], titles: Mapping[str, str]) -> None:
        """Show what was found."""
        self.found, self._versions = found, versions
        self._say(found)
        self.query_one(ExposureList).show(found.versions, titles)
        self.refresh_bindings()

    def _say(self, found: Exposure) -> None:
        first, *others = exposure_texts(found, self._versions)
        parts = [Content.styled(first, "bold"), *map(Content, others)]
        self.query_one("#said", Static).update(Content("\n").join(parts))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to open what there is."""
        if action == "open":
            return bool(self.found and self.found.versions)
        return super().check_action(action, parameters)

    @on(ExposureList.Chosen)
    def action_open(self) -> None:
        """Show this version in the history of its case."""
        from tui.screens.history import HistoryScreen

        version = self.query_one(ExposureList).current
        if version is not None:
            self.app.push_screen(HistoryScreen(version.case_id, commit=version.commit))
