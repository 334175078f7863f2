"""Merges: who may write nothing must not write by choosing between two versions either."""

from __future__ import annotations

import pytest

from store.crypto import age
from store.trust.paths import case_path
from tests.attack.arena import CASE, ENTRY, OTHER, WITNESS, Arena
from tests.store.office import FIRST

NEW = case_path("main", "e" * 20)


def old_line(arena: Arena, by: str) -> str:
    """Start a harmless line of one's own at the root, from before the cases were there."""
    entry = ENTRY.replace("a1", f"{by}-1")
    return arena.commit_as(
        by, {entry: arena.sealed("note")}, parents=[arena.honest], message="journal"
    )


def test_a_reviewer_takes_a_case_back_to_an_older_version(arena: Arena) -> None:
    """The second parent's version is the one from before the edit: nobody changed it there."""
    side = old_line(arena, "lina")
    old = arena.raw(f"{arena.honest}:{CASE}")
    edited = arena.commit_as("sami", {CASE: arena.sealed("edited")}, parents=[arena.honest])
    entry = arena.raw(f"{side}:{ENTRY.replace('a1', 'lina-1')}")
    bad = arena.commit_as(
        "lina",
        {CASE: old, ENTRY.replace("a1", "lina-1"): entry},
        parents=[edited, side],
        message="merge",
    )
    assert arena.git_says() == "G"
    assert arena.git_merges(bad)
    assert arena.git("show", "--format=", "--name-only", "--cc", bad) == ""  # git shows nothing
    [finding] = arena.refuses_after(edited, bad, 4, "lina (reviewer) may not write")
    assert finding.values["path"] == CASE


def test_a_reviewer_takes_new_cases_away(arena: Arena) -> None:
    """They were never in the second parent, so none of its files is lost."""
    side = old_line(arena, "lina")
    added = arena.commit_as(
        "sami", {NEW: arena.sealed("new")}, parents=[arena.honest], message="new case"
    )
    entry = ENTRY.replace("a1", "lina-1")
    bad = arena.commit_as(
        "lina",
        {NEW: None, entry: arena.raw(f"{side}:{entry}")},
        parents=[added, side],
        message="merge",
    )
    assert arena.git_says() == "G"
    assert arena.git("show", "--format=", "--name-only", "--cc", bad) == ""
    arena.refuses_after(added, bad, 4, "lina (reviewer) may not write")


def test_an_editor_takes_a_foreign_case_back(arena: Arena) -> None:
    side = old_line(arena, "sami")
    old = arena.raw(f"{arena.honest}:{WITNESS}")
    edited = arena.commit_as(
        "nour", {WITNESS: arena.sealed("edited", "witness")}, parents=[arena.honest]
    )
    entry = ENTRY.replace("a1", "sami-1")
    bad = arena.commit_as(
        "sami",
        {WITNESS: old, entry: arena.raw(f"{side}:{entry}")},
        parents=[edited, side],
        message="merge",
    )
    assert arena.git_says() == "G"
    arena.refuses_after(edited, bad, 4, "sami (editor) may not write")


def test_an_epoch_key_goes_back_to_earlier_readers(arena: Arena) -> None:
    with arena.open() as vault:
        secret = vault.keys_of("main")[0].secret
    side = old_line(arena, "lina")
    key = "keys/main/1.age"
    old = arena.raw(f"{arena.honest}:{key}")
    fewer = age.encrypt(secret.encode(), [arena.keys("nour").age.recipient])
    changed = arena.commit_as("nour", {key: fewer}, parents=[arena.honest], message="keys")
    entry = ENTRY.replace("a1", "lina-1")
    bad = arena.commit_as(
        "lina",
        {key: old, entry: arena.raw(f"{side}:{entry}")},
        parents=[changed, side],
        message="merge",
    )
    arena.refuses_after(changed, bad, 4, "lina (reviewer) may not write")


