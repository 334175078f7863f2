"""Policies and epochs: changed on one side, and on both."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from store.crypto import identity
from store.errors import Refused
from store.merging import join_siblings, merge_tip
from store.trust import membership as m
from store.trust.policy import Policy
from tests.store.changing import change as change_policy
from tests.store.changing import states
from tests.store.merging.lines import bring, change, merge, paths, read
from tests.store.merging.test_sealed import seal_as_nour, with_a_witness
from tests.store.office import FIRST, HIDDEN, SECOND, Office, make_homes


def taking_in(office: Office, handle: str = "omar", home: str = "stranger") -> partial[Policy]:
    keys = identity.public(office.homes[home])
    return partial(
        m.add_member,
        handle=handle,
        role="editor",
        sign=[keys.sign],
        age=[keys.age],
        compartments=["main"],
    )


def opens(office: Office, handle: str, case_id: str, commit: str) -> str:
    """Give the title of a case at a commit, as somebody opens it now."""
    with office.open(handle) as vault:
        return vault.get(case_id, commit).title


def remove(policy: Policy, handle: str) -> Policy:
    return m.remove_member(policy, handle)


def test_a_policy_changed_on_one_side_is_taken_over_by_anybody(
    office: Office, other: Office
) -> None:
    change_policy(other, taking_in(office))
    change(office, "sami", overview__status="building")
    merge(office, other, "sami")
    assert states(office, "stranger")[FIRST] == "open"
    assert read(office, "stranger").status == "building"


def test_what_was_written_under_a_past_epoch_is_encrypted_anew(
    office: Office, other: Office, tmp_path: Path
) -> None:
    change_policy(other, lambda policy: m.advance_epoch(policy, "main"))
    change(office, "sami", overview__status="building")
    change(other, "nour", case_id=SECOND, overview__title="from there")
    with office.open("sami") as vault, vault.new(why="new", case_id="d" * 20) as case:
        case.set("overview.title", "new here")
    merged = merge(office, other, "sami")
    assert merged.blind == ()
    with office.open("sami") as vault:
        tree = vault.tree(vault.tip)
        newest = vault.epoch_keys.of_epoch(tree, "main", 2)
        assert newest is not None
        for case_id in (FIRST, SECOND, "d" * 20):
            blob = vault.places(case_id, vault.tip)["main"]
            from store.part import open_part

            assert open_part(vault.objects.read(blob)[1], [newest])
    assert read(office).status == "building"


def test_an_epoch_begun_here_meets_work_that_came_from_there(office: Office, other: Office) -> None:
    change_policy(office, lambda policy: m.advance_epoch(policy, "main"))
    change(other, "sami", overview__status="building")
    merge(office, other)
    with office.open("nour") as vault:
        newest = vault.epoch_keys.of_epoch(vault.tree(vault.tip), "main", 2)
        assert newest is not None
        from store.part import open_part

        blob = vault.places(FIRST, vault.tip)["main"]
        assert open_part(vault.objects.read(blob)[1], [newest])
    assert read(office, "sami").status == "building"


def test_two_changes_of_the_policy_become_a_third(office: Office, other: Office) -> None:
    change_policy(office, taking_in(office))
    change_policy(other, lambda policy: m.rename(policy, "Another name"))
    merge(office, other)
    with office.open("nour") as vault:
        assert vault.policy.version == 3
        assert vault.policy.name == "Another name"
        assert "omar" in vault.policy.members
    assert read(office, "stranger").status == "intake"


def test_members_taken_in_on_both_sides_read_all(
    office: Office, other: Office, tmp_path: Path
) -> None:
    homes = make_homes(tmp_path / "more")
    office.homes["rana"] = other.homes["rana"] = homes["stranger"]
    change_policy(office, taking_in(office))
    change(office, "stranger", overview__status="building")
    change_policy(other, taking_in(other, "rana", "rana"))
    change(other, "rana", overview__title="from rana")
    merge(office, other)
    for handle in ("stranger", "rana"):
        case = read(office, handle)
        assert (case.status, case.title) == ("building", "from rana")


def test_an_epoch_begun_on_both_sides_gets_a_key_that_nobody_had(
    office: Office, other: Office
) -> None:
    before = office.head()
    change_policy(office, lambda policy: remove(policy, "lina"))
    ours = change(office, "sami", overview__title="ours", overview__status="building")
    change_policy(other, lambda policy: m.advance_epoch(policy, "main"))
    theirs = change(other, "sami", case_id=SECOND, overview__title="theirs")
    merge(office, other)
    with office.open("nour") as vault:
        assert vault.policy.compartments["main"].epoch == 4
        assert vault.policy.members["lina"].left == 2
    for handle in ("nour", "sami"):
        assert set(states(office, handle).values()) <= {"open", "sealed"}
        assert opens(office, handle, FIRST, ours) == "ours"
        assert opens(office, handle, SECOND, theirs) == "theirs"
        assert opens(office, handle, FIRST, before)
        assert opens(office, handle, FIRST, office.head()) == "ours"
    assert states(office, "lina")[FIRST] == "sealed"
    assert states(office, "lina")[SECOND] == "sealed"


def test_who_was_removed_on_one_side_stays_removed(office: Office, other: Office) -> None:
    change_policy(office, lambda policy: remove(policy, "lina"))
    change_policy(other, lambda policy: m.grant(policy, "lina", "witness"))
    merge(office, other)
    with office.open("nour") as vault:
        assert vault.policy.members["lina"].left == 2
        assert vault.policy.compartments["witness"].epoch == 2
    assert states(office, "lina")[HIDDEN] == "sealed"


def test_the_narrower_of_two_roles_stands(office: Office, other: Office) -> None:
    change_policy(office, lambda policy: m.set_role(policy, "lina", "admin"))
    change_policy(other, lambda policy: m.set_role(policy, "lina", "editor"))
    merge(office, other)
    with office.open("nour") as vault:
        assert vault.policy.members["lina"].role == "editor"


def test_compartments_of_one_name_made_on_both_sides(office: Office, other: Office) -> None:
    for clone, digit in ((office, "d"), (other, "e")):
        change_policy(clone, lambda p: m.create_compartment(p, "legal", ["nour", "sami"]))
        with (
            clone.open("sami") as vault,
            vault.new(compartment="legal", why="new", case_id=digit * 20) as case,
        ):
            case.set("overview.title", digit)
    merge(office, other)
    assert [read(office, "sami", digit * 20).title for digit in "de"] == ["d", "e"]


def test_an_editor_cannot_join_two_policies(office: Office, other: Office) -> None:
    change_policy(office, taking_in(office))
    change_policy(other, lambda policy: m.rename(policy, "Another name"))
    theirs, before = bring(office, other), office.head()
    with office.open("sami") as vault, pytest.raises(Refused, match="only an admin changes"):
        merge_tip(vault, theirs)
    assert office.head() == before


def test_a_policy_that_takes_several_admins_is_not_joined_by_one(
    office: Office, other: Office
) -> None:
    for clone in (office, other):
        change_policy(clone, lambda p: m.set_role(p, "sami", "admin"))
    change_policy(office, lambda policy: m.rename(policy, "Another name"))
    change_policy(other, lambda policy: m.set_threshold(policy, 2))
    theirs = bring(office, other)
    with office.open("nour") as vault, pytest.raises(Refused, match="needs 2 admins"):
        merge_tip(vault, theirs)


def test_one_handle_for_two_people_is_refused(
    office: Office, other: Office, tmp_path: Path
) -> None:
    homes = make_homes(tmp_path / "more")
    other.homes["second"] = homes["stranger"]
    change_policy(office, taking_in(office))
    change_policy(other, taking_in(other, "omar", "second"))
    theirs = bring(office, other)
    with office.open("nour") as vault, pytest.raises(Refused, match="two people"):
        merge_tip(vault, theirs)


def test_the_work_of_somebody_removed_meanwhile_is_not_merged_by_an_editor(
    office: Office, other: Office
) -> None:
    change_policy(other, taking_in(other))
    bring(office, other)
    with office.open("nour") as vault:
        merge_tip(vault, other.head())
    change(office, "stranger", overview__status="building")
    change_policy(other, lambda policy: remove(policy, "omar"))
    theirs, before = bring(office, other), office.head()
    with office.open("sami") as vault, pytest.raises(Refused, match="omar"):
        merge_tip(vault, theirs)
    assert office.head() == before


def test_a_case_of_who_cannot_open_the_new_epoch_stays_and_is_told(
    office: Office, other: Office
) -> None:
    change_policy(other, lambda policy: m.advance_epoch(policy, "witness"))
    change(office, "nour", case_id=HIDDEN, overview__status="building")
    change(office, "sami", overview__status="building")
    merged = merge(office, other, "sami")
    assert merged.blind == (HIDDEN,)
    assert len(paths(office, HIDDEN)) == 2


def test_readmes_of_both_sides(office: Office, other: Office) -> None:
    office.commit("nour", [("README.md", b"ours\n")], "readme")
    other.commit("nour", [("README.md", b"theirs\n")], "readme")
    merged = merge(office, other)
    assert merged.given_way == ("README.md",)
    assert office.git("show", "main:README.md") == "theirs\n"


def test_a_version_beside_that_only_the_seals_owners_may_write_anew_keeps_its_epoch(
    office: Office, tmp_path: Path
) -> None:
    """Written anew it would be a part that its writer adds to a case whose other part is closed."""
    with_a_witness(office)
    other = office.copy(tmp_path / "later")
    seal_as_nour(other)
    change_policy(other, lambda policy: m.advance_epoch(policy, "main"))
    change(office, "sami", people__p2__note="from here")
    merged = merge(office, other, "sami")
    assert merged.blind == (FIRST,)
    with office.open("nour") as vault:
        assert join_siblings(vault).cases == (FIRST,)
        assert vault.get(FIRST).get("people.p2.note") == "from here"
