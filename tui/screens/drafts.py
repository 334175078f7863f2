"""The drafts that lie on this disk: open one and go on, or throw it away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.crypto.age import Identity
from store.drafts import Draft, Drafts, Waiting
from store.errors import NotFound, StoreError
from store.vault import Vault
from tui.display.draft_words import DraftWords, draft_words
from tui.i18n import error, t
from tui.kept import make_screen, read_text
from tui.kept_document import KeptDocument
from tui.screens.base import DalilScreen
from tui.screens.confirm import ConfirmScreen
from tui.widgets.draft_list import DraftList
from tui.work import Job, in_thread

__all__ = ["DraftsScreen"]


class _Opened(NamedTuple):
    """A draft to go on with: which screen shows it, its text, and what to say about it."""

    draft: Draft
    screen: str
    unsaved: bytes
    said: str


class DraftsScreen(DalilScreen[None]):
    """A list of them, what was typed last first.

    What a draft is about is read only where that asks nothing of anybody: a key in hardware is
    asked when one is opened.
    """

    NAME = "drafts"
    CSS_PATH = "drafts.tcss"
    AUTO_FOCUS = "DraftList"

    def __init__(self) -> None:
        super().__init__()
        self._is_opening = False

    def body(self) -> ComposeResult:
        """Give the sentence and the list."""
        yield Static(id="said", markup=False)
        yield DraftList()

    def on_screen_resume(self) -> None:
        """Look what there is: one may have been saved."""
        self._is_opening = False
        self.load()

    def retranslate(self) -> None:
        """Say it in the other language."""
        self.load()

    @in_thread("list")
    def load(self, job: Job) -> None:
        """List the drafts, with what they are of where it can be read without asking."""
        key, drafts = self.vault.author.age, self.app.drafts
        if drafts is None:
            return
        waiting = drafts.waiting()
        words = {
            each.name: _words(drafts, each.name, key)
            for each in waiting
            if isinstance(key, Identity) and not each.is_open
        }
        job.post(self.show, waiting, words)

    def show(self, waiting: Sequence[Waiting], words: Mapping[str, DraftWords]) -> None:
        """Show them."""
        self.query_one(DraftList).show(waiting, words)
        said = t("drafts.said", count=len(waiting)) if waiting else t("drafts.nothing")
        self.query_one("#said", Static).update(Content(said))
        self.refresh_bindings()

    # -- doing -------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what there is a draft for."""
        if action in ("open", "discard"):
            current = self.query_one(DraftList).current if self.is_mounted else None
            return True if current is not None else None
        return super().check_action(action, parameters)

    @on(DraftList.Pointed)
    def follow(self) -> None:
        """Offer what can be done with this one."""
        self.refresh_bindings()

    @on(DraftList.Chosen)
    def action_open(self) -> None:
        """Go on with it."""
        current = self.query_one(DraftList).current
        if current is not None and not self._is_opening:
            self._is_opening = True
            self.open_draft(current.name)

    @in_thread("open")
    def open_draft(self, job: Job, name: str) -> None:
        """Read it, and put it onto what stands in the repository by now."""
        vault, drafts = self.vault, self.app.drafts
        if drafts is None:
            return
        draft = drafts.take(name)
        try:
            screen, unsaved = read_text(draft.read(vault.author.age))
            said = ""
            if screen == "form":
                unsaved, said = _brought_up(vault, KeptDocument.load(unsaved))
        except BaseException:
            draft.keep()
            raise
        job.post(self._go_on, _Opened(draft, screen, unsaved, said))

    def _go_on(self, opened: _Opened) -> None:
        """Show it where it was typed; nothing, when all of it has been saved."""
        if opened.said:
            self.app.notify(opened.said, timeout=10)
        if not opened.unsaved:
            opened.draft.discard()
            self.on_screen_resume()
            self.app.look_for_drafts()
            return
        screen = make_screen(opened.screen, opened.unsaved)
        screen.draft = opened.draft
        self.app.push_screen(screen)
        self.app.look_for_drafts()

    def work_failed(self, fault: StoreError) -> None:
        """Say why it does not open; it stays where it is."""
        self._is_opening = False
        super().work_failed(fault)

    def action_discard(self) -> None:
        """Throw one away, after one question."""
        rows = self.query_one(DraftList)
        if rows.current is not None:
            about = rows.words(rows.current).about
            texts = [t(f"drafts.discard.{name}", draft=about) for name in ("title", "text", "yes")]
            question = ConfirmScreen(texts[0], texts[1], yes=texts[2])
            self.app.push_screen(question, partial(self._discard, rows.current.name))

    def _discard(self, name: str, is_sure: bool | None) -> None:  # noqa: FBT001 - an answer
        if is_sure and self.app.drafts is not None:
            try:
                self.app.drafts.take(name).discard()
            except StoreError as fault:
                self.app.report(fault)
            self.load()
            self.app.look_for_drafts()


def _words(drafts: Drafts, name: str, key: Identity) -> DraftWords:
    """Say what a draft is of, or why that cannot be read."""
    try:
        return draft_words(drafts.read(name, key))
    except StoreError as fault:
        return DraftWords(error(fault)[0])


def _brought_up(vault: Vault, kept: KeptDocument) -> tuple[bytes, str]:
    """Put a document onto the newest version of its case; say what came of it.

    Gives no text at all where everything of it has been saved already.
    """
    vault.refresh()
    case_id = kept.editing.case.id
    try:
        latest = vault.get(case_id)
    except NotFound:
        return kept.dump(), "" if kept.is_new else t("drafts.gone")
    except StoreError as fault:  # sealed by now, or damaged
        return kept.dump(), "\n".join(filter(None, error(fault)))
    if kept.editing.original.data == latest.data:
        return kept.dump(), ""
    by = latest.changed.by
    now = kept.caught_up(latest)
    if now is kept:
        return kept.dump(), t("drafts.clash", by=by)
    if not now.editing.is_changed:
        return b"", t("drafts.saved")
    return now.dump(), t("drafts.merged", by=by)
