"""People and keys on the screen, on real repositories."""

from __future__ import annotations

import json
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input, Static

from store import proposal
from store.crypto import identity
from store.policy_change import apply_policy
from store.trust import membership
from store.trust.policy import Policy
from store.vault import Vault
from tests.tui.history.trail import SHOP, open_app, tamper
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui.app import DalilApp
from tui.handing_out import ReportPath
from tui.screens.exposure import ExposureScreen
from tui.screens.member_form import AddMemberScreen, NewKeysScreen
from tui.screens.members import MembersScreen, ProposalPath
from tui.screens.policy_change import PolicyChangeScreen
from tui.screens.verify import VerifyScreen
from tui.widgets.exposure_list import ExposureList
from tui.widgets.fields.long import LongText
from tui.widgets.people_list import PeopleList
from tui.widgets.tick_box import TickBox


async def open_members(pilot: Pilot[None], name: str = "") -> MembersScreen:
    """Open the screen from the list of cases, with the cursor on a member or compartment."""
    await until_screen(pilot, "browse")
    await until(pilot, lambda: pilot.app.status.trust is not None)  # type: ignore[attr-defined]
    await pilot.press("m")
    await until_screen(pilot, "members")
    screen = pilot.app.screen
    assert isinstance(screen, MembersScreen)
    await until(pilot, lambda: screen.people is not None)
    screen.query_one(PeopleList).point_at(name)
    await pilot.pause()
    return screen


async def change_screen(pilot: Pilot[None]) -> PolicyChangeScreen:
    await until_screen(pilot, "policy_change")
    screen = pilot.app.screen
    assert isinstance(screen, PolicyChangeScreen)
    return screen


def said(screen: PolicyChangeScreen, name: str) -> str:
    return str(screen.query_one(f"#{name}", Static).render())


def policy_of(place: Path, by: str = "nour") -> Policy:
    with Vault.open(str(place / "repository"), identity.unlock(str(place / by))) as vault:
        return vault.policy


def two_admins(place: Path) -> None:
    """Make lina an admin, and let a change need two."""
    nour = identity.unlock(str(place / "nour"))
    with Vault.open(str(place / "repository"), nour) as vault:
        apply_policy(vault, membership.set_role(vault.policy, "lina", "admin"))
        apply_policy(vault, membership.set_threshold(vault.policy, 2))