@pytest.mark.parametrize("order", ["mine first", "theirs first"])
def test_all_that_one_side_did_is_dropped(arena: Arena, order: str) -> None:
    """`git merge -s ours`: the tree of one side as it is, whatever the other did."""
    theirs = arena.commit_as("sami", {CASE: arena.sealed("edited")}, parents=[arena.honest])
    mine = old_line(arena, "lina")
    parents = [mine, theirs] if order == "mine first" else [theirs, mine]
    tree = arena.git("rev-parse", f"{mine}^{{tree}}").strip()
    bad = arena.serve(arena.commit_tree("lina", tree, parents, message="merge"))
    assert arena.git_says() == "G"
    arena.refuses_after(parents[0], bad, 4, f"lina (reviewer) may not write {CASE}")


def test_a_parent_that_is_the_others_ancestor(arena: Arena) -> None:
    """`tip` and an ancestor of it as parents: a plain revert that looks like a merge."""
    edited = arena.commit_as("sami", {CASE: arena.sealed("edited")})
    tree = arena.git("rev-parse", f"{arena.honest}^{{tree}}").strip()
    bad = arena.serve(arena.commit_tree("lina", tree, [edited, arena.honest], message="merge"))
    assert arena.git_says() == "G"
    arena.refuses_after(edited, bad, 4, "lina (reviewer) may not write")


def test_of_two_versions_one_is_silently_dropped(arena: Arena) -> None:
    """Both sides edited the case: a reviewer keeps both versions, or leaves the merge alone."""
    left = arena.commit_as("sami", {CASE: arena.sealed("left")}, parents=[arena.honest])
    right = arena.commit_as("omar", {CASE: arena.sealed("right")}, parents=[arena.honest])
    bad = arena.commit_as("lina", {}, parents=[left, right], message="merge")
    arena.refuses_after(left, bad, 4, "lina (reviewer) may not write")
    sibling = case_path("main", FIRST, "0a0b0c0d")
    kept = arena.raw(f"{right}:{CASE}")
    arena.commit_as("lina", {sibling: kept}, parents=[left, right], message="merge")
    assert arena.report().is_authentic


def test_an_evil_merge_changes_what_neither_side_did(arena: Arena) -> None:
    left = arena.commit_as("sami", {OTHER: arena.sealed("left")}, parents=[arena.honest])
    right = old_line(arena, "lina")
    entry = ENTRY.replace("a1", "lina-1")
    bad = arena.commit_as(
        "lina",
        {CASE: arena.sealed("evil"), entry: arena.raw(f"{right}:{entry}")},
        parents=[left, right],
        message="merge",
    )
    assert arena.git_says() == "G"
    arena.refuses_after(left, bad, 4, "lina (reviewer) may not write")


def test_an_octopus(arena: Arena) -> None:
    """Dalil joins two lines at a time; more parents make more to choose from."""
    lines = [old_line(arena, by) for by in ("sami", "lina", "omar")]
    entries = {
        path: arena.raw(f"{line}:{path}")
        for line, by in zip(lines, ("sami", "lina", "omar"), strict=True)
        for path in [ENTRY.replace("a1", f"{by}-1")]
    }
    bad = arena.commit_as("sami", entries, parents=lines, message="merge")
    assert arena.git_says() == "G"
    assert arena.git_fsck() == ""
    arena.refuses_after(lines[0], bad, 1, "3 parents")


def test_honest_merges_pass_whoever_makes_them(arena: Arena) -> None:
    left = arena.commit_as(
        "sami", {CASE: arena.sealed("edited"), NEW: arena.sealed()}, parents=[arena.honest]
    )
    right = arena.commit_as(
        "nour", {OTHER: None, WITNESS: arena.sealed("w", "witness")}, parents=[arena.honest]
    )
    tip = arena.commit_as(
        "lina",
        {OTHER: None, WITNESS: arena.raw(f"{right}:{WITNESS}")},
        parents=[left, right],
        message="merge",
    )
    again = arena.commit_as(
        "lina",
        {CASE: arena.raw(f"{tip}:{CASE}"), NEW: arena.raw(f"{tip}:{NEW}")},
        parents=[right, tip],
        message="merge",
    )
    assert arena.report().findings == ()
    assert arena.report(arena.honest).is_authentic
    assert arena.report(left).signers.keys() == {right, tip, again}
