"""What a member may write: git takes everything from anybody whose key it knows."""

from __future__ import annotations

import pytest

from store.crypto import age
from store.trust.paths import journal_path, key_path
from tests.attack.arena import CASE, ENTRY, OTHER, WITNESS, Arena, File

PLAIN_KEY = "AGE-SECRET-KEY-1"


def test_an_editor_makes_himself_admin(arena: Arena) -> None:
    policy = arena.changed_policy(sami=arena.member("sami", "admin", "main", "witness"))
    bad = arena.commit_as("sami", {"policy.yaml": policy}, message="policy")
    assert arena.git_says() == "G"
    assert arena.git_merges(bad)
    arena.refuses(bad, 3, "sami changed the policy, but is no admin")


def test_an_editor_adds_a_key_of_his_own_to_an_admin(arena: Arena) -> None:
    nour = arena.policy().members["nour"]
    stranger = arena.keys("eve").public
    policy = arena.changed_policy(
        nour=type(nour)("admin", (*nour.sign, stranger), nour.age, nour.compartments)
    )
    added = arena.commit_as("sami", {"policy.yaml": policy}, message="policy")
    arena.commit_as("eve", {WITNESS: arena.sealed()}, name="nour")
    assert arena.git_says(added) == "G"
    arena.refuses(added, 3, "sami changed the policy")


@pytest.mark.parametrize(
    "path", [WITNESS, WITNESS.replace("/cc/", "/cc/").replace("c.age", "c~0a0b0c0d.age")]
)
def test_an_editor_writes_into_a_foreign_compartment(arena: Arena, path: str) -> None:
    bad = arena.commit_as("sami", {path: arena.sealed("x", "witness")})
    assert arena.git_says() == "G"
    arena.refuses(bad, 4, "sami (editor) may not write")


def test_an_editor_takes_a_foreign_case_away(arena: Arena) -> None:
    bad = arena.commit_as("sami", {WITNESS: None}, message="remove case")
    assert arena.git_says() == "G"
    arena.refuses(bad, 4, "sami (editor) may not write")


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_reviewer_writes_a_case(arena: Arena, *, is_gone: bool) -> None:
    file: File = None if is_gone else arena.sealed("rewritten")
    bad = arena.commit_as("lina", {CASE: file})
    assert arena.git_says() == "G"
    assert arena.git_merges(bad)
    arena.refuses(bad, 4, "lina (reviewer) may not write")


@pytest.mark.parametrize("path", ["keys/main/1.age", "keys/main/2.age", "keys/witness/1.age"])
def test_an_editor_puts_a_key_of_his_own_in_place_of_an_epoch_key(arena: Arena, path: str) -> None:
    """Whatever is saved next would be encrypted to it: he and whoever he likes would read it."""
    own = age.new_identity()
    readers = [arena.keys(name).age.recipient for name in ("nour", "sami", "lina")]
    content = age.encrypt(f"{own.secret}\n".encode(), readers)
    bad = arena.commit_as("sami", {path: content}, message="keys")
    assert arena.git_says() == "G"
    arena.refuses(bad, 4, "sami (editor) may not write")
    with arena.open("nour") as vault:
        assert vault.recipient("main") == arena.recipients["main"]


@pytest.mark.parametrize("path", ["README.md", "model.yaml", "timestamps/a.tsr"])
def test_an_editor_changes_what_is_for_admins(arena: Arena, path: str) -> None:
    bad = arena.commit_as("sami", {path: b"send your keys to eve\n"}, message="readme")
    assert arena.git_says() == "G"
    arena.refuses(bad, 4, "sami (editor) may not write")


def test_a_journal_entry_is_edited(arena: Arena) -> None:
    bad = arena.commit_as("lina", {ENTRY: arena.sealed("never said so")}, message="journal")
    assert arena.git_says() == "G"
    arena.refuses(bad, 4, "it may only be added once")


def test_a_journal_entry_is_deleted_by_an_admin(arena: Arena) -> None:
    bad = arena.commit_as("nour", {ENTRY: None}, message="journal")
    assert arena.git_says() == "G"
    arena.refuses(bad, 4, "it may only be added once")


def test_a_journal_entry_is_moved(arena: Arena) -> None:
    content = arena.raw(f"{arena.honest}:{ENTRY}")
    moved = journal_path("main", "d" * 20, "a1")
    bad = arena.commit_as("nour", {ENTRY: None, moved: content}, message="journal")
    arena.refuses(bad, 4, "it may only be added once")


@pytest.mark.parametrize("order", ["theirs first", "ours first"])
def test_a_journal_entry_is_lost_in_a_merge(arena: Arena, order: str) -> None:
    left = arena.commit_as("sami", {OTHER: arena.sealed()})
    entry = journal_path("main", "d" * 20, "a1")
    right = arena.commit_as(
        "lina", {entry: arena.sealed()}, parents=[arena.honest], message="journal"
    )
    parents = [left, right] if order == "ours first" else [right, left]
    bad = arena.commit_as(
        "nour",
        {OTHER: arena.raw(f"{left}:{OTHER}"), entry: None} if order == "theirs first" else {},
        parents=parents,
        message="merge",
    )
    assert arena.git_says() == "G"
    arena.refuses(bad, 4, "it may only be added once", verified=parents[0])


def test_an_epoch_key_of_a_compartment_that_is_not_there(arena: Arena) -> None:
    bad = arena.commit_as("nour", {key_path("secret", 1): arena.sealed()}, message="keys")
    arena.refuses(bad, 4, "lies in no compartment")


def test_an_editor_puts_a_case_beside_a_foreign_one_of_the_same_id(arena: Arena) -> None:
    """Who reads both would be shown the one that fewer people read."""
    theirs = arena.commit_as("nour", {WITNESS: arena.sealed("x", "witness")}, message="new case")
    beside = WITNESS.replace("/witness/", "/main/")
    forged = arena.commit_as("sami", {beside: arena.sealed("his own")}, parents=[theirs])
    assert arena.git_says(forged) == "G"
    arena.refuses(forged, 4, "to a case that they may not write", verified=theirs)


def test_who_may_write_a_case_adds_parts_to_it(arena: Arena) -> None:
    beside = CASE.replace("/main/", "/witness/")
    added = arena.commit_as("nour", {beside: arena.sealed("x", "witness")}, message="seal case")
    assert arena.report().verified_tip == added


def test_a_version_beside_a_part_of_ones_own_adds_nothing_to_the_case(arena: Arena) -> None:
    elsewhere = CASE.replace("/main/", "/witness/")
    arena.commit_as("nour", {elsewhere: arena.sealed("x", "witness")}, message="seal case")
    sibling = CASE.replace(".age", "~0a0b0c0d.age")
    added = arena.commit_as("sami", {sibling: arena.sealed("y")}, message="merge")
    assert arena.report().verified_tip == added
