"""The policy: it goes forward by one, by admins, and is never taken from where it is not proven."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from store.crypto import age
from store.errors import StoreError
from store.trust.policy import Compartment, Member, dump
from tests.attack.arena import CASE, OTHER, Arena
from tests.store.office import FIRST

PLUGIN = "age1evil1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgp"
POLICY = "policy.yaml"


def test_an_old_policy_comes_back_through_a_merge(arena: Arena) -> None:
    old = arena.raw(f"{arena.honest}:{POLICY}")
    side = arena.commit_as("sami", {OTHER: arena.sealed()}, parents=[arena.honest])
    new = arena.commit_as(
        "nour",
        {POLICY: arena.changed_policy(omar=Member(left=2))},
        parents=[arena.honest],
        message="policy",
    )
    bad = arena.commit_as("sami", {POLICY: old}, parents=[new, side], message="merge")
    assert arena.git_says() == "G"
    assert arena.git_merges(bad)
    arena.refuses(bad, 3, "goes back to version 1", verified=new)


def test_an_old_policy_comes_back_as_a_new_commit(arena: Arena) -> None:
    old = arena.raw(f"{arena.honest}:{POLICY}")
    changed = arena.changed_policy(omar=Member(left=2))
    new = arena.commit_as("nour", {POLICY: changed}, message="policy")
    bad = arena.commit_as("rima", {POLICY: old}, message="policy")
    assert arena.git_says() == "G"
    arena.refuses(bad, 3, "to version 1 instead of 3", verified=new)


@pytest.mark.parametrize("version", [1, 3, 1000])
def test_a_version_is_kept_or_skipped(arena: Arena, version: int) -> None:
    changed = arena.changed_policy(version, lina=arena.member("lina", "admin", "main"))
    bad = arena.commit_as("nour", {POLICY: changed}, message="policy")
    arena.refuses(bad, 3, f"to version {version} instead of 2")


def test_two_policies_are_made_apart_and_a_merge_drops_one(arena: Arena) -> None:
    """One admin removes omar, another adds nothing: whoever merges must not choose."""
    left = arena.commit_as(
        "nour", {POLICY: arena.changed_policy(omar=Member(left=2))}, message="policy"
    )
    other = arena.changed_policy(lina=arena.member("lina", "editor", "main"))
    right = arena.commit_as("rima", {POLICY: other}, parents=[arena.honest], message="policy")
    bad = arena.commit_as("lina", {POLICY: other}, parents=[left, right], message="merge")
    assert arena.git_says() == "G"
    assert arena.git_merges(bad)
    arena.refuses(bad, 3, "changed on both sides", verified=left)


def test_the_longer_line_of_policies_does_not_win(arena: Arena) -> None:
    left = arena.commit_as(
        "nour", {POLICY: arena.changed_policy(omar=Member(left=2))}, message="policy"
    )
    arena.commit_as(
        "rima",
        {POLICY: arena.changed_policy(lina=arena.member("lina", "editor", "main"))},
        parents=[arena.honest],
        message="policy",
    )
    third = arena.changed_policy(3)
    right = arena.commit_as("rima", {POLICY: third}, message="policy")
    bad = arena.commit_as("lina", {POLICY: third}, parents=[left, right], message="merge")
    arena.refuses(bad, 3, "changed on both sides", verified=left)


def test_an_admin_joins_two_policies_in_a_new_one(arena: Arena) -> None:
    """What is asked for instead is possible."""
    left = arena.commit_as(
        "nour", {POLICY: arena.changed_policy(omar=Member(left=2))}, message="policy"
    )
    editor = arena.member("lina", "editor", "main")
    other = arena.changed_policy(lina=editor)
    right = arena.commit_as("rima", {POLICY: other}, parents=[arena.honest], message="policy")
    both = arena.changed_policy(3, omar=Member(left=2), lina=editor)
    arena.commit_as("nour", {POLICY: both}, parents=[left, right], message="merge")
    assert arena.report().is_authentic


def test_a_recipient_from_a_remote_that_was_not_verified(arena: Arena) -> None:
    """Eve serves a policy that lists her, and the epoch key wrapped to her too."""
    eve = arena.member("eve", "editor", "main")
    policy = arena.changed_policy(eve=eve)
    with arena.open("sami") as vault:
        secret = vault.keys_of("main")[0].secret
    readers = [arena.keys(name).age.recipient for name in ("nour", "sami", "lina", "eve")]
    files = {POLICY: policy, "keys/main/1.age": age.encrypt(f"{secret}\n".encode(), readers)}
    bad = arena.commit_as("eve", files, name="nour", message="policy")
    assert arena.git_says() == "U"
    arena.refuses(bad, 2, "no member's")
    with arena.open("nour") as vault:
        assert "eve" not in vault.policy.members
        assert vault.recipient("main") == arena.recipients["main"]


def test_a_recipient_in_a_work_tree_or_another_ref_counts_for_nothing(arena: Arena) -> None:
    policy = arena.changed_policy(eve=arena.member("eve", "editor", "main"))
    forged = arena.commit_as("eve", {POLICY: policy}, name="nour", message="policy")
    arena.serve(arena.honest)
    for ref in ("refs/remotes/origin/main", "refs/dalil/incoming/origin", "refs/heads/master"):
        arena.git("update-ref", ref, forged)
    (arena.folder / POLICY).write_bytes(policy)
    with arena.open("nour") as vault:
        assert vault.trust.state == "authentic"
        assert "eve" not in vault.policy.members
        with vault.edit(FIRST, why="goes on") as case:
            case.set("overview.title", "new")
        assert vault.last_save is not None
        content = arena.raw(f"{vault.last_save.commit}:{CASE}")
    assert content.count(b"\n-> X25519 ") == 1
    assert arena.report().is_authentic


@pytest.mark.parametrize("recipient", [PLUGIN, "age1pq1" + "q" * 60, "ssh-ed25519 AAAA", "age1"])
def test_a_recipient_that_would_run_a_program(arena: Arena, recipient: str) -> None:
    sami = arena.policy().members["sami"]
    policy = arena.changed_policy(sami=replace(sami, age=(recipient,)))
    bad = arena.commit_as("nour", {POLICY: policy}, message="policy")
    assert arena.git_says() == "G"
    finding = arena.refuses(bad, 3, "is not an age recipient")[0]
    assert finding.values["handle"] == "sami"
    with pytest.raises(StoreError):
        age.encrypt(b"x", [recipient])


def test_an_admin_demotes_everyone(arena: Arena) -> None:
    team = arena.policy().members
    nour, rima = (replace(team[handle], role="editor") for handle in ("nour", "rima"))
    policy = arena.changed_policy(nour=nour, rima=rima)
    bad = arena.commit_as("nour", {POLICY: policy}, message="policy")
    assert arena.git_says() == "G"
    arena.refuses(bad, 3, "there is no admin")


def test_the_policy_is_taken_away(arena: Arena) -> None:
    bad = arena.commit_as("nour", {POLICY: None}, message="policy")
    assert arena.git_says() == "G"
    arena.refuses(bad, 3, "there is no policy.yaml")


def test_the_policy_becomes_a_link(arena: Arena) -> None:
    bad = arena.commit_as("nour", {POLICY: ("120000", b"/tmp/policy.yaml")}, message="policy")
    assert arena.git_fsck() == ""
    arena.refuses(bad, 4, "symbolic link")


def test_the_policy_is_not_what_it_says(arena: Arena) -> None:
    bad = arena.commit_as("nour", {POLICY: b"members: &a [*a]\n"}, message="policy")
    assert arena.git_says() == "G"
    arena.refuses(bad, 3, "")


def test_the_handle_of_somebody_who_left_is_given_to_another(arena: Arena) -> None:
    """In the log of all that omar did, the work of two people would stand under one name."""
    left = arena.commit_as(
        "nour", {POLICY: arena.changed_policy(omar=Member(left=2))}, message="policy"
    )
    keys = arena.member("eve", "editor", "main")
    bad = arena.commit_as("nour", {POLICY: arena.changed_policy(3, omar=keys)}, message="policy")
    assert arena.git_says() == "G"
    arena.refuses(bad, 3, "omar", verified=left)


def test_the_mark_of_having_left_is_wiped_out(arena: Arena) -> None:
    left = arena.commit_as(
        "nour", {POLICY: arena.changed_policy(omar=Member(left=2))}, message="policy"
    )
    bad = arena.commit_as("nour", {POLICY: arena.changed_policy(3, omar=None)}, message="policy")
    arena.refuses(bad, 3, "omar", verified=left)


def test_one_key_under_two_names(arena: Arena) -> None:
    twin = replace(arena.member("sami", "admin", "main"), compartments=("main", "witness"))
    text = arena.changed_policy(zaid=twin)
    bad = arena.commit_as("nour", {POLICY: text}, message="policy")
    arena.refuses(bad, 3, "stands twice")


def test_a_compartment_goes_back_to_an_epoch_whose_readers_have_left(arena: Arena) -> None:
    """What is saved next would be encrypted to a key that those who left hold."""
    policy = arena.policy()
    two = replace(policy, version=2, compartments={**policy.compartments, "main": Compartment(2)})
    key = age.encrypt(
        f"{age.new_identity().secret}\n".encode(),
        [arena.keys(name).age.recipient for name in ("nour", "rima", "sami", "lina", "omar")],
    )
    good = arena.commit_as("nour", {POLICY: dump(two), "keys/main/2.age": key}, message="policy")
    assert arena.report().is_authentic
    back = dump(replace(policy, version=3))
    bad = arena.commit_as("rima", {POLICY: back}, message="policy")
    assert arena.git_says() == "G"
    arena.refuses(bad, 3, "epoch", verified=good)
