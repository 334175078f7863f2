"""A new policy in force: its keys, who may put it there, and what is encrypted anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from store.crypto import age, identity
from store.errors import BadSignature, Moved, Refused, Sealed
from store.policy_change import apply_policy
from store.proposal import propose, read
from store.trust import membership as m
from store.trust.paths import case_path
from store.trust.policy import Member, Policy
from tests.store.changing import change, is_sound, states
from tests.store.office import FIRST, HIDDEN, SECOND, Office, fill


def joining(office: Office) -> Callable[[Policy], Policy]:
    """Take the stranger in as omar."""
    keys = identity.public(office.homes["stranger"])
    return partial(
        m.add_member,
        handle="omar",
        role="editor",
        sign=[keys.sign],
        age=[keys.age],
        compartments=["main"],
    )


def test_who_is_taken_in_reads_and_writes_the_past_and_the_present(office: Office) -> None:
    assert set(states(office, "stranger").values()) == {"sealed"}
    change(office, joining(office))
    assert states(office, "stranger") == {FIRST: "open", SECOND: "open", HIDDEN: "sealed"}
    office.edit("stranger", "omar was here")
    assert is_sound(office)


def test_nobody_comes_back_by_the_keys_of_somebody_who_left(office: Office) -> None:
    sami = identity.public(office.homes["sami"])
    stranger = identity.public(office.homes["stranger"])
    left = change(office, lambda p: m.remove_member(p, "sami"))
    for sign, age_key in ((sami.sign, stranger.age), (stranger.sign, sami.age)):
        joining = partial(m.add_member, handle="omar", role="editor", compartments=["main"])
        with pytest.raises(Refused, match="a key of omar is one that sami had, who left"):
            change(office, partial(joining, sign=[sign], age=[age_key]))
    assert office.head() == left


def test_taking_somebody_in_touches_no_case(office: Office) -> None:
    commit = change(office, joining(office))
    paths = office.git("show", "--name-only", "--format=", commit).split()
    assert paths == ["keys/main/1.age", "policy.yaml"]
    assert office.git("log", "-1", "--format=%s").strip() == "policy"


def test_who_leaves_reads_nothing_that_is_written_from_then_on(office: Office) -> None:
    before = office.head()
    commit = change(office, lambda p: m.remove_member(p, "sami"))
    assert set(states(office, "sami").values()) == {"sealed"}
    assert set(states(office, "lina").values()) == {"open", "sealed"}
    with office.open("sami") as vault:
        assert vault.get(FIRST, before).title  # what he had, he has
    with office.open("lina") as vault:
        assert vault.get(FIRST).title == vault.get(FIRST, before).title
    paths = office.git("show", "--name-only", "--format=", commit).split()
    new = [case_path("main", FIRST), case_path("main", SECOND), "keys/main/2.age", "policy.yaml"]
    assert sorted(paths) == sorted(new)
    assert is_sound(office)


def test_the_text_of_a_case_is_the_same_bytes_in_the_new_epoch(office: Office) -> None:
    with office.open() as vault:
        before = {case: vault.text(case) for case in (FIRST, SECOND)}
    change(office, lambda p: m.advance_epoch(p, "main"))
    with office.open() as vault:
        assert {case: vault.text(case) for case in (FIRST, SECOND)} == before


def test_what_is_saved_after_a_new_epoch_is_for_that_epoch_only(office: Office) -> None:
    change(office, lambda p: m.advance_epoch(p, "main"))
    office.edit("sami", "after")
    with office.open() as vault:
        old = vault.keys_of("main")[1:]
        ciphertext = vault.objects.read(vault.places(FIRST, vault.tip)["main"])[1]
        with pytest.raises(Sealed):
            age.decrypt(ciphertext, old)


def test_old_epochs_come_along_with_access(office: Office) -> None:
    change(office, lambda p: m.advance_epoch(p, "main"))
    before = office.head()
    office.edit("sami", "later")
    change(office, lambda p: m.advance_epoch(p, "main"))
    change(office, joining(office))
    with office.open("stranger") as vault:
        assert len(vault.keys_of("main")) == 3
        assert vault.get(FIRST, before).title


def test_versions_kept_beside_a_case_are_encrypted_anew_too(office: Office) -> None:
    with office.open() as vault:
        ciphertext = vault.objects.read(vault.places(FIRST, vault.tip)["main"])[1]
    beside = case_path("main", FIRST, "0a0b0c0d")
    office.commit("nour", [(beside, ciphertext)], "merge")
    commit = change(office, lambda p: m.remove_member(p, "sami"))
    assert beside in office.git("show", "--name-only", "--format=", commit).split()


def test_journal_entries_keep_their_epoch(office: Office) -> None:
    entry = f"journal/main/{FIRST[:2]}/{FIRST}/a1.age"
    with office.open() as vault:
        office.commit("nour", [(entry, age.encrypt(b"seen", [vault.recipient("main")]))], "journal")
    change(office, lambda p: m.remove_member(p, "sami"))
    assert is_sound(office)
    with office.open("lina") as vault:
        blob = office.git("rev-parse", f"HEAD:{entry}").strip()
        assert age.decrypt(vault.objects.read(blob)[1], vault.keys_of("main")) == b"seen"


def test_access_to_a_compartment_is_given_and_taken(office: Office) -> None:
    change(office, lambda p: m.grant(p, "sami", "witness"))
    assert states(office, "sami")[HIDDEN] == "open"
    change(office, lambda p: m.revoke_access(p, "sami", "witness"))
    assert states(office, "sami")[HIDDEN] == "sealed"
    assert states(office, "sami")[FIRST] == "open"


def test_a_new_compartment_takes_cases_of_its_readers(office: Office) -> None:
    change(office, lambda p: m.create_compartment(p, "source", ["nour", "sami"]))
    with office.open("sami") as vault, vault.new(compartment="source", why="new") as case:
        fill(case, 9)
    assert "sealed" in set(states(office, "lina").values())
    assert is_sound(office)


def test_recovery_opens_every_epoch(office: Office) -> None:
    paper = age.new_identity()
    change(office, lambda p: m.add_recovery(p, paper.recipient))
    change(office, lambda p: m.remove_member(p, "sami"))
    for name in ("main/1", "main/2", "witness/1"):
        blob = office.git("rev-parse", f"HEAD:keys/{name}.age").strip()
        with office.open() as vault:
            assert age.decrypt(vault.objects.read(blob)[1], [paper])


def test_new_keys_open_what_the_old_ones_did(office: Office, tmp_path: Path) -> None:
    keys = identity.create(tmp_path / "new", passphrase=None, comment="")
    change(office, lambda p: m.rotate_keys(p, "sami", sign=[keys.sign], age=[keys.age], lost=True))
    assert set(states(office, "sami").values()) == {"sealed"}
    anew = Office(office.folder, office.homes | {"sami": tmp_path / "new"})
    assert states(anew, "sami")[FIRST] == "open"
    anew.edit("sami", "with new keys")


@pytest.mark.parametrize("handle", ["sami", "lina", "stranger"])
def test_only_an_admin_changes_the_policy(office: Office, handle: str) -> None:
    with pytest.raises(Refused, match="only an admin"):
        change(office, lambda p: m.advance_epoch(p, "main"), by=handle)
    assert office.count() == 4


def test_without_keys_nothing_is_changed(office: Office) -> None:
    with office.open(None) as vault, pytest.raises(Sealed, match="no key to sign"):
        apply_policy(vault, m.advance_epoch(vault.policy, "main"))


def test_an_admin_cannot_give_away_what_they_cannot_open(office: Office) -> None:
    change(office, lambda p: m.set_role(p, "sami", "admin"))
    with pytest.raises(Refused, match="cannot open the key of witness, epoch 1"):
        change(office, lambda p: m.grant(p, "lina", "witness"), by="sami")
    with pytest.raises(Refused, match="cannot open the key of witness, epoch 1"):
        change(office, lambda p: m.advance_epoch(p, "witness"), by="sami")
    change(office, lambda p: m.set_role(p, "lina", "editor"), by="sami")


def test_a_policy_made_from_an_older_one_is_refused(office: Office) -> None:
    with office.open() as vault:
        old = vault.policy
    change(office, joining(office))
    with pytest.raises(Moved, match="it is version 2 now"):
        change(office, lambda _: m.remove_member(old, "sami"))


def test_an_edited_policy_leaves_nobody_a_key_they_should_lose(office: Office) -> None:
    def without_epoch(policy: Policy) -> Policy:
        return replace(m.remove_member(policy, "sami"), compartments=policy.compartments)

    with pytest.raises(Refused, match="sami would keep the key of main"):
        change(office, without_epoch)


def test_an_edited_policy_undoes_nothing_that_stands_for_good(office: Office) -> None:
    """Else it would be a commit that every other member's copy refuses."""
    change(office, lambda p: m.remove_member(p, "sami"))
    before = office.head()

    def forgotten(policy: Policy) -> Policy:
        members = {handle: one for handle, one in policy.members.items() if handle != "sami"}
        return replace(policy, version=policy.version + 1, members=members)

    def backdated(policy: Policy) -> Policy:
        new = m.remove_member(policy, "lina")
        return replace(new, members=new.members | {"lina": Member(left=1)})

    for make, said in ((forgotten, "sami left at version 2"), (backdated, "and it says 1")):
        with pytest.raises(Refused, match=said):
            change(office, make)
    assert office.head() == before


