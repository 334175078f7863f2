"""What is typed goes to the disk as a draft: every few seconds, and at once when the program ends.

It is the screens that know what is unsaved. A draft is gone when its screen is left, and stays when
the program ends in any other way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual import events
from textual.css.query import QueryError
from textual.reactive import var

from store.errors import StoreError
from tui.i18n import error, t
from tui.kept import is_typed_into, write_text
from tui.safe_app import SafeApp
from tui.work import Job, in_thread

if TYPE_CHECKING:
    from store.crypto.identity import MemberIdentity
    from store.drafts import Draft, Drafts, Waiting
    from store.vault import Vault
    from tui.screens.base import DalilScreen

__all__ = ["DraftingApp"]

_EVERY = 2.0
"""Seconds from what was typed to the draft; the promise is five."""
_SETTLES = 3 * _EVERY
"""Seconds after a key in which what it did may still be on its way to the document."""
_PATIENCE = 1.0
"""Seconds for a write that is under way when the program is being ended."""


class DraftingApp(SafeApp):
    """An application that loses nothing of what is typed into it."""

    waiting: var[tuple[Waiting, ...]] = var(())
    """The drafts that lie there and that nobody has open."""
    drafts: Drafts | None = None
    _typed_at = float("-inf")
    _has_told = False

    def on_mount(self) -> None:
        """Begin to look what is typed."""
        self._numbers = count(1)
        self.set_interval(_EVERY, self._look_what_is_typed)

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody types."""
        if isinstance(event, events.InputEvent | events.Paste):
            self._typed_at = monotonic()
        await super().on_event(event)

    def begin_drafts(self, vault: Vault, member: MemberIdentity) -> None:
        """Keep drafts for a member from now on, and find those that lie there."""
        from store.drafts import Drafts

        self.drafts = Drafts(vault.git_dir, member.age.recipient, lambda: member.plugins)
        self.look_for_drafts()

    @in_thread("waiting")
    def look_for_drafts(self, job: Job) -> None:
        """Find out which drafts lie there."""
        if self.drafts is not None:
            found = self.drafts.waiting()
            job.post(self._show_waiting, tuple(draft for draft in found if not draft.is_open))

    def _show_waiting(self, found: tuple[Waiting, ...]) -> None:
        self.waiting = found if self.drafts is not None else ()

    # -- keeping -------------------------------------------------------------------------------

    def keep_now(self) -> None:
        """Bring what is typed to the disk before this returns: the program may end now."""
        for screen in self.typing():
            with suppress(Exception):  # whatever is wrong with one, the others are kept
                text = self._text_of(screen)
                if text is not None:
                    self._draft_of(screen).write(text, next(self._numbers), patience=_PATIENCE)

    def put_aside(self, *screens: DalilScreen[Any]) -> bool:
        """Leave drafts of what is typed on screens that are about to go; say whether they lie."""
        try:
            for screen in screens:
                text = self._text_of(screen)
                if text is not None:
                    self._draft_of(screen).write(text, next(self._numbers))
        except StoreError as fault:
            self._tell_not_kept(fault)
            return False
        for screen in screens:
            self._let_go(screen)
        self.look_for_drafts()
        return True

    def end_draft(self, screen: DalilScreen[Any]) -> None:
        """Throw the draft of a screen away: what was typed is saved, or nobody wants it.

        Where the screen only led to the one that shows it, and that did not come, the draft stays.
        """
        is_own = is_typed_into(type(screen))
        if is_own and screen.draft is None:
            screen.draft = self._handed_on(screen)
        had_one = screen.draft is not None
        self._let_go(screen, keeps=not is_own)
        if had_one:
            self.look_for_drafts()

    def let_go_of_drafts(self) -> None:
        """Write none any more; those that lie there stay."""
        for screen in self.typing():
            self._let_go(screen)
        self.drafts, self.waiting = None, ()

    def _let_go(self, screen: DalilScreen[Any], *, keeps: bool = True) -> None:
        draft, screen.draft, screen.is_left = screen.draft, None, True
        if draft is not None:
            (draft.keep if keeps else draft.discard)()

    # -- every few seconds ---------------------------------------------------------------------

    def _look_what_is_typed(self) -> None:
        """Write, in a thread, what was typed since the last time."""
        if self.drafts is None or monotonic() - self._typed_at > _SETTLES:
            return
        texts: list[tuple[Draft, bytes, int]] = []
        over: list[Draft] = []
        for screen in self.typing():
            try:
                text = self._text_of(screen)
                if text is not None:
                    texts.append((self._draft_of(screen), text, next(self._numbers)))
                elif screen.has_typed and screen.draft is not None:
                    over.append(screen.draft)
                    screen.draft, screen.has_typed = None, False
            except QueryError:  # it is being made anew, in another language
                continue
            except StoreError as fault:
                self._tell_not_kept(fault)
        if texts or over:
            self._write_drafts(texts, over)

    @in_thread("drafts")
    def _write_drafts(
        self, job: Job, texts: list[tuple[Draft, bytes, int]], over: list[Draft]
    ) -> None:
        try:
            for draft, text, number in texts:
                draft.write(text, number)
        except StoreError as fault:
            job.post(self._tell_not_kept, fault)
        else:
            self._has_told = False
        for draft in over:  # everything that was typed there has been taken back
            draft.discard()

    def _tell_not_kept(self, fault: StoreError) -> None:
        """Say once that what is typed is not kept; typing goes on."""
        if not self._has_told:
            self._has_told = True
            text = "\n".join(filter(None, error(fault)))
            self.notify(text, title=t("drafts.not_kept"), severity="error", timeout=10)

    # -- the screens ---------------------------------------------------------------------------

    def typing(self) -> Iterator[DalilScreen[Any]]:
        """Give the screens on which something may be typed, the lowest first."""
        from tui.screens.base import DalilScreen

        if self.drafts is not None:
            for screen in [*self.screen_stack]:  # it may change while one goes through it
                if isinstance(screen, DalilScreen) and not screen.is_left:
                    yield screen

    def _text_of(self, screen: DalilScreen[Any]) -> bytes | None:
        """Give what a draft of the screen says now; None when nothing is unsaved."""
        unsaved = screen.unsaved()
        return None if unsaved is None else write_text(screen, unsaved)

    def _draft_of(self, screen: DalilScreen[Any]) -> Draft:
        """Give the draft of a screen, or that of the screen below, which only led to this one."""
        assert self.drafts is not None  # noqa: S101 - there are no typing screens without
        screen.has_typed = True
        if screen.draft is None:
            screen.draft = self._handed_on(screen) or self.drafts.begin()
        return screen.draft

    def _handed_on(self, screen: DalilScreen[Any]) -> Draft | None:
        """Take the draft of the screen below, where it was opened only to lead to this one."""
        below = next((s for s in self.typing() if s.draft and not s.has_typed), None)
        if below is None or below is screen:
            return None
        draft, below.draft = below.draft, None
        return draft
