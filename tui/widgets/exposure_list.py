"""The versions of cases that somebody could open: a row each, those of a case together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.exposure import Version
from tui.display.instant import local_time
from tui.i18n import t
from tui.widgets.row_list import Column, RowList

__all__ = ["ExposureList"]

_POINTER_CELLS, _AT_CELLS, _COMMIT_CELLS, _KEY_CELLS = 1, 16, 10, 22
_WIDE = 90  # cells from which on there is room for the commit


class ExposureList(RowList):
    """Each case is named at its first row; what it is called is empty where it cannot be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.versions: list[Version] = []
        self._titles: Mapping[str, str] = {}

    @property
    def current(self) -> Version | None:
        """The version under the cursor."""
        return self.versions[self.cursor] if self.cursor < len(self.versions) else None

    def show(self, versions: Sequence[Version], titles: Mapping[str, str]) -> None:
        """Show versions, the cases in the order of their first one."""
        of_case: dict[str, list[Version]] = {}
        for version in versions:
            of_case.setdefault(version.case_id, []).append(version)
        self.versions = [version for case in of_case.values() for version in case]
        self._titles = titles
        self.rows_changed()

    def count(self) -> int:
        """Give the number of versions."""
        return len(self.versions)

    def columns(self, place: int, width: int) -> Sequence[Column]:
        """Write a version: the case, when it was written, the commit, and the key that opens it."""
        version = self.versions[place]
        is_first = not place or self.versions[place - 1].case_id != version.case_id
        title = self._titles.get(version.case_id) or version.case_id[:8]
        commit = [(version.commit[:10], _COMMIT_CELLS, "quiet")] if width >= _WIDE else []
        key = t("exposure.key", compartment=version.compartment, epoch=version.epoch)
        return (
            (self.pointer(place), _POINTER_CELLS, "strong"),
            (title if is_first or place == self.cursor else "″", 0, "" if is_first else "quiet"),
            (local_time(version.at), _AT_CELLS, "quiet"),
            *commit,
            (key, _KEY_CELLS, "quiet"),
        )
