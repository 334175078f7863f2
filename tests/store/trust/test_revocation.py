"""A key that somebody else has: what it signed counts up to a place in the history."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from store.crypto.signer import FileSigner
from store.trust.policy import Member, Policy, Revoked, dump
from tests.store.trust.team import Team, case, sealed


def failures(team: Team, **options: str) -> list[tuple[int, str]]:
    return [(finding.rule, finding.text()) for finding in team.verify(**options).failures]


def notices(team: Team, **options: str) -> list[tuple[str, str]]:
    found = team.verify(**options).findings
    return [(one.commit, one.text()) for one in found if (one.rule, one.severity) == (2, "notice")]


def revoking(team: Team, after: str, version: int = 2) -> Policy:
    """Give sami another key, and revoke the old one."""
    new = FileSigner.new().public
    sami = Member("editor", (new,), (team.age["sami"],), ("main",))
    policy = team.policy(version, sami=sami)
    return replace(policy, revoked=(Revoked(team.keys["sami"].public, after),))


def revoke(team: Team, after: str) -> str:
    return team.save("nour", {"policy.yaml": dump(revoking(team, after))}, message="policy")


def later(commit: str, after: str) -> tuple[str, str]:
    said = f"signed with a key of sami that was revoked later, and not below {after[:12]}"
    return commit, said


def test_what_came_in_before_is_told_and_what_is_vouched_for_is_not(team: Team) -> None:
    good = team.save("sami", {case(1): sealed("a")})
    bad = team.save("sami", {case(1): sealed("b")})
    team.save("omar", {case(2): sealed("c")})
    worse = team.save("sami", {case(3): sealed("d")})
    revoke(team, good)
    team.save("omar", {case(4): sealed("e")})
    assert failures(team) == []
    assert sorted(notices(team)) == sorted([later(bad, good), later(worse, good)])
    assert all("dalil log" in f.advice for f in team.verify().findings)


def test_an_incremental_verification_tells_the_same(team: Team) -> None:
    good = team.save("sami", {case(1): sealed("a")})
    bad = team.save("sami", {case(1): sealed("b")})
    trusted = team.tip
    revoke(team, good)
    assert notices(team, trusted=trusted) == [later(bad, good)]
    done = team.tip
    team.save("omar", {case(4): sealed("e")})
    assert notices(team, trusted=done) == []


def test_what_comes_in_afterwards_fails(team: Team) -> None:
    good = team.save("sami", {case(1): sealed("a")})
    revoke(team, good)
    team.save("sami", {case(1): sealed("b")})
    [(rule, text)] = failures(team)
    assert rule == 2
    assert text.startswith("signed with a key that was revoked: SHA256:")


def test_a_fork_from_before_fails_however_it_is_dated_and_whoever_merges_it(team: Team) -> None:
    good = team.save("sami", {case(1): sealed("a")})
    revoked = revoke(team, good)
    fork = team.save("sami", {case(1): sealed("b")}, parents=[good], time=1)
    team.save("nour", {case(1): sealed("b")}, parents=[revoked, fork], message="merge")
    [(rule, text)] = failures(team)
    assert rule == 2
    assert text == (
        f"signed by sami with a key that was revoked at {revoked[:12]}, where it came in"
    )


def test_work_that_is_vouched_for_may_come_in_later(team: Team) -> None:
    base = team.tip
    side = team.save("sami", {case(1): sealed("a")}, parents=[base])
    beyond = team.save("sami", {case(2): sealed("b")}, parents=[side])
    line = team.save("omar", {case(3): sealed("c")}, parents=[base])
    revoked = team.save(
        "nour", {"policy.yaml": dump(revoking(team, side))}, parents=[line], message="policy"
    )
    team.save("nour", {case(1): sealed("a")}, parents=[revoked, side], message="merge")
    assert failures(team) == []
    assert failures(team, trusted=revoked) == []
    assert notices(team) == []
    both = {case(1): sealed("a"), case(2): sealed("b")}
    team.save("nour", dict(both), parents=[revoked, beyond], message="merge")
    assert [rule for rule, _ in failures(team)] == [2]
    assert [rule for rule, _ in failures(team, trusted=revoked)] == [2]


def test_what_the_mainline_had_before_a_revocation_came_in_is_told(team: Team) -> None:
    base = team.tip
    revoked = revoke(team, base)
    bad = team.save("sami", {case(1): sealed("a")}, parents=[base])
    files = {"policy.yaml": team.files[revoked]["policy.yaml"]}
    team.save("nour", dict(files), parents=[bad, revoked], message="merge")
    assert failures(team) == []
    assert notices(team) == [later(bad, base)]


def test_a_commit_that_is_nowhere_vouches_for_nothing(team: Team) -> None:
    first = team.save("sami", {case(1): sealed("a")})
    nowhere = "ab" * 20
    revoke(team, nowhere)
    assert failures(team) == []
    assert notices(team) == [later(first, nowhere)]


def test_nobody_has_a_revoked_key_and_the_revocation_stands(team: Team) -> None:
    good = team.save("sami", {case(1): sealed("a")})
    revoke(team, good)
    team.save("nour", {"policy.yaml": dump(team.policy(3))}, message="policy")
    [(rule, text)] = failures(team)
    assert rule == 3
    assert text.startswith("the revocation of the key SHA256:")
    again = replace(team.policy(3), revoked=(Revoked(team.keys["sami"].public, good),))
    team.save("nour", {"policy.yaml": dump(again)}, message="policy")
    assert any("a signing key is revoked" in text for _, text in failures(team))


@pytest.mark.parametrize("place", ["root", "tip"])
def test_a_revoked_admin_keeps_the_changes_that_are_vouched_for(team: Team, place: str) -> None:
    sami = team.member("sami", "admin", "main")
    team.save("nour", {"policy.yaml": dump(team.policy(2, sami=sami))}, message="policy")
    changed = team.save(
        "sami", {"policy.yaml": dump(team.policy(3, sami=sami, omar=None))}, message="policy"
    )
    after = changed if place == "tip" else team.root()
    revoked = replace(revoking(team, after, 4), members=team.policy(4, sami=None).members)
    team.save("nour", {"policy.yaml": dump(revoked)}, message="policy")
    assert failures(team) == []
    assert notices(team) == ([] if place == "tip" else [later(changed, after)])
