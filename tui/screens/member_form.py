"""The forms of people and compartments: what is typed makes a new policy, which is asked about."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Self, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from store.errors import StoreError
from store.trust import membership
from store.trust.policy import Policy, Role
from tui import i18n
from tui.i18n import t
from tui.pasted_keys import find_keys
from tui.people import People, read_people
from tui.screens.base import DalilModal
from tui.widgets.fields.long import LongText
from tui.widgets.one_of import OneOf
from tui.widgets.tick_box import TickBox
from tui.widgets.typed import TypedInput
from tui.work import Job, in_thread

__all__ = ["AddMemberScreen", "NewCompartmentScreen", "NewKeysScreen"]

_ROLES = ("editor", "reviewer", "admin")
_TICK = "tick-"


class PeopleForm(DalilModal[bool]):
    """Returns whether something was done. `kept` is what was typed before a lock."""

    NAME = "people_form"
    CSS_PATH = "member_form.tcss"
    KIND = ""
    """The locale keys `members.form.<KIND>.*` hold its title and text."""

    def __init__(self, kept: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.kept: dict[str, Any] = kept or {}
        self.people: People | None = None

    # -- for each form to say ------------------------------------------------------------------

    def rows(self, people: People) -> ComposeResult:
        """Give the widgets that are typed into."""
        raise NotImplementedError

    def typed(self) -> dict[str, Any] | None:
        """Give all that was typed and chosen; None when nothing was typed."""
        raise NotImplementedError

    def change(self, policy: Policy) -> Policy:
        """Make the new policy; errors as in `store.trust.membership`."""
        raise NotImplementedError

    # -- the same for all ----------------------------------------------------------------------

    def body(self) -> ComposeResult:
        """Give title, rows and answers."""
        with Vertical(classes="box"):
            yield Label(t(f"members.form.{self.KIND}.title"), classes="title", markup=False)
            yield Static(t(f"members.form.{self.KIND}.text", **self._names()), markup=False)
            yield VerticalScroll(id="rows", can_focus=False)
            yield Static(id="fault", classes="fault", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(Content(t("confirm.no")), compact=True, id="no")
                go_on = Content(t("members.form.go_on"))
                yield Button(go_on, variant="primary", compact=True, id="yes")

    def on_mount(self) -> None:
        """Look who there is."""
        self._say("")
        self.load()

    def retranslate(self) -> None:
        """Stay as it is: what was typed stays."""

    @in_thread("people")
    def load(self, job: Job) -> None:
        """Read the policy."""
        job.post(self._show, read_people(self.vault))

    async def _show(self, people: People) -> None:
        await self.query_one("#rows").mount_all([*self.rows(people)])
        self.people = people  # from now on, there is something to ask what was typed
        first = next(each for each in self.query("#rows *") if each.focusable)
        first.focus()

    def unsaved(self) -> bytes | None:
        """Give what was typed."""
        typed = (self.typed() if self.people else self.kept) or None
        return json.dumps(typed).encode() if typed else None

    @classmethod
    def restore(cls, unsaved: bytes) -> Self:
        """Go on with it."""
        return cls(json.loads(unsaved))

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def go_on(self) -> None:
        """Make the policy, and ask."""
        people = self.people
        if people is None:
            return
        try:
            new = self.change(people.policy)
        except StoreError as fault:
            self._say("\n".join(filter(None, i18n.error(fault))))
            return
        from tui.screens.policy_change import PolicyChangeScreen

        self._say("")
        self.app.push_screen(PolicyChangeScreen(people, new), self._finish)

    @on(Button.Pressed, "#no")
    def leave(self) -> None:
        """Leave; ask first when something was typed."""
        if self.people is None or self.typed() is None:
            self.dismiss(False)  # noqa: FBT003 - Textual's signature
            return
        from tui.screens.confirm import ConfirmScreen

        def answer(is_sure: bool | None) -> None:  # noqa: FBT001 - Textual's callback
            if is_sure:
                self.dismiss(False)  # noqa: FBT003 - the same

        text, yes = t("members.form.leave.text"), t("members.form.leave.yes")
        self.app.push_screen(ConfirmScreen(t("members.form.leave.title"), text, yes=yes), answer)

    def action_back(self) -> None:
        """Leave."""
        self.leave()

    def _finish(self, is_done: bool | None) -> None:  # noqa: FBT001 - Textual's callback
        if is_done:
            self.dismiss(True)  # noqa: FBT003 - Textual's signature

    def _say(self, fault: str) -> None:
        line = self.query_one("#fault", Static)
        line.update(fault)
        line.display = bool(fault)

    def _names(self) -> dict[str, str]:
        """Give the values of the text."""
        return {}

    def _keys(self) -> LongText:
        """Ask for keys: whole lines, one under the other."""
        keys = LongText(self.kept.get("keys", ""))
        keys.soft_wrap = False
        return keys

    def _ticked(self) -> list[str]:
        boxes = (box for box in self.query(TickBox) if box.value and box.id)
        return [str(box.id).removeprefix(_TICK) for box in boxes]

    def _boxes(self, names: list[str], ticked: list[str]) -> ComposeResult:
        for name in names:
            yield TickBox(name, value=name in ticked, id=f"{_TICK}{name}")


class AddMemberScreen(PeopleForm):
    """Takes somebody in."""

    KIND = "add"

    def rows(self, people: People) -> ComposeResult:
        """Ask for handle, keys, role and compartments."""
        names = sorted(people.policy.compartments)
        default = ["main"] if "main" in names else []
        yield _label("handle")
        yield TypedInput(self.kept.get("handle", ""), id="handle")
        yield _label("keys")
        yield self._keys()
        yield _label("role")
        roles = [(role, t(f"history.role.{role}")) for role in _ROLES]
        yield OneOf(roles, self.kept.get("role", _ROLES[0]), id="role")
        yield _label("reads")
        yield from self._boxes(names, self.kept.get("reads", default))

    def typed(self) -> dict[str, Any] | None:
        """Give all four, when a handle or keys were typed."""
        handle, keys = self.query_one("#handle", Input).value, self.query_one(LongText).text
        role = self.query_one("#role", OneOf).value
        kept = {"handle": handle, "keys": keys, "role": role, "reads": self._ticked()}
        return kept if handle.strip() or keys.strip() else None

    def change(self, policy: Policy) -> Policy:
        """Add the member."""
        keys = find_keys(self.query_one(LongText).text)
        return membership.add_member(
            policy,
            self.query_one("#handle", Input).value.strip(),
            cast("Role", self.query_one("#role", OneOf).value),
            sign=keys.sign,
            age=keys.age,
            compartments=self._ticked(),
        )


class NewKeysScreen(PeopleForm):
    """Gives a member new keys instead of the old ones."""

    KIND = "keys"

    @classmethod
    def of(cls, handle: str) -> Self:
        """Ask for the new keys of this member."""
        return cls({"handle": handle})

    def rows(self, people: People) -> ComposeResult:  # noqa: ARG002 - the same for all forms
        """Ask for the keys, and whether others may have the old ones."""
        yield _label("keys")
        yield self._keys()
        yield TickBox(t("members.form.keys.lost"), value=self.kept.get("lost", False), id="lost")

    def typed(self) -> dict[str, Any] | None:
        """Give whose keys they are, the keys, and what was ticked."""
        keys = self.query_one(LongText).text
        lost = self.query_one("#lost", TickBox).value
        return {**self.kept, "keys": keys, "lost": lost} if keys.strip() else None

    def change(self, policy: Policy) -> Policy:
        """Replace the keys that new ones were given for.

        Where somebody else may have them, what an old key signs counts up to here and no more.
        """
        handle, lost = self.kept["handle"], self.query_one("#lost", TickBox).value
        keys = find_keys(self.query_one(LongText).text)
        rotate = partial(
            membership.rotate_keys, handle=handle, sign=keys.sign, age=keys.age, lost=lost
        )
        old = policy.members[handle].sign if lost and keys.sign and self.people else ()
        replaced = [key for key in old if key not in keys.sign]
        after = self.people.tip if self.people else ""
        revoke = (partial(membership.revoke_key, key=key, after=after) for key in replaced)
        return membership.in_one(policy, rotate, *revoke)

    def _names(self) -> dict[str, str]:
        return {"handle": self.kept["handle"]}


class NewCompartmentScreen(PeopleForm):
    """Makes a compartment."""

    KIND = "compartment"

    def rows(self, people: People) -> ComposeResult:
        """Ask for the name and the readers."""
        yield _label("compartment")
        yield TypedInput(self.kept.get("name", ""), id="name")
        yield _label("readers")
        readers = self.kept.get("readers", [people.handle])
        yield from self._boxes(people.members, readers)

    def typed(self) -> dict[str, Any] | None:
        """Give both, when a name was typed."""
        name = self.query_one("#name", Input).value
        return {"name": name, "readers": self._ticked()} if name.strip() else None

    def change(self, policy: Policy) -> Policy:
        """Make it."""
        name = self.query_one("#name", Input).value.strip()
        return membership.create_compartment(policy, name, self._ticked())


def _label(name: str) -> Label:
    return Label(t(f"members.form.label.{name}"), classes="dim", markup=False)