def test_an_edited_policy_keeps_compartments_and_takes_single_steps(office: Office) -> None:
    def without_witness(policy: Policy) -> Policy:
        kept = {h: replace(one, compartments=("main",)) for h, one in policy.members.items()}
        main = {"main": policy.compartments["main"]}
        return replace(policy, version=2, members=kept, compartments=main)

    def two_steps(policy: Policy) -> Policy:
        return replace(m.advance_epoch(m.advance_epoch(policy, "main"), "main"), version=2)

    def late_start(policy: Policy) -> Policy:
        made = m.create_compartment(policy, "source", ["nour"])
        return replace(m.advance_epoch(made, "source"), version=2)

    for make, words in (
        (without_witness, "compartment witness must stay"),
        (two_steps, "compartment main must stay, and its epoch may rise by one"),
        (late_start, "the first epoch of compartment source must be 1"),
    ):
        with pytest.raises(Refused, match=words):
            change(office, make)


def test_a_damaged_case_keeps_nobody_from_leaving(office: Office) -> None:
    broken = case_path("main", FIRST)
    with office.open() as vault:
        ciphertext = vault.objects.read(vault.places(FIRST, vault.tip)["main"])[1]
    office.commit("nour", [(broken, ciphertext[:-40])])
    blob = office.git("rev-parse", f"HEAD:{broken}").strip()
    change(office, lambda p: m.remove_member(p, "sami"))
    assert office.git("rev-parse", f"HEAD:{broken}").strip() == blob
    assert states(office, "nour") == {FIRST: "damaged", SECOND: "open", HIDDEN: "open"}


def test_two_admins_are_needed_where_the_policy_says_so(office: Office) -> None:
    change(office, lambda p: m.set_role(p, "sami", "admin"))
    change(office, lambda p: m.set_threshold(p, 2))
    with pytest.raises(Refused, match="needs 2 admins, and 1 have not approved"):
        change(office, lambda p: m.remove_member(p, "lina"))
    with office.open("sami") as vault:
        new = m.remove_member(vault.policy, "lina")
        words = read(propose(vault, new)).approvals
    with office.open("nour") as vault:
        commit = apply_policy(vault, new, approvals=words)
    assert "approvals/4/sami.sig" in office.git("show", "--name-only", "--format=", commit)
    assert is_sound(office)


def test_an_approval_of_another_change_does_not_count(office: Office) -> None:
    change(office, lambda p: m.set_role(p, "sami", "admin"))
    change(office, lambda p: m.set_threshold(p, 2))
    with office.open("sami") as vault:
        words = read(propose(vault, m.remove_member(vault.policy, "lina"))).approvals
    with office.open("nour") as vault, pytest.raises(BadSignature, match="approval of sami"):
        apply_policy(vault, m.grant(vault.policy, "lina", "witness"), approvals=words)
