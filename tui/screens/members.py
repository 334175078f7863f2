"""People and keys: who belongs, with which keys, who reads what; and for admins, how it changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from store import proposal
from store.errors import StoreError
from store.trust import membership
from store.trust.policy import Policy
from tui.display.people_page import compartment_page, member_page, rules_page
from tui.i18n import t
from tui.people import People, read_people
from tui.screens.base import DalilScreen
from tui.screens.path import PathScreen
from tui.screens.picker import Choice, Picker
from tui.widgets.people_list import PeopleList, PeopleRow
from tui.work import Job, in_thread

if TYPE_CHECKING:
    from tui.screens.policy_change import OpenProposal

__all__ = ["MembersScreen"]

_ROLES = ("editor", "reviewer", "admin")
_OF_MEMBER = ("role", "access", "new_keys", "remove")
_OF_ADMINS = ("add", "new_compartment", "threshold")
_OF_ROW = ("exposure", *_OF_MEMBER, "new_epoch")


class ProposalPath(PathScreen):
    """Asks which proposal to open."""

    def unsaved(self) -> bytes | None:
        """Give the path, as far as it is typed."""
        return self.typed.encode() or None

    @classmethod
    def restore(cls, unsaved: bytes) -> MembersScreen:
        """Ask again, on the screen from which it was asked."""
        return MembersScreen(unsaved.decode())


class MembersScreen(DalilScreen[None]):
    """One list of members, compartments and rules; under it, what the cursor is on in full."""

    NAME = "members"
    CSS_PATH = "members.tcss"
    AUTO_FOCUS = "PeopleList"

    def __init__(self, proposal_path: str = "", change: tuple[Policy, str] | None = None) -> None:
        """Show who belongs, then go on where a lock cut short: the path of a proposal to open.

        Or a policy to propose, and the path that was being typed for it.
        """
        super().__init__()
        self._change = change
        self._proposal_path = proposal_path
        self.people: People | None = None
        self._tip = ""

    def body(self) -> ComposeResult:
        """Give the head, the list and the page."""
        yield Static(id="head", markup=False)
        yield Static(id="why", markup=False)
        yield PeopleList()
        with VerticalScroll(id="page"):
            yield Static(id="about", markup=False)

    def on_mount(self) -> None:
        """Read the policy."""
        self.query_one("#why").display = False
        self.query_one("#head", Static).update(t("members.loading"))
        self.load()

    def on_screen_resume(self) -> None:
        """Look whether somebody changed it."""
        if self.people is not None and self.vault.tip != self._tip:
            self.load()

    def main_moved(self) -> None:
        """Show what somebody else changed."""
        if self.is_current:
            self.on_screen_resume()

    def retranslate(self) -> None:
        """Say all in the other language, at the same row."""
        if self.people is not None:
            self.show_people(self.people, self._tip)

    @in_thread("people")
    def load(self, job: Job) -> None:
        """Read who belongs."""
        vault = self.vault
        vault.refresh()
        tip = vault.tip
        job.post(self.show_people, read_people(vault), tip)

    def show_people(self, people: People, tip: str) -> None:
        """Show them; the cursor stays on whom it was on."""
        self.people, self._tip = people, tip
        policy = people.policy
        values = {"name": policy.name, "version": policy.version}
        self.query_one("#head", Static).update(t("members.head", **values))
        why = self.query_one("#why", Static)
        why.display = not people.is_admin
        why.update(_why_not(people))
        self.query_one(PeopleList).show(people)
        self.show_page()
        self.refresh_bindings()
        self._resume(people)

    def _resume(self, people: People) -> None:
        """Ask again what a lock cut short."""
        if self._change is not None:
            from tui.screens.policy_change import PolicyChangeScreen

            (new, path), self._change = self._change, None
            self.app.push_screen(PolicyChangeScreen(people, new, path=path))
        if self._proposal_path:
            start, self._proposal_path = self._proposal_path, ""
            self._ask_for_proposal(start)

    @on(PeopleList.Pointed)
    def show_page(self) -> None:
        """Tell of what the cursor is on."""
        row, people = self.row, self.people
        if row is None or people is None:
            return
        page = (
            rules_page(people)
            if row.kind == "rules"
            else compartment_page(people, row.name)
            if row.kind == "compartment"
            else member_page(people, row.name)
        )
        self.query_one("#about", Static).update(page)
        self.query_one("#page").scroll_home(animate=False)
        self.refresh_bindings()

    @property
    def row(self) -> PeopleRow | None:
        """What the cursor is on."""
        return self.query_one(PeopleList).current if self.is_mounted else None

    # -- what can be done ----------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to admins what changes something, and only where it can."""
        row = self.row
        is_admin = self.people is not None and self.people.is_admin
        kind = row.kind if row else ""
        if action in _OF_ADMINS:
            return is_admin
        if action == "access":
            return is_admin if kind in ("member", "compartment") else False
        if action in _OF_MEMBER:
            return is_admin if kind == "member" else False
        if action == "new_epoch":
            return is_admin if kind == "compartment" else False
        if action == "exposure":
            return kind in ("member", "left")
        return super().check_action(action, parameters)

    @on(PeopleList.Chosen)
    def action_open(self) -> None:
        """Offer what can be done with the row under the cursor."""
        from tui.commands import commands_for

        row = self.row
        if row is None:
            return
        wanted = _OF_ADMINS if row.kind == "rules" else _OF_ROW
        entries = [
            entry
            for entry in commands_for(self.NAME)
            if entry.action in wanted and self.check_action(entry.action, ())
        ]
        if entries:
            choices = [Choice(entry.action, t(entry.help)) for entry in entries]
            picker = Picker(row.name or t("members.kind.rules"), choices, [])
            self.app.push_screen(picker, self._run_chosen)

    async def _run_chosen(self, chosen: list[str] | None) -> None:
        if chosen:
            await self.run_action(chosen[0])

    def action_add(self) -> None:
        """Take somebody in."""
        from tui.screens.member_form import AddMemberScreen

        self.app.push_screen(AddMemberScreen())

    def action_new_compartment(self) -> None:
        """Make a compartment."""
        from tui.screens.member_form import NewCompartmentScreen

        self.app.push_screen(NewCompartmentScreen())

    def action_new_keys(self) -> None:
        """Give a member new keys."""
        from tui.screens.member_form import NewKeysScreen

        if self.row is not None:
            self.app.push_screen(NewKeysScreen.of(self.row.name))

    def action_role(self) -> None:
        """Give a member another role."""
        row, people = self.row, self.people
        if row is None or people is None:
            return
        now = people.policy.members[row.name].role or ""
        choices = [Choice(r, f"{t(f'history.role.{r}')} · {t(f'members.may.{r}')}") for r in _ROLES]

        def take(chosen: list[str] | None) -> None:
            if chosen and chosen[0] != now:
                self._ask(partial(membership.set_role, handle=row.name, role=chosen[0]))  # type: ignore[arg-type] # one of the three

        title = t("members.pick.role", handle=row.name)
        self.app.push_screen(Picker(title, choices, [now]), take)

    def action_access(self) -> None:
        """Choose what a member reads, or who reads a compartment."""
        row, people = self.row, self.people
        if row is None or people is None:
            return
        policy, is_member = people.policy, row.kind == "member"
        now = list(policy.members[row.name].compartments) if is_member else policy.readers(row.name)
        names = sorted(policy.compartments) if is_member else people.members

        def take(chosen: list[str] | None) -> None:
            pairs = sorted(set(chosen if chosen is not None else now) ^ set(now))
            steps = [
                partial(
                    membership.revoke_access if name in now else membership.grant,
                    handle=row.name if is_member else name,
                    compartment=name if is_member else row.name,
                )
                for name in pairs
            ]
            if steps:
                self._ask(lambda old: membership.in_one(old, *steps))

        title = t(f"members.pick.{'reads' if is_member else 'readers'}", name=row.name)
        choices = [Choice(name, name) for name in names]
        self.app.push_screen(Picker(title, choices, now, is_multiple=True), take)

    def action_remove(self) -> None:
        """Take a member out."""
        if self.row is not None:
            self._ask(partial(membership.remove_member, handle=self.row.name))

    def action_new_epoch(self) -> None:
        """Begin a new key of a compartment."""
        if self.row is not None:
            self._ask(partial(membership.advance_epoch, compartment=self.row.name))

    def action_threshold(self) -> None:
        """Choose how many admins a change needs."""
        if self.people is None:
            return
        policy = self.people.policy
        choices = [
            Choice(str(count), t("history.policy.threshold", count=count))
            for count in range(1, len(policy.admins) + 1)
        ]

        def take(chosen: list[str] | None) -> None:
            if chosen and int(chosen[0]) != policy.threshold:
                self._ask(partial(membership.set_threshold, threshold=int(chosen[0])))

        title = t("members.pick.threshold")
        self.app.push_screen(Picker(title, choices, [str(policy.threshold)]), take)

    def action_exposure(self) -> None:
        """List what somebody's keys could open."""
        from tui.screens.exposure import ExposureScreen

        if self.row is not None:
            self.app.push_screen(ExposureScreen(self.row.name))

    def _ask(self, change: Callable[[Policy], Policy]) -> None:
        """Make the new policy, say what it does, and ask; what is ruled out is said at once."""
        people = self.people
        if people is None:
            return
        try:
            new = change(people.policy)
        except StoreError as fault:
            self.app.report(fault)
            return
        from tui.screens.policy_change import PolicyChangeScreen

        self.app.push_screen(PolicyChangeScreen(people, new))

    # -- proposals -----------------------------------------------------------------------------

    def action_proposal(self) -> None:
        """Open a proposal."""
        self._ask_for_proposal("~/")

    def _ask_for_proposal(self, start: str) -> None:
        texts = [t(f"members.proposal.{name}") for name in ("title", "text", "yes")]
        screen = ProposalPath(texts[0], texts[1], start=start, yes=texts[2])
        self.app.push_screen(screen, self._take_path)

    def _take_path(self, path: str | None) -> None:
        if path:
            self.open_proposal(path)

    @in_thread("proposal")
    def open_proposal(self, job: Job, path: str) -> None:
        """Read a proposal, and hold it against the repository."""
        from tui.cli.texts import read_file
        from tui.screens.policy_change import OpenProposal

        vault, data = self.vault, read_file(path)
        found = OpenProposal.examine(vault, path, data)
        job.post(self._show_proposal, read_people(vault), proposal.read(data).policy, found)

    def _show_proposal(self, people: People, new: Policy, found: OpenProposal) -> None:
        from tui.screens.policy_change import PolicyChangeScreen

        self.app.push_screen(PolicyChangeScreen(people, new, found))


def _why_not(people: People) -> str:
    """Say why nothing can be changed here, to who is no admin."""
    admins = t("header.comma").join(people.policy.admins)
    if people.handle is None:
        return t("members.nobody", admins=admins)
    role = people.policy.members[people.handle].role
    return t("members.read_only", role=t(f"history.role.{role}"), admins=admins)
