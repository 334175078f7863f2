"""The line at the top: which repository, who is in, the state of trust and of sync, in sight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content
from textual.widget import Widget

from tui.display.line import has_rtl
from tui.i18n import ago, language, number, t

if TYPE_CHECKING:
    from store.remote.standing import SyncState
    from store.vault import Trust

__all__ = ["HeaderBar", "Status"]

_SIGNS = {
    "authentic": ("✓", "$success"),
    "unverified": ("?", "$warning"),
    "unpinned": ("!", "$warning"),
    "broken": ("✗", "bold $error"),
}
_SYNC_SIGNS = {
    "offline": ("○", "$warning"),
    "refused": ("✗", "bold $error"),
    "needs_you": ("!", "$warning"),
    "running": ("⇅", "$accent"),
}
_MINUTE = 60


class Status(NamedTuple):
    """What the header says.

    Handle and trust are None until the repository is open; an empty handle is a reader's, who is
    no member.
    """

    repository: str = ""
    handle: str | None = None
    trust: Trust | None = None


class HeaderBar(Widget):
    """One line; on a narrow screen it leaves out the least important first."""

    DEFAULT_CSS = """
    HeaderBar { dock: top; height: 1; padding: 0 1; background: $panel; color: $foreground; }
    """

    def on_mount(self) -> None:
        """Follow the application's status, and let "2 min ago" grow old."""
        self._shown = Content()
        for name in ("status", "sync_state", "sync_run"):
            if hasattr(self.app, name):
                self.watch(self.app, name, self._look_again, init=False)
        self.set_interval(_MINUTE, self._look_again)

    def render(self) -> Content:
        """Give the whole line."""
        self._shown = self._line()
        return self._shown

    def _look_again(self) -> None:
        if self._line() != self._shown:
            self.refresh()

    def _line(self) -> Content:
        status: Status = getattr(self.app, "status", Status())
        names = [Content.styled("Dalil", "bold $accent"), Content(status.repository)]
        is_turned = language() == "ar" and not has_rtl(status.repository)
        left = Content(" · ").join(names[::-1] if is_turned else names)
        width, sync = self.size.width, self._sync()
        right = next(
            (
                right
                for right in _rights(status, sync)
                if left.cell_length + 2 + right.cell_length <= width
            ),
            Content(),
        )
        gap = " " * max(2, width - left.cell_length - right.cell_length)
        parts = (right, gap, left) if language() == "ar" else (left, gap, right)
        return Content.assemble(*parts)

    def _sync(self) -> list[Content]:
        """Say how this copy stands to the others, in full and in short; nothing without others."""
        state: SyncState | None = getattr(self.app, "sync_state", None)
        if state is None or state.state == "none":
            return []
        counts = Content(f"↑{number(state.ahead)} ↓{number(state.behind)}")
        name = "running" if self.app.sync_run.kind else state.state  # type: ignore[attr-defined] # asked above
        if name not in _SYNC_SIGNS:
            return [counts]
        sign, style = _SYNC_SIGNS[name]
        word = Content.styled(f"{sign} {t(f'sync.state.{name}')}", style)
        return [Content(" ").join((counts, word)), word]


def _rights(status: Status, sync: list[Content]) -> Iterator[Content]:
    """Give what may stand on the right, the longest first; the sign and word of trust stay."""
    trust = status.trust
    if trust is None:
        return
    sign, style = _SIGNS[trust.state]
    state = Content.assemble((f"{sign} {t(f'trust.{trust.state}')}", style))
    details = _details(trust)
    handle = Content.assemble(status.handle or t("header.nobody"), " · ")
    dot = Content(" · ")
    for count in range(len(details), -1, -1):
        said = Content(t("header.comma")).join([state, *map(Content, details[:count])])
        yield handle + dot.join([said, *sync[:1]])
    for short in sync:
        yield dot.join([state, short])
    yield state


def _details(trust: Trust) -> list[str]:
    """Say how much was verified and when, as far as it is known."""
    if trust.state == "broken":
        return [t("trust.findings", count=len(trust.findings))]
    details = [t("trust.commits", count=trust.commits)] if trust.commits else []
    return [*details, ago(trust.verified_at)] if trust.verified_at else details
