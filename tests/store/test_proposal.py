"""Proposals: what they say, who may sign them, and what they must fit."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from store import proposal
from store.errors import BadFormat, BadSignature, Moved, Refused
from store.model import codec
from store.policy_change import apply_policy
from store.trust import membership as m
from store.trust.policy import dump
from store.trust.policy_diff import Row
from tests.store.office import Office


@pytest.fixture
def team(office: Office) -> Office:
    """Give an office of two admins, of whom a change needs both."""
    with office.open() as vault:
        apply_policy(vault, m.set_role(vault.policy, "sami", "admin"))
        apply_policy(vault, m.set_threshold(vault.policy, 2))
    return office


def proposed(team: Office, by: str = "nour") -> bytes:
    with team.open(by) as vault:
        return proposal.propose(vault, m.remove_member(vault.policy, "lina"))


def test_a_proposal_travels_and_is_put_into_force(team: Office) -> None:
    data = proposed(team)
    with team.open("sami") as vault:
        assert proposal.changes(vault, data) == [
            Row("lina", "left", "reviewer", ""),
            Row("main", "epoch", "1", "2"),
        ]
        assert proposal.missing(vault, data) == 1
        signed = proposal.approve(vault, data)
        assert proposal.missing(vault, signed) == 0
        commit = proposal.apply(vault, signed)
    paths = team.git("show", "--name-only", "--format=", commit).split()
    assert "approvals/4/nour.sig" in paths
    assert "approvals/4/sami.sig" not in paths  # the commit is sami's word
    with team.open(None) as vault:
        assert vault.verify().is_authentic


def test_it_is_plain_yaml_and_says_no_more_than_the_policy(team: Office) -> None:
    data = proposed(team)
    found = codec.load(data)
    assert list(found) == ["proposal", "repository", "previous", "policy", "approvals"]
    with team.open() as vault:
        assert found["repository"] == vault.trust.root
        assert found["policy"].encode() == dump(m.remove_member(vault.policy, "lina"))
    assert list(found["approvals"]) == ["nour"]
    assert proposal.read(data).policy.version == 4


def test_with_one_word_it_is_not_enough(team: Office) -> None:
    data = proposed(team)
    with team.open() as vault, pytest.raises(Refused, match="needs 2 admins, and 1 have not"):
        proposal.apply(vault, data)


def test_nobody_gives_their_word_twice(team: Office) -> None:
    data = proposed(team)
    with team.open() as vault, pytest.raises(Refused, match="nour has approved this already"):
        proposal.approve(vault, data)


@pytest.mark.parametrize("handle", ["lina", "stranger"])
def test_only_admins_propose_and_approve(team: Office, handle: str) -> None:
    data = proposed(team)
    with team.open(handle) as vault:
        with pytest.raises(Refused, match="only an admin"):
            proposal.approve(vault, data)
        with pytest.raises(Refused, match="only an admin"):
            proposal.propose(vault, vault.policy)


def test_a_policy_that_was_changed_since_is_not_replaced(team: Office) -> None:
    data = proposed(team)
    other = proposed(team, "sami")
    with team.open("nour") as vault:
        proposal.apply(vault, proposal.approve(vault, other))
        for act in (proposal.approve, proposal.apply, proposal.changes):
            with pytest.raises(Moved, match="another policy than that of version 4"):
                act(vault, data)


def test_a_proposal_for_another_repository_is_refused(team: Office) -> None:
    found = codec.load(proposed(team)) | {"repository": "ab" * 20}
    with team.open("sami") as vault, pytest.raises(Refused, match="another repository"):
        proposal.approve(vault, codec.dump(found))


def test_a_word_for_another_text_does_not_fit(team: Office) -> None:
    found = codec.load(proposed(team))
    with team.open("sami") as vault:
        other = m.set_role(vault.policy, "lina", "admin")
        forged = codec.dump(found | {"policy": dump(other).decode()})
        for act in (proposal.approve, proposal.apply):
            with pytest.raises(BadSignature, match="approval of nour"):
                act(vault, forged)


def test_a_word_filed_under_another_handle_does_not_count(team: Office) -> None:
    found = codec.load(proposed(team))
    moved = codec.dump(found | {"approvals": {"sami": found["approvals"]["nour"]}})
    with team.open("nour") as vault, pytest.raises(BadSignature, match="approval of sami"):
        proposal.apply(vault, moved)


def test_what_is_no_proposal_is_said_so(team: Office) -> None:
    found = codec.load(proposed(team))
    shapes = [
        b"name: x\n",
        codec.dump(found | {"more": 1}),
        codec.dump(found | {"proposal": 2}),
        codec.dump(found | {"approvals": []}),
        codec.dump(found | {"approvals": {"nour": 1}}),
        codec.dump(found | {"previous": None}),
        b"x" * (2 * 1024 * 1024),
    ]
    for shape in shapes:
        with pytest.raises(BadFormat, match="no proposal"):
            proposal.read(shape)
    untidy = codec.dump(found | {"policy": found["policy"] + "\n"})
    with pytest.raises(BadFormat, match="canonical form"):
        proposal.read(untidy)


def test_a_proposal_works_where_one_admin_is_enough(office: Office) -> None:
    with office.open() as vault:
        data = proposal.propose(vault, m.grant(vault.policy, "sami", "witness"))
        commit = proposal.apply(vault, data)
    assert "approvals" not in office.git("show", "--name-only", "--format=", commit)


def test_a_proposal_may_come_from_any_version_of_an_edited_text(office: Office) -> None:
    with office.open() as vault:
        new = replace(m.rename(vault.policy, "Neutral"), version=9)
        with pytest.raises(Moved):
            proposal.propose(vault, new)


def test_what_could_never_be_put_into_force_is_not_proposed_either(team: Office) -> None:
    with team.open() as vault:
        left = replace(
            m.remove_member(vault.policy, "lina"), compartments=vault.policy.compartments
        )
        with pytest.raises(Refused, match="lina would keep the key of main"):
            proposal.propose(vault, left)
