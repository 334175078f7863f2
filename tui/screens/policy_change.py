"""A change of people and access before it is made: what it will do, and one question.

Where one admin is enough, the change is carried out here; where more are needed, it is written as
a proposal, and a proposal is approved and carried out here too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, NamedTuple, Self

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from store import proposal
from store.atomic import write_file
from store.errors import Cancelled, StoreError
from store.policy_change import apply_policy
from store.trust.policy import Policy, dump, parse
from store.vault import Vault
from tui import i18n
from tui.cli.changing import write_new
from tui.display.key_words import keys_text
from tui.display.policy_effects import change_rows, effects
from tui.display.spoken import new_keys
from tui.display.verdict import bar
from tui.i18n import number, t
from tui.people import People
from tui.processes import with_processes
from tui.screens.base import DalilModal
from tui.widgets.tick_box import TickBox
from tui.widgets.typed import TypedInput
from tui.work import WRITING, Job, in_thread

if TYPE_CHECKING:
    from tui.screens.members import MembersScreen

__all__ = ["OpenProposal", "PolicyChangeScreen"]

_SHORT = 10
_Progress = Callable[[int, int], None]


class OpenProposal(NamedTuple):
    """A proposal that was read from a file and fits: who approved it, how many more it needs."""

    path: str
    data: bytes
    approved: list[str]
    missing: int

    @classmethod
    def examine(cls, vault: Vault, path: str, data: bytes) -> Self:
        """Hold a proposal against the repository; errors as for `proposal.approve`."""
        missing = proposal.missing(vault, data)
        return cls(path, data, sorted(proposal.read(data).approvals), missing)


class PolicyChangeScreen(DalilModal[bool]):
    """Returns whether anything was done: put into force, or written as a proposal."""

    NAME = "policy_change"
    CSS_PATH = "policy_change.tcss"

    def __init__(
        self, people: People, new: Policy, proposed: OpenProposal | None = None, path: str = ""
    ) -> None:
        """Ask about a policy; `path` is where its proposal goes, as far as it was typed."""
        super().__init__()
        self._path = path or os.path.join("~", f"dalil-policy-{new.version}.yaml")
        self._people, self._new, self._proposed = people, new, proposed
        self._keys = new_keys(people.policy, new)
        self._stop = Event()
        self.is_working = False
        self._has_done = False

    @property
    def _must_propose(self) -> bool:
        return self._proposed is None and self._people.policy.threshold > 1

    def body(self) -> ComposeResult:
        """Show what changes, what has to be compared, and the answers there are."""
        old = self._people.policy
        with Vertical(classes="box"):
            yield Label(t(f"members.change.{self._kind}"), classes="title", markup=False)
            with VerticalScroll(id="what"):
                yield Static(self._effects(), id="effects")
                if self._keys:
                    yield Static(keys_text(self._keys), id="new-keys")
                if self._proposed is not None:
                    yield Static(change_rows(old, self._new), id="rows")
            yield Static(id="approved", markup=False)
            if self._keys and self._people.is_admin:
                yield TickBox(t("members.change.compared"), id="compared")
            if self._must_propose:
                yield Label(t("members.change.path", count=old.threshold), markup=False)
                yield TypedInput(self._path, id="path", select_on_focus=False)
            yield Static(id="fault", classes="fault", markup=False)
            yield Static(id="progress")
            yield from self._answers()

    def _answers(self) -> ComposeResult:
        with Horizontal(classes="buttons"):
            yield Button(Content(t("confirm.no")), compact=True, id="no")
            for name in ("sign", "do"):
                text = Content(t(f"members.change.yes.{self._button(name)}"))
                yield Button(text, variant="primary", compact=True, id=name)

    def on_mount(self) -> None:
        """Make enter the safe answer."""
        self._show_state()
        self.query_one("#no").focus()

    def retranslate(self) -> None:
        """Stay as it is: what was ticked and typed stays."""

    def unsaved(self) -> bytes | None:
        """Give the path that was typed, and the policy it is for."""
        if not self._must_propose or self.is_working:
            return None
        path = self.query_one("#path", Input).value
        kept = {"policy": dump(self._new).decode(), "path": path}
        return json.dumps(kept).encode() if path != self._path else None

    @classmethod
    def restore(cls, unsaved: bytes) -> MembersScreen:
        """Ask again, above the list of members."""
        from tui.screens.members import MembersScreen

        kept = json.loads(unsaved)
        return MembersScreen(change=(parse(kept["policy"].encode()), kept["path"]))

    # -- what it shows -----------------------------------------------------------------------

    @property
    def _kind(self) -> str:
        return "proposal" if self._proposed else "propose" if self._must_propose else "title"

    def _button(self, name: str) -> str:
        return "propose" if name == "do" and self._must_propose else name

    def _effects(self) -> Content:
        texts = effects(self._people.policy, self._new, self._people.cases)
        return Content("\n").join([Content(text) for text in texts or [t("members.does.nothing")]])

    def _show_state(self) -> None:
        """Show who approved, and the answers that are possible now."""
        found, mine = self._proposed, self._people.handle
        note = self.query_one("#approved", Static)
        note.display = found is not None
        can_sign, can_do = False, self._people.is_admin
        if found is not None:
            names = t("header.comma").join(found.approved)
            said = "approved" if found.missing else "enough"
            note.update(t(f"members.change.{said}", handles=names, count=found.missing))
            can_sign = self._people.is_admin and mine not in found.approved and found.missing > 0
            needed = found.missing - (0 if mine in found.approved else 1)
            can_do = self._people.is_admin and needed <= 0
        self.query_one("#sign").display = can_sign and not self.is_working
        self.query_one("#do").display = can_do and not self.is_working
        self.query_one("#no").display = not self.is_working
        self.query_one("#progress").display = self.is_working
        self._say("")

    def _say(self, text: str) -> None:
        fault = self.query_one("#fault", Static)
        fault.update(text)
        fault.display = bool(text)

    def show_progress(self, done: int, total: int) -> None:
        """Show how many cases of how many are encrypted anew."""
        said = t("members.change.progress", done=number(done), total=number(total))
        self.query_one("#progress", Static).update(
            Content("\n").join([bar(done, total), Content(said)])
        )

    # -- doing -------------------------------------------------------------------------------

    @on(Button.Pressed, "#no")
    def leave(self) -> None:
        """Leave everything as it is."""
        self.action_back()

    @on(Input.Submitted, "#path")
    @on(Button.Pressed, "#do")
    def go_on(self) -> None:
        """Do it, when the keys have been compared."""
        if self.is_working:
            return  # enter in the path, a second time
        if self._must_propose:
            path = os.path.expanduser(self.query_one("#path", Input).value.strip())
            if self._was_compared() and path:
                self._begin()
                self.propose(path)
        elif self._was_compared():
            self._begin()
            self.carry_out()

    @on(Button.Pressed, "#sign")
    def sign(self) -> None:
        """Give this admin's word, when the keys have been compared."""
        if self._was_compared():
            self._begin()
            self.approve()

    def _was_compared(self) -> bool:
        boxes = self.query(TickBox)
        if all(box.value for box in boxes):
            return True
        self._say(t("members.change.compare_first"))
        boxes.first().focus()
        return False

    def _begin(self) -> None:
        self.is_working = True
        self._stop.clear()
        self._show_state()
        self.query_one("#progress", Static).update(t("members.change.working"))

    @in_thread(WRITING)
    def carry_out(self, job: Job) -> None:
        """Put the policy into force; stopped, nothing has changed."""
        vault, progress = self.vault, job.progress(self.show_progress)
        try:
            with with_processes():
                commit = self._apply(vault, progress)
        except Cancelled:
            job.post(self._stopped)
            return
        job.post(self._done, t("members.change.done", commit=commit[:_SHORT]))
        if vault.settles_later:
            vault.settle()

    def _apply(self, vault: Vault, progress: _Progress) -> str:
        stop = self._stop.is_set
        if self._proposed is None:
            return apply_policy(vault, self._new, progress=progress, is_cancelled=stop)
        return proposal.apply(vault, self._proposed.data, progress=progress, is_cancelled=stop)

    @in_thread(WRITING)
    def propose(self, job: Job, path: str) -> None:
        """Write a proposal, with this admin's word."""
        write_new(path, proposal.propose(self.vault, self._new))
        job.post(self._done, t("members.change.proposed", path=path))

    @in_thread(WRITING)
    def approve(self, job: Job) -> None:
        """Write the proposal again, with this admin's word."""
        vault, found = self.vault, self._proposed
        assert found is not None  # noqa: S101 - else there is no such button
        signed = proposal.approve(vault, found.data)
        write_file(found.path, signed, mode=0o644)
        job.post(self._signed, OpenProposal.examine(vault, found.path, signed))

    def _signed(self, found: OpenProposal) -> None:
        self.is_working, self._proposed, self._has_done = False, found, True
        self._show_state()
        self.query_one("#no").focus()
        self.app.notify(t("members.change.signed", path=found.path))

    def _done(self, text: str) -> None:
        self.app.refresh_status()
        self.app.notify(text)
        self.dismiss(True)  # noqa: FBT003 - Textual's signature

    def _stopped(self) -> None:
        self.is_working = False
        self._show_state()
        self._say(t("members.change.stopped"))
        self.query_one("#no").focus()

    def work_failed(self, fault: StoreError) -> None:
        """Say why nothing was changed."""
        self.is_working = False
        self._show_state()
        self._say("\n".join(filter(None, i18n.error(fault))))
        self.query_one("#no").focus()
        self.app.refresh_status()

    def on_key(self, event: events.Key) -> None:
        """Let the arrow keys choose between the answers, too."""
        if isinstance(self.focused, Button) and event.key in ("left", "right"):
            shown = [button for button in self.query(Button) if button.display]
            shown[(shown.index(self.focused) + 1) % len(shown)].focus()

    def action_back(self) -> None:
        """Stop what is going on, which leaves the old state; otherwise leave."""
        if self.is_working:
            self._stop.set()
            self.query_one("#progress", Static).update(t("members.change.stopping"))
        else:
            self.dismiss(self._has_done)
