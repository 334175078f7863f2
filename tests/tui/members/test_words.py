"""What is said of people, keys and changes, without a screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.crypto import identity
from store.crypto.sshkey import fingerprint
from store.errors import BadFormat
from store.exposure import exposure
from store.tenure import since
from store.trust import membership
from store.vault import Vault
from store.who import Readers
from store.words import digits, words
from tests.tui.history.trail import SHOP
from tui import i18n
from tui.display.exposure_words import exposure_texts
from tui.display.key_words import key_text
from tui.display.people_page import compartment_page, member_page, rules_page
from tui.display.policy_effects import change_rows, effects
from tui.display.reader_words import readers_text
from tui.display.spoken import new_keys
from tui.pasted_keys import find_keys
from tui.people import People, read_people


@pytest.fixture
def people(built: Path) -> People:
    with Vault.open(str(built / "repository"), identity.unlock(str(built / "nour"))) as vault:
        return read_people(vault)


def test_keys_are_found_in_all_that_key_show_prints(built: Path) -> None:
    keys = identity.public(str(built / "rim"))
    shown = f"age   {keys.age}\n      some words 12345\nsign  {keys.sign} rim@laptop\n"
    assert find_keys(shown) == ([keys.sign], [keys.age])
    assert find_keys(f"{keys.sign}\r\n{keys.age}") == ([keys.sign], [keys.age])
    assert find_keys("good morning") == ([], [])
    with pytest.raises(BadFormat):
        find_keys("ssh-dss AAAAB3NzaC1kc3MAAACBAJ")


def test_a_removal_says_what_it_does_and_what_it_does_not(people: People) -> None:
    new = membership.remove_member(people.policy, "sami")
    assert effects(people.policy, new, people.cases) == [
        "Takes sami out.",
        "main gets a new key and its 2 cases are encrypted anew.",
        "What sami could read until now stays readable to them.",
    ]


def test_each_act_is_said_in_a_sentence(people: People, built: Path) -> None:
    policy, keys = people.policy, identity.public(str(built / "rim"))
    added = membership.add_member(
        policy, "rim", "editor", sign=[keys.sign], age=[keys.age], compartments=["main"]
    )
    blind = membership.add_member(policy, "rim", "reviewer", sign=[keys.sign])
    said = {
        "Takes rim in as editor. They will read all of main, also what was written before.": added,
        "Takes rim in as reviewer. They will read no case.": blind,
        "Makes lina editor; they were reviewer.": membership.set_role(policy, "lina", "editor"),
        "sami will read all of witness, also what was written before.": membership.grant(
            policy, "sami", "witness"
        ),
        "Makes the compartment legal, read by lina, nour.": membership.create_compartment(
            policy, "legal", ["nour", "lina"]
        ),
        "Gives sami new keys in place of the old ones.": membership.rotate_keys(
            policy, "sami", sign=[keys.sign], age=[keys.age]
        ),
        "witness gets a new key and its 1 case is encrypted anew.": membership.advance_epoch(
            policy, "witness"
        ),
    }
    for sentence, new in said.items():
        assert effects(policy, new, people.cases) == [sentence]


def test_who_loses_a_compartment_is_named(people: People) -> None:
    new = membership.revoke_access(people.policy, "omar", "main")
    assert effects(people.policy, new, people.cases)[0] == "omar will not read main any more."
    assert effects(people.policy, new, people.cases)[-1].startswith("What omar could read")


def test_new_keys_are_shown_in_words_and_digits(people: People, built: Path) -> None:
    keys = identity.public(str(built / "rim"))
    new = membership.rotate_keys(people.policy, "sami", sign=[keys.sign], age=[keys.age])
    assert new_keys(people.policy, new) == [
        ("sami", "sign", fingerprint(keys.sign)),
        ("sami", "age", keys.age),
    ]
    spoken = [" ".join(words(keys.age)), " ".join(digits(keys.age))]
    assert key_text(keys.age).plain.splitlines() == [keys.age, *spoken]
    i18n.use("ar")
    assert key_text(keys.age).plain.splitlines() == [keys.age, *spoken[::-1]]
    assert new_keys(people.policy, people.policy) == []


def test_everything_that_differs_has_its_row(people: People) -> None:
    new = membership.rename(membership.remove_member(people.policy, "sami"), "Another")
    rows = change_rows(people.policy, new).plain.splitlines()
    assert rows == [
        "name  − Unit  + Another",
        "sami · left, was  − editor",
        "main · key number  − 1  + 2",
    ]


def test_the_pages_tell_of_members_compartments_and_rules(people: People) -> None:
    page = member_page(people, "nour").plain
    assert "Member since policy version 1, " in page
    assert "Reads main (key 1), witness (key 1)" in page
    for key in people.policy.members["nour"].age:
        assert " ".join(words(key)) in page
    assert "Member since policy version 2, " in member_page(people, "omar").plain
    assert "Read by nour (admin)" in compartment_page(people, "witness").plain
    assert "1 case" in compartment_page(people, "witness").plain
    assert "Admins: nour" in rules_page(people).plain
    gone = people._replace(policy=membership.remove_member(people.policy, "sami"))
    assert "Left with policy version 3" in member_page(gone, "sami").plain


def test_since_when_somebody_belongs_is_read_from_the_history(built: Path) -> None:
    with Vault.open(str(built / "repository")) as vault:
        found = since(vault)
    assert {handle: one.version for handle, one in found.items()} == {
        "nour": 1,
        "sami": 1,
        "lina": 1,
        "omar": 2,
    }


def test_exposure_is_said_plainly(built: Path) -> None:
    with Vault.open(str(built / "repository")) as vault:
        found = exposure(vault, "sami")
    open_texts = exposure_texts(found, {})
    assert open_texts[0] == "sami's keys could open 2 cases, 4 versions in all."
    assert open_texts[1].startswith("main: still open.")
    assert "give new ones now" in open_texts[2]
    gone = found._replace(is_member=False, open=(), closed={"main": "c"})
    assert exposure_texts(gone, {"main": 3})[1].startswith("main: closed since policy version 3.")
    assert exposure_texts(gone._replace(held={}), {}) == ["sami never held a key to anything."]


def test_who_can_read_is_said_by_part(built: Path) -> None:
    from store.who import readers_of

    with Vault.open(str(built / "repository")) as vault:
        text = readers_text(readers_of(vault, SHOP)).plain
    assert text.startswith("main · key 1\nlina · reviewer\nnour · admin\n")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_who_left_and_still_opens_a_part_is_named(language: i18n.Language) -> None:
    i18n.use(language)
    closed = readers_text([Readers("main", 1, (("nour", "admin"),), 0)]).plain
    still_open = readers_text([Readers("main", 1, (("nour", "admin"),), 0, ("sami",))]).plain
    i18n.use("en")
    assert "sami" not in closed
    (line,) = [line for line in still_open.splitlines() if "sami" in line]
    assert "main" in line
