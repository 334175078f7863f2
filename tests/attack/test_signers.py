"""Who signed: git knows keys, and nothing of who may sign where."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.trust.policy import Member
from tests.attack.arena import CASE, OTHER, Arena

LEFT = Member(left=2)


def remove_omar(arena: Arena) -> str:
    changed = arena.changed_policy(omar=LEFT)
    return arena.commit_as("nour", {"policy.yaml": changed}, message="policy")


def test_an_unsigned_commit(arena: Arena) -> None:
    bad = arena.commit_as("sami", {CASE: arena.sealed()}, is_signed=False)
    assert arena.git_says() == "N"
    assert arena.git_fsck() == ""
    arena.refuses(bad, 1, "not signed")


def test_unsigned_commits_below_a_signed_tip(arena: Arena) -> None:
    bad = arena.commit_as("eve", {CASE: arena.sealed()}, name="sami", is_signed=False)
    tip = arena.commit_as("sami", {OTHER: arena.sealed()})
    assert arena.git_verifies(tip)
    assert arena.git_merges(tip)  # it looks at the tip only
    arena.refuses(bad, 1, "not signed")


def test_an_unknown_signer_under_a_members_name(arena: Arena) -> None:
    bad = arena.commit_as("eve", {CASE: arena.sealed()}, name="nour")
    assert arena.git("log", "-1", "--format=%an <%ae>").strip() == "nour <nour@dalil.invalid>"
    assert arena.git_says() == "U"  # good, git says, but for its trust
    finding = arena.refuses(bad, 2, "no member's")[0]
    assert finding.values["key"].startswith("SHA256:")


def test_an_unknown_signer_where_git_was_told_of_no_keys(arena: Arena, tmp_path: Path) -> None:
    arena.commit_as("eve", {CASE: arena.sealed()}, name="nour")
    wrong = f"gpg.ssh.allowedSignersFile={tmp_path}/nowhere"
    verdicts = arena.git("-c", wrong, "log", "-2", "--format=%G?").split()
    assert verdicts == ["U", "U"]  # the honest commit looks as the forged one does
    assert not arena.report().is_authentic


def test_a_member_who_signs_as_another_is_named(arena: Arena) -> None:
    commit = arena.commit_as("sami", {CASE: arena.sealed()}, name="nour")
    assert arena.git_says() == "G"
    report = arena.report()
    assert report.signers[commit] == "sami"
    [finding] = report.findings
    assert (finding.commit, finding.rule, finding.severity) == (commit, 5, "notice")
    assert "another author" in finding.text()


def test_a_removed_member_goes_on(arena: Arena) -> None:
    good = remove_omar(arena)
    bad = arena.commit_as("omar", {CASE: arena.sealed()})
    assert arena.git_says() == "G"
    assert arena.git_merges(bad)
    arena.refuses(bad, 2, "no member's", verified=good)


def test_a_removed_member_backdates(arena: Arena) -> None:
    good = remove_omar(arena)
    bad = arena.commit_as("omar", {CASE: arena.sealed()}, at=1_700_000_000)
    listed = arena.allowed.read_text()
    window = listed.replace("omar@dalil.invalid", 'omar@dalil.invalid valid-before="20260101"')
    own = arena.folder.parent / "expired"
    own.write_text(window)
    option = f"gpg.ssh.allowedSignersFile={own}"
    assert arena.git("-c", option, "log", "-1", "--format=%G?").strip() == "G"
    arena.refuses(bad, 2, "no member's", verified=good)


def test_a_removed_member_forks_from_an_old_commit(arena: Arena) -> None:
    """Where he was a member still: directly, without the commit that removed him."""
    removed = remove_omar(arena)
    with arena.open("nour") as vault:
        assert vault.tip == removed
    fork = arena.commit_as("omar", {CASE: arena.sealed()}, parents=[arena.honest])
    assert arena.git_says() == "G"
    report = arena.report(removed)
    assert [(one.rule, one.commit) for one in report.failures] == [(0, fork)]
    assert "forked" in report.failures[0].text()
    with arena.open("nour") as vault:
        assert vault.trust.state == "broken"
        assert vault.tip == removed


def test_a_removed_member_comes_in_through_an_honest_merge(arena: Arena) -> None:
    removed = remove_omar(arena)
    stolen = arena.sealed("what omar put there")
    fork = arena.commit_as("omar", {CASE: stolen}, parents=[arena.honest])
    merge = arena.commit_as("sami", {CASE: stolen}, parents=[removed, fork], message="merge")
    assert arena.git_says(merge) == arena.git_says(fork) == "G"
    assert arena.git_merges(merge)
    arena.refuses(fork, 2, "no member any more", verified=removed)


def test_a_removed_member_as_the_first_parent_of_an_honest_merge(arena: Arena) -> None:
    """Turned round, his line is the mainline: only an admin may say that it came first."""
    removed = remove_omar(arena)
    with arena.open("nour") as vault:
        assert vault.tip == removed
    fork = arena.commit_as("omar", {CASE: arena.sealed()}, parents=[arena.honest])
    changed = arena.raw(f"{removed}:policy.yaml")
    merge = arena.commit_as(
        "sami", {"policy.yaml": changed}, parents=[fork, removed], message="merge"
    )
    assert arena.git_says(merge) == arena.git_says(fork) == "G"
    [alone] = arena.report().failures  # with nothing but the root to go by
    assert (alone.rule, alone.commit) == (2, merge)
    assert "only an admin may do that" in alone.text()
    report = arena.report(removed)
    assert [(one.rule, one.commit) for one in report.failures] == [(2, fork), (2, merge)]
    assert {one.severity for one in report.findings if one.rule == 0} == {"notice"}
    arena.stands_firm(removed)
    with arena.open("nour") as vault:  # nor by verifying all of it from the root
        assert not vault.verify().is_authentic
        assert not vault.verify(root=arena.root).is_authentic
    arena.stands_firm(removed)


def test_a_removed_member_forks_below_a_fork(arena: Arena) -> None:
    """A line of two: the second builds on his own first."""
    removed = remove_omar(arena)
    first = arena.commit_as("omar", {OTHER: arena.sealed()}, parents=[arena.honest])
    second = arena.commit_as("omar", {CASE: arena.sealed()}, parents=[first])
    arena.commit_as("sami", {}, parents=[removed, second], message="merge")
    for bad in (first, second):
        arena.refuses(bad, 2, "no member any more", verified=removed)


def test_another_root_is_merged_in(arena: Arena) -> None:
    other = arena.commit_as(
        "eve",
        {"policy.yaml": arena.changed_policy(1, eve=arena.member("eve", "admin", "main"))},
        parents=[],
        message="policy",
    )
    tip = arena.commit_as("sami", {}, parents=[arena.honest, other], message="merge")
    assert arena.git_merges(tip)
    arena.refuses(other, 2, "no member's")


def test_the_history_of_another_repository_in_place_of_ours(arena: Arena) -> None:
    policy = arena.changed_policy(1, eve=arena.member("eve", "admin", "main"))
    forged = arena.commit_as("eve", {"policy.yaml": policy}, parents=[], message="policy")
    report = arena.report()
    assert [(one.rule, one.commit) for one in report.failures] == [(0, forged)]
    assert "does not begin at the pinned commit" in report.failures[0].text()
    with arena.open("nour") as vault:
        assert (vault.trust.state, vault.tip) == ("broken", arena.honest)


@pytest.mark.parametrize("trick", ["two", "octopus"])
def test_an_unknown_signers_line_through_a_merge_of_a_member(arena: Arena, trick: str) -> None:
    bad = arena.commit_as("eve", {CASE: arena.sealed()}, name="sami")
    good = arena.commit_as("omar", {OTHER: arena.sealed()}, parents=[arena.honest])
    parents = [arena.honest, bad] if trick == "two" else [arena.honest, good, bad]
    tip = arena.commit_as("sami", {}, parents=parents, message="merge")
    assert arena.git_merges(tip)
    arena.refuses(bad, 2, "no member's")
