"""What one policy changes against another, row by row."""

from __future__ import annotations

from functools import partial

from store.trust import membership as m
from store.trust.policy_diff import Row, compare_policies
from tests.store.trust.test_membership import AGES, COMMIT, KEYS, policy


def test_the_same_policy_changes_nothing() -> None:
    assert compare_policies(policy(), policy()) == []


def test_each_change_of_a_person_has_its_row() -> None:
    new = m.in_one(
        policy(),
        partial(m.set_role, handle="sami", role="admin"),
        partial(m.grant, handle="sami", compartment="witness"),
        partial(m.rotate_keys, handle="lina", sign=[KEYS["new"]]),
    )
    assert compare_policies(policy(), new) == [
        Row("lina", "sign", KEYS["lina"], KEYS["new"]),
        Row("sami", "role", "editor", "admin"),
        Row("sami", "compartment", "", "witness"),
    ]


def test_who_leaves_is_one_row_and_the_epoch_another() -> None:
    rows = compare_policies(policy(), m.remove_member(policy(), "sami"))
    assert rows == [Row("sami", "left", "editor", ""), Row("main", "epoch", "2", "3")]


def test_what_holds_for_all_has_rows_without_a_name() -> None:
    new = m.in_one(
        m.set_role(policy(), "sami", "admin"),
        partial(m.rename, name="Another"),
        partial(m.set_threshold, threshold=2),
        partial(m.add_recovery, recipient=AGES["new"]),
        partial(m.revoke_key, key=KEYS["new"], after=COMMIT),
    )
    assert [row for row in compare_policies(policy(), new) if not row.who] == [
        Row("", "name", "Unit", "Another"),
        Row("", "threshold", "1", "2"),
        Row("", "revoked", "", f"{KEYS['new']} after {COMMIT}"),
        Row("", "recovery", "", AGES["new"]),
    ]


def test_a_new_compartment_has_no_old_epoch() -> None:
    rows = compare_policies(policy(), m.create_compartment(policy(), "source", ["nour"]))
    assert rows == [Row("nour", "compartment", "", "source"), Row("source", "epoch", "", "1")]
