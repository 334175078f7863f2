"""Changes of people and access, from one policy to the next."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from store.crypto.age import new_identity
from store.crypto.signer import FileSigner
from store.errors import BadFormat, NotFound, Refused
from store.trust import membership as m
from store.trust.policy import Compartment, Member, Policy, Revoked, dump, parse

KEYS = {name: FileSigner.new().public for name in ("nour", "sami", "lina", "new")}
AGES = {name: new_identity().recipient for name in ("nour", "sami", "lina", "new")}
COMMIT = "ab" * 20


def policy() -> Policy:
    """Give a policy of an admin, an editor and a reviewer; all read main, nour witness too."""
    members = {
        "nour": Member("admin", (KEYS["nour"],), (AGES["nour"],), ("main", "witness")),
        "sami": Member("editor", (KEYS["sami"],), (AGES["sami"],), ("main",)),
        "lina": Member("reviewer", (KEYS["lina"],), (AGES["lina"],), ("main",)),
    }
    return Policy("Unit", 4, members, {"main": Compartment(2), "witness": Compartment(1)})


def epochs(found: Policy) -> dict[str, int]:
    return {name: compartment.epoch for name, compartment in found.compartments.items()}


def test_somebody_is_taken_in_without_a_new_epoch() -> None:
    new = m.add_member(
        policy(), "omar", "editor", sign=[KEYS["new"]], age=[AGES["new"]], compartments=["main"]
    )
    assert new.version == 5
    assert new.members["omar"] == Member("editor", (KEYS["new"],), (AGES["new"],), ("main",))
    assert epochs(new) == {"main": 2, "witness": 1}
    assert parse(dump(new)) == new


def test_a_handle_is_given_once() -> None:
    with pytest.raises(Refused, match="there is a member sami already"):
        m.add_member(policy(), "sami", "editor", sign=[KEYS["new"]])
    left = m.remove_member(policy(), "sami")
    with pytest.raises(Refused, match="not given twice"):
        m.add_member(left, "sami", "editor", sign=[KEYS["new"]])


@pytest.mark.parametrize(
    "options",
    [
        {"sign": ["ssh-ed25519 nonsense"]},
        {"sign": [KEYS["sami"]]},
        {"sign": []},
        {"sign": [KEYS["new"]], "age": ["age1evil1qqqq"]},
        {"sign": [KEYS["new"]], "compartments": ["nowhere"]},
    ],
)
def test_who_is_taken_in_has_sound_keys_of_their_own(options: dict[str, list[str]]) -> None:
    with pytest.raises(BadFormat, match=r"policy\.yaml"):
        m.add_member(policy(), "omar", "editor", **options)


def test_who_leaves_closes_the_compartments_they_read() -> None:
    new = m.remove_member(policy(), "sami")
    assert new.members["sami"] == Member(left=5)
    assert epochs(new) == {"main": 3, "witness": 1}


def test_who_never_had_a_reading_key_closes_nothing() -> None:
    blind = m.add_member(policy(), "omar", "reviewer", sign=[KEYS["new"]], compartments=["main"])
    assert epochs(m.remove_member(blind, "omar")) == {"main": 2, "witness": 1}


def test_at_least_one_admin_remains() -> None:
    with pytest.raises(Refused, match="nour is the only admin"):
        m.remove_member(policy(), "nour")
    with pytest.raises(Refused, match="nour is the only admin"):
        m.set_role(policy(), "nour", "editor")
    two = m.set_role(policy(), "sami", "admin")
    assert m.set_role(two, "nour", "reviewer").admins == ["sami"]


def test_as_many_admins_remain_as_a_change_needs() -> None:
    two = m.set_threshold(m.set_role(policy(), "sami", "admin"), 2)
    with pytest.raises(Refused, match="1 admins would be left"):
        m.set_role(two, "sami", "editor")
    assert m.set_role(m.set_threshold(two, 1), "sami", "editor").admins == ["nour"]


@pytest.mark.parametrize("threshold", [0, 2, -1])
def test_no_more_admins_are_needed_than_there_are(threshold: int) -> None:
    with pytest.raises(Refused, match="cannot be the number"):
        m.set_threshold(policy(), threshold)


def test_no_compartment_is_left_without_a_reader() -> None:
    two = m.set_role(policy(), "sami", "admin")
    with pytest.raises(Refused, match="nobody would be left who can open witness"):
        m.remove_member(two, "nour")
    with pytest.raises(Refused, match="nobody would be left who can open witness"):
        m.revoke_access(policy(), "nour", "witness")


def test_new_keys_take_the_place_of_the_old_ones() -> None:
    new = m.rotate_keys(policy(), "sami", sign=[KEYS["new"]], age=[AGES["new"]])
    assert new.members["sami"].sign == (KEYS["new"],)
    assert new.members["sami"].age == (AGES["new"],)
    assert epochs(new) == {"main": 2, "witness": 1}
    only_sign = m.rotate_keys(policy(), "sami", sign=[KEYS["new"]])
    assert only_sign.members["sami"].age == (AGES["sami"],)


def test_a_lost_key_closes_what_it_opened() -> None:
    new = m.rotate_keys(policy(), "nour", sign=[KEYS["new"]], age=[AGES["new"]], lost=True)
    assert epochs(new) == {"main": 3, "witness": 2}
    for age in ([], [AGES["nour"]], [AGES["new"], AGES["nour"]]):
        with pytest.raises(Refused, match="lost age key"):
            m.rotate_keys(policy(), "nour", sign=[KEYS["new"]], age=age, lost=True)
    with pytest.raises(Refused, match="no new key"):
        m.rotate_keys(policy(), "nour")


def test_access_is_granted_and_taken_away() -> None:
    more = m.grant(policy(), "sami", "witness")
    assert more.readers("witness") == ["nour", "sami"]
    assert epochs(more) == {"main": 2, "witness": 1}
    less = m.revoke_access(more, "sami", "witness")
    assert less.readers("witness") == ["nour"]
    assert epochs(less) == {"main": 2, "witness": 2}


def test_a_compartment_begins_with_its_readers() -> None:
    new = m.create_compartment(policy(), "source", ["nour", "sami", "nour"])
    assert new.readers("source") == ["nour", "sami"]
    assert epochs(new)["source"] == 1
    with pytest.raises(Refused, match="nobody would be left"):
        m.create_compartment(policy(), "source", [])
    with pytest.raises(Refused, match="there is a compartment main already"):
        m.create_compartment(policy(), "main", ["nour"])


def test_a_key_is_revoked_up_to_a_commit() -> None:
    rotated = m.rotate_keys(policy(), "sami", sign=[KEYS["new"]])
    new = m.revoke_key(rotated, KEYS["sami"], COMMIT)
    assert new.revoked == (Revoked(KEYS["sami"], COMMIT),)
    assert new.revoked_after(KEYS["sami"]) == COMMIT
    assert new.revoked_after(KEYS["new"]) is None
    with pytest.raises(Refused, match="revoked already"):
        m.revoke_key(new, KEYS["sami"], COMMIT)
    with pytest.raises(BadFormat, match="a signing key is revoked"):
        m.rotate_keys(new, "lina", sign=[KEYS["sami"]])


def test_one_of_two_keys_is_taken_from_who_has_it() -> None:
    both = m.rotate_keys(policy(), "sami", sign=[KEYS["sami"], KEYS["new"]])
    assert m.revoke_key(both, KEYS["sami"], COMMIT).members["sami"].sign == (KEYS["new"],)
    with pytest.raises(Refused, match="the only signing key of lina"):
        m.revoke_key(policy(), KEYS["lina"], COMMIT)


def test_recovery_reads_everything_until_it_is_taken_away() -> None:
    new = m.add_recovery(policy(), AGES["new"])
    assert new.recipients("witness") == [AGES["nour"], AGES["new"]]
    assert epochs(new) == {"main": 2, "witness": 1}
    assert epochs(m.remove_recovery(new, AGES["new"])) == {"main": 3, "witness": 2}
    with pytest.raises(Refused, match="already"):
        m.add_recovery(new, AGES["new"])
    with pytest.raises(NotFound):
        m.remove_recovery(policy(), AGES["new"])


def test_several_changes_become_one_version() -> None:
    new = m.in_one(
        policy(),
        partial(m.rotate_keys, handle="sami", sign=[KEYS["new"]], age=[AGES["new"]], lost=True),
        partial(m.revoke_key, key=KEYS["sami"], after=COMMIT),
        partial(m.rename, name="Another"),
    )
    assert (new.version, new.name, epochs(new)["main"]) == (5, "Another", 3)
    assert new.revoked == (Revoked(KEYS["sami"], COMMIT),)


@pytest.mark.parametrize(
    "change",
    [
        lambda p: m.set_role(p, "omar", "admin"),
        lambda p: m.remove_member(p, "omar"),
        lambda p: m.grant(p, "omar", "main"),
        lambda p: m.grant(p, "sami", "nowhere"),
        lambda p: m.revoke_access(p, "sami", "nowhere"),
        lambda p: m.advance_epoch(p, "nowhere"),
        lambda p: m.create_compartment(p, "source", ["omar"]),
    ],
)
def test_what_is_not_there_is_said(change: Callable[[Policy], Policy]) -> None:
    with pytest.raises(NotFound, match="there is no"):
        change(policy())


@pytest.mark.parametrize(
    "change",
    [
        lambda p: m.set_role(p, "sami", "editor"),
        lambda p: m.grant(p, "sami", "main"),
        lambda p: m.revoke_access(p, "sami", "witness"),
        lambda p: m.set_threshold(p, 1),
    ],
)
def test_a_change_changes_something(change: Callable[[Policy], Policy]) -> None:
    with pytest.raises(Refused):
        change(policy())


def test_a_new_epoch_leaves_everybody_where_they_are() -> None:
    new = m.advance_epoch(policy(), "main")
    assert epochs(new)["main"] == 3
    assert new.members == policy().members