def test_an_admin_takes_somebody_out_and_list_and_header_stay_right(place: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        members = await open_members(pilot, "sami")
        await pilot.press("d")
        screen = await change_screen(pilot)
        assert "main gets a new key and its 2 cases are encrypted anew." in said(screen, "effects")
        await pilot.press("tab", "enter")
        await until_screen(pilot, "members")
        await until(pilot, lambda: "left with version 3" in shown_text(members.app))
        assert "8 commits" in shown_text(members.app)
        await pilot.press("escape")
        await until_screen(pilot, "browse")
        await until(pilot, lambda: "A house taken" in shown_text(members.app))
        assert "3 cases" in shown_text(members.app)

    drive(open_app(place, "nour"), scenario)
    assert policy_of(place).members["sami"].left == 3
    assert policy_of(place).compartments["main"].epoch == 2


def test_somebody_is_added_only_after_their_keys_were_compared(place: Path) -> None:
    keys = identity.public(str(place / "rim"))

    async def scenario(pilot: Pilot[None]) -> None:
        await open_members(pilot)
        await pilot.press("a")
        await until_screen(pilot, "people_form")
        form = pilot.app.screen
        assert isinstance(form, AddMemberScreen)
        await until(pilot, lambda: form.people is not None and bool(form.query("#handle")))
        form.query_one("#handle", Input).value = "rim"
        form.go_on()
        await pilot.pause()
        assert form.query_one("#fault").display  # there are no keys yet
        form.query_one(LongText).text = f"age  {keys.age}\nsign {keys.sign} rim@home\n"
        kept = AddMemberScreen.restore(form.unsaved() or b"")
        assert kept.kept["handle"] == "rim"
        assert keys.age in kept.kept["keys"]
        form.go_on()
        screen = await change_screen(pilot)
        assert keys.age in said(screen, "new-keys")
        screen.go_on()
        await pilot.pause()
        assert "read their words or digits to you" in said(screen, "fault")
        assert not screen.is_working
        screen.query_one(TickBox).value = True
        screen.go_on()
        await until_screen(pilot, "members")

    drive(open_app(place, "nour"), scenario)
    found = policy_of(place, "rim").members["rim"]
    assert (found.role, found.sign, found.age) == ("editor", (keys.sign,), (keys.age,))


def test_old_keys_in_others_hands_close_what_is_written_from_now_on(place: Path) -> None:
    keys = identity.public(str(place / "rim"))

    async def scenario(pilot: Pilot[None]) -> None:
        await open_members(pilot, "sami")
        await pilot.press("k")
        await until_screen(pilot, "people_form")
        form = pilot.app.screen
        assert isinstance(form, NewKeysScreen)
        await until(pilot, lambda: form.people is not None and bool(form.query("#lost")))
        form.query_one(LongText).text = f"{keys.age}\n{keys.sign}"
        form.query_one("#lost", TickBox).value = True
        form.go_on()
        screen = await change_screen(pilot)
        assert "main gets a new key" in said(screen, "effects")
        assert "is revoked: what it signed after commit" in said(screen, "effects")
        assert [one.after for one in screen._new.revoked] == [screen.vault.tip]
        await pilot.press("escape")
        await until_screen(pilot, "people_form")
        assert keys.age in form.query_one(LongText).text

    drive(open_app(place, "nour"), scenario)
    assert policy_of(place).version == 2


def test_access_is_chosen_from_a_list(place: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await open_members(pilot, "witness")
        await pilot.press("c")
        await until_screen(pilot, "picker")
        await pilot.press("s", "a", "m", "enter", "escape")
        screen = await change_screen(pilot)
        assert said(screen, "effects").startswith("sami will read all of witness")
        screen.go_on()
        await until_screen(pilot, "members")

    drive(open_app(place, "nour"), scenario)
    assert policy_of(place).readers("witness") == ["nour", "sami"]


def test_the_only_admin_stays(place: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_members(pilot, "nour")
        await pilot.press("d")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert "nour is the only admin" in shown_text(screen.app)

    drive(open_app(place, "nour"), scenario)


def test_who_is_no_admin_sees_all_and_changes_nothing(built: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_members(pilot, "nour")
        assert "you are editor. Ask an admin: nour." in shown_text(screen.app)
        assert "Signing key" in shown_text(screen.app)
        for key in ("a", "d", "k", "r", "c", "n", "t"):
            await pilot.press(key)
        assert pilot.app.screen is screen
        assert "add member" not in shown_text(screen.app)

    drive(open_app(built, "sami"), scenario)


def test_a_change_that_was_stopped_leaves_the_old_state(place: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await open_members(pilot, "sami")
        await pilot.press("d")
        screen = await change_screen(pilot)
        app = pilot.app
        assert isinstance(app, DalilApp)
        with app.writing:  # the thread waits for it: there is time to stop it
            screen.go_on()
            await pilot.pause()
            assert screen.is_working
            await pilot.press("escape")
        await until(pilot, lambda: not screen.is_working)
        assert said(screen, "fault") == "Stopped. Nothing was changed."
        await pilot.press("escape")
        await until_screen(pilot, "members")

    drive(open_app(place, "nour"), scenario)
    assert policy_of(place).version == 2


def test_where_two_admins_decide_a_proposal_goes_from_hand_to_hand(place: Path) -> None:
    two_admins(place)
    path = str(place / "proposal.yaml")

    async def propose(pilot: Pilot[None]) -> None:
        await open_members(pilot, "sami")
        await pilot.press("d")
        screen = await change_screen(pilot)
        screen.query_one("#path", Input).value = path
        await pilot.press("tab", "tab", "enter")
        if pilot.app.screen is screen:
            screen.go_on()
        await until_screen(pilot, "members")

    async def approve(pilot: Pilot[None]) -> None:
        members = await open_members(pilot)
        members.open_proposal(path)
        screen = await change_screen(pilot)
        assert "sami · left, was  − editor" in said(screen, "rows")
        assert "Approved by nour. 1 more admin has to approve." in said(screen, "approved")
        screen.sign()
        await until(pilot, lambda: "That is enough" in said(screen, "approved"))
        screen.go_on()
        await until_screen(pilot, "members")

    drive(open_app(place, "nour"), propose)
    assert policy_of(place).members["sami"].left is None
    assert sorted(proposal.read(Path(path).read_bytes()).approvals) == ["nour"]
    drive(open_app(place, "lina"), approve)
    assert policy_of(place).members["sami"].left == 5


def test_a_proposal_for_another_policy_is_refused_in_a_sentence(place: Path) -> None:
    path = place / "proposal.yaml"
    nour = identity.unlock(str(place / "nour"))
    with Vault.open(str(place / "repository"), nour) as vault:
        path.write_bytes(proposal.propose(vault, membership.rename(vault.policy, "x")))
        apply_policy(vault, membership.rename(vault.policy, "y"))

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_members(pilot)
        screen.open_proposal(str(path))
        await until(pilot, lambda: "this proposal was made" in shown_text(screen.app))

    drive(open_app(place, "nour"), scenario)


def test_a_path_that_is_being_typed_outlives_a_lock() -> None:
    assert ProposalPath.restore(b"~/p.yaml")._proposal_path == "~/p.yaml"
    assert ReportPath.restore(b"~/r.html")._report_path == "~/r.html"


def test_exposure_lists_each_version_and_leads_to_it(built: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await open_members(pilot, "sami")
        await pilot.press("x")
        await until_screen(pilot, "exposure")
        screen = pilot.app.screen
        assert isinstance(screen, ExposureScreen)
        rows = screen.query_one(ExposureList)
        await until(pilot, lambda: rows.count() == 4 and "D-01" in rows.row_text(0))
        assert "A shop owner [b]taken[/b]" in shown_text(screen.app)
        assert "main: still open." in shown_text(screen.app)
        await pilot.press("down", "enter")
        await until_screen(pilot, "history")

    drive(open_app(built, "nour"), scenario)


def test_a_case_says_who_can_read_it(built: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        from tui.screens.case import CaseScreen

        await until_screen(pilot, "browse")
        pilot.app.push_screen(CaseScreen(SHOP))
        await until_screen(pilot, "case")
        await pilot.press("w")
        await until_screen(pilot, "note")
        assert "sami · editor" in shown_text(pilot.app)  # type: ignore[arg-type]

    drive(open_app(built, "nour"), scenario)


async def verified(pilot: Pilot[None]) -> VerifyScreen:
    await until_screen(pilot, "browse")
    await pilot.press("v")
    await until_screen(pilot, "verify")
    screen = pilot.app.screen
    assert isinstance(screen, VerifyScreen)
    await until(pilot, lambda: screen.report is not None)
    await pilot.pause()
    return screen


def test_root_and_tip_are_read_aloud_and_the_ticket_is_one_key_away(built: Path) -> None:
    from store.ticket import parse
    from store.words import words

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await verified(pilot)
        for commit in (screen.trust.root, screen.trust.tip):
            assert " ".join(words(commit)) in shown_text(screen.app)
        await pilot.press("t")
        await until_screen(pilot, "note")
        text = str(pilot.app.screen.query("#text Static").first(Static).render())
        line = next(line for line in text.splitlines() if line.startswith("dalil-ticket-"))
        assert parse(line).root == screen.trust.root

    drive(open_app(built, "nour"), scenario)


def test_the_audit_report_is_written_where_one_says(place: Path) -> None:
    tamper(place)
    path = place / "report.json"

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await verified(pilot)
        assert not screen.check_action("ticket", ())
        screen.query_one("FindingsTable").focus()
        await pilot.press("w")
        await until_screen(pilot, "path")
        pilot.app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await until(pilot, path.exists)
        screen._take_path(str(path))
        await until_screen(pilot, "confirm")

    drive(open_app(place, "nour"), scenario)
    assert json.loads(path.read_text())["state"] == "broken"


def test_the_path_of_a_proposal_that_was_being_typed_is_asked_again(place: Path) -> None:
    two_admins(place)

    async def scenario(pilot: Pilot[None]) -> None:
        await open_members(pilot, "sami")
        await pilot.press("d")
        screen = await change_screen(pilot)
        assert screen.unsaved() is None
        screen.query_one("#path", Input).value = "~/for-lina.yaml"
        again = PolicyChangeScreen.restore(screen.unsaved() or b"")
        pilot.app.push_screen(again)
        await until(pilot, lambda: pilot.app.screen is not screen)
        await until_screen(pilot, "policy_change")
        assert pilot.app.screen.query_one("#path", Input).value == "~/for-lina.yaml"

    drive(open_app(place, "nour"), scenario)


def test_a_lock_drops_these_screens_and_keeps_what_was_typed(built: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await open_members(pilot, "sami")
        await pilot.press("v")
        await until_screen(pilot, "verify")
        verify = pilot.app.screen
        assert isinstance(verify, VerifyScreen)
        await until(pilot, lambda: verify.report is not None)
        verify.refresh_bindings()
        await pilot.press("ctrl+l")
        await until_screen(pilot, "door")
        await pilot.press("enter")
        await open_members(pilot, "sami")
        await pilot.press("a")
        await until_screen(pilot, "people_form")
        await until(pilot, lambda: bool(pilot.app.screen.query("#handle")))
        pilot.app.screen.query_one("#handle", Input).value = "rim"
        await pilot.press("ctrl+l")
        await until_screen(pilot, "door")
        await pilot.press("enter")
        await until_screen(pilot, "people_form")
        await until(pilot, lambda: bool(pilot.app.screen.query("#handle")))
        assert pilot.app.screen.query_one("#handle", Input).value == "rim"

    drive(open_app(built, "nour"), scenario)
