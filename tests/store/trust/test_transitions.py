"""What a new policy may not take back, and what is told of one that leaves a key behind."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from store.crypto.age import new_identity
from store.trust.policy import Compartment, Member, Policy, Revoked, dump
from tests.store.trust.team import Team


def said(team: Team, severity: str) -> list[tuple[int, str]]:
    return [(one.rule, one.text()) for one in team.verify().findings if one.severity == severity]


def risen(policy: Policy, **epochs: int) -> Policy:
    raised = {name: Compartment(epoch) for name, epoch in epochs.items()}
    return replace(policy, compartments=policy.compartments | raised)


def change(team: Team, policy: Policy, *parents: str, by: str = "nour") -> str:
    files = {"policy.yaml": dump(policy)}
    message = "merge" if len(parents) > 1 else "policy"
    return team.save(by, files, parents=parents or None, message=message)


def lost(who: str, name: str) -> tuple[int, str]:
    text = f"{who} lost {name}, and its epoch did not rise: what is saved there is still open"
    return 3, f"{text} to them"


def test_who_leaves_or_loses_a_compartment_without_a_new_epoch_is_named(team: Team) -> None:
    omar, lina = Member(left=2), team.member("lina", "reviewer")
    change(team, team.policy(2, omar=omar, lina=lina))
    assert said(team, "failure") == []
    assert said(team, "notice") == [lost("lina, omar", "main")]


def test_with_a_new_epoch_nothing_is_told(team: Team) -> None:
    change(team, risen(team.policy(2, omar=Member(left=2)), main=2))
    assert said(team, "failure") == said(team, "notice") == []


def test_an_age_key_that_is_taken_away_is_a_loss_and_another_one_is_not(team: Team) -> None:
    team.age["sami"] = new_identity().recipient
    change(team, team.policy(2))
    assert said(team, "notice") == []
    change(team, team.policy(3, sami=replace(team.member("sami", "editor", "main"), age=())))
    assert said(team, "notice") == [lost("sami", "main")]


def test_a_recovery_key_that_is_gone_is_a_loss_of_every_compartment(team: Team) -> None:
    paper = new_identity().recipient
    change(team, replace(team.policy(2), recovery=(paper,)))
    change(team, risen(team.policy(3), main=2))
    assert said(team, "notice") == [lost(paper[:16], "witness")]


def test_two_removals_made_apart_need_a_third_epoch(team: Team) -> None:
    """Each side has a key of epoch 2 of its own, which the other one's leaver may hold."""
    base = team.tip
    left = change(team, risen(team.policy(2, omar=Member(left=2)), main=2))
    right = change(team, risen(team.policy(2, lina=Member(left=2)), main=2), base)
    gone = {"omar": Member(left=2), "lina": Member(left=2)}
    change(team, risen(team.policy(3, **gone), main=2), left, right)
    assert said(team, "failure") == []
    assert said(team, "notice") == [lost("lina", "main"), lost("omar", "main")]
    change(team, risen(team.policy(3, **gone), main=3), left, right)
    assert said(team, "failure") == said(team, "notice") == []


@pytest.mark.parametrize("left", [1, 2])
def test_who_leaves_does_so_at_the_version_that_says_it(team: Team, left: int) -> None:
    change(team, team.policy(2))
    change(team, risen(team.policy(3, omar=Member(left=left)), main=2))
    text = f"omar leaves with version 3 of the policy, and it says {left}"
    assert said(team, "failure") == [(3, text)]


def test_of_two_versions_at_which_somebody_left_a_merge_keeps_either(team: Team) -> None:
    base = team.tip
    left = change(team, risen(team.policy(2, omar=Member(left=2)), main=2))
    change(team, team.policy(2), base)
    right = change(team, risen(team.policy(3, omar=Member(left=3)), main=2))
    for version in (2, 3):
        change(team, risen(team.policy(4, omar=Member(left=version)), main=3), left, right)
        assert said(team, "failure") == []
    change(team, risen(team.policy(4, omar=Member(left=4)), main=3), left, right)
    text = "omar left at version 2: the policy must go on saying so"
    assert said(team, "failure") == [(3, text)]


def test_of_two_revocations_of_one_key_a_merge_keeps_either(team: Team) -> None:
    base, key = team.tip, team.keys["omar"].public
    omar = risen(team.policy(2, omar=Member(left=2)), main=2)
    first = change(team, omar)
    sides = [
        change(team, replace(omar, version=3, revoked=(Revoked(key, after),)), first)
        for after in (base, first)
    ]
    for after in (base, first):
        change(team, replace(omar, version=4, revoked=(Revoked(key, after),)), *sides)
        assert said(team, "failure") == []
    change(team, replace(omar, version=4), *sides)
    assert [rule for rule, _ in said(team, "failure")] == [3]
