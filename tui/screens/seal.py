"""Seal an item, unseal it, or move a case: say what that means, ask where and why, and do it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, Label, Static

from store.errors import Refused, StoreError
from store.joined import keep_locked
from store.model.case import Case
from store.model.diff import Change
from store.model.parts import SEALED
from store.sealing import Sealing, move, next_pseudonym, seal, still_read_by, unseal
from store.vault import Vault
from tui.i18n import error, t
from tui.screens.base import DalilModal
from tui.widgets.one_of import OneOf
from tui.widgets.typed import TypedInput
from tui.work import WRITING, Job, in_thread

if TYPE_CHECKING:
    from tui.screens.case import CaseScreen

__all__ = ["Question", "SealScreen", "question"]


class Question(NamedTuple):
    """What is asked about: `what` is seal, unseal or move; of which item (none: the whole case).

    `places` are the compartments to choose from; `title` names the item or the case.
    """

    what: str
    case: Case
    item: str
    title: str
    places: tuple[str, ...]

    @property
    def origin(self) -> str:
        """Where it is now."""
        sealed = self.case.get(f"{self.item}.{SEALED}") if self.item else None
        return str(sealed or self.case.compartment)


def question(vault: Vault, what: str, case: Case, item: str, title: str) -> Question:
    """Make the question, where there is something to choose from.

    Raises:
        Refused: this member may not, or can open no other compartment to put it.
    """
    vault.must_write(case.compartment)
    asked = Question(what, case, item, title, (case.compartment,))
    if item:
        keep_locked(case, [Change(item, None, None)])
    if what == "unseal":
        if asked.origin == case.compartment:
            raise Refused("{path} is not sealed", path=item)
        return asked
    taken = {case.compartment, asked.origin}
    places = [c for c in vault.compartments if c not in taken and vault.may_write(c)]
    if not places:
        raise Refused(
            "there is no other compartment that you can open",
            hint="an admin makes one: dalil compartment create NAME",
        )
    return asked._replace(places=tuple(places))


class _Place(OneOf):
    """Tells when another compartment is chosen: what that means is said above."""

    class Chosen(Message):
        """Another one is chosen now."""

    def _choose(self, value: str) -> None:
        super()._choose(value)
        self.post_message(self.Chosen())


class SealScreen(DalilModal[Sealing]):
    """Returns what was done; None when nothing was."""

    NAME = "seal"
    CSS_PATH = "seal.tcss"

    def __init__(self, asked: Question, typed: dict[str, str] | None = None) -> None:
        super().__init__()
        self._asked = asked
        typed = typed or {}
        self._into = typed.get("into", "")
        if self._into not in asked.places:
            self._into = asked.places[0]
        self._why, self._pseudonym = typed.get("why", ""), typed.get("as", "")
        if asked.what == "seal" and not self._pseudonym:
            self._pseudonym = next_pseudonym(asked.case, asked.item)
        self._is_working = False

    def body(self) -> ComposeResult:
        """Say what it does, and ask where to, under which pseudonym, and why."""
        asked = self._asked
        with Vertical(classes="box"):
            title = t(f"seal.{asked.what}.title", item=asked.title)
            yield Label(title, classes="title", markup=False)
            yield Static(id="sentence", markup=False)
            if asked.what != "unseal":
                yield Label(t("seal.into"), markup=False)
                yield _Place([(name, name) for name in asked.places], self._into, id="into")
            if asked.what == "seal":
                yield Label(t("seal.as"), markup=False)
                yield TypedInput(self._pseudonym, id="as", select_on_focus=False)
            yield Label(t("seal.why"), markup=False)
            yield TypedInput(self._why, id="why", select_on_focus=False)
            yield Static(id="fault", classes="fault", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(Content(t("confirm.no")), compact=True, id="no")
                yes = Content(t(f"seal.{asked.what}.yes"))
                yield Button(yes, variant="primary", compact=True, id="yes")

    def on_mount(self) -> None:
        """Say what the choice means, and wait for the first answer."""
        self.show_meaning()
        places = self.query(_Place)
        (places.first() if len(self._asked.places) > 1 and places else self._field("why")).focus()

    def retranslate(self) -> None:
        """Keep what was typed."""
        self._take_in()
        super().retranslate()
        self.call_after_refresh(self.on_mount)

    @on(_Place.Chosen)
    def show_meaning(self) -> None:
        """Say who can read it from then on, and who could until now."""
        self._take_in()
        into = self._into if self._asked.what != "unseal" else self._asked.case.compartment
        policy = self.vault.policy
        comma = t("header.comma")
        texts = [
            t(
                f"seal.{self._asked.what}.means",
                compartment=into,
                readers=comma.join(policy.readers(into)),
            )
        ]
        leavers = still_read_by(self.vault, self._asked.origin, into)
        if leavers:
            texts.append(t("seal.still", readers=comma.join(leavers)))
        self.query_one("#sentence", Static).update("\n".join(texts))

    # -- the answer ----------------------------------------------------------------------------

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def answer(self) -> None:
        """Do it, where a reason was given."""
        if self._is_working:
            return
        self._take_in()
        if not self._why.strip():
            self._say(t("history.restore.empty"))
            self._field("why").focus()
            return
        self._is_working = True
        self._say("")
        self.work(self._into, self._pseudonym, self._why)

    @in_thread(WRITING)
    def work(self, job: Job, into: str, pseudonym: str, why: str) -> None:
        """Make the commit."""
        vault, (what, case, item, *_) = self.vault, self._asked
        if what == "seal":
            done = seal(vault, case.id, item, into, pseudonym=pseudonym, why=why)
        elif what == "unseal":
            done = unseal(vault, case.id, item, why)
        else:
            done = move(vault, case.id, into, why)
        job.post(self.done, done)
        if vault.settles_later:
            vault.settle()

    def done(self, done: Sealing) -> None:
        """Say which commit it is, and close."""
        self.app.refresh_status()
        self.app.notify(t("case.saved", commit=done.commit[:10]))
        self.dismiss(done)

    def work_failed(self, fault: StoreError) -> None:
        """Say why nothing was done; all that was typed stays."""
        self._is_working = False
        self._say("\n".join(filter(None, error(fault))))
        self.app.refresh_status()

    @on(Button.Pressed, "#no")
    def leave(self) -> None:
        """Leave everything as it is."""
        self.action_back()

    def action_back(self) -> None:
        """Go back; a commit on its way is waited for."""
        if not self._is_working:
            self.dismiss(None)

    # -- what was typed ------------------------------------------------------------------------

    def unsaved(self) -> bytes | None:
        """Give what was typed, and what it is about."""
        self._take_in()
        kept: dict[str, Any] = {"what": self._asked.what, "item": self._asked.item}
        kept |= {"into": self._into, "as": self._pseudonym, "why": self._why}
        kept["case"] = self._asked.case.id
        return json.dumps(kept).encode() if self._why.strip() else None

    @classmethod
    def restore(cls, unsaved: bytes) -> CaseScreen:
        """Show the case again; it asks again, with what was typed."""
        from tui.screens.case import CaseScreen

        kept = json.loads(unsaved)
        return CaseScreen(kept["case"], asks=kept)

    def _field(self, name: str) -> Input:
        return self.query_one(f"#{name}", Input)

    def _take_in(self) -> None:
        for place in self.query(_Place):
            self._into = place.value
        for field in self.query(Input):
            if field.id == "as":
                self._pseudonym = field.value
            elif field.id == "why":
                self._why = field.value

    def _say(self, fault: str) -> None:
        line = self.query_one("#fault", Static)
        line.update(Content(fault))
        line.display = bool(fault)
