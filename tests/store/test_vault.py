"""A change is one signed commit, or none."""

# ruff: noqa: PT012, SIM117
# What stands in the block of an edit is what is tested; the error comes at its end.

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from store.errors import (
    BadFormat,
    BadSignature,
    Moved,
    NotFound,
    Refused,
    Sealed,
    StoreError,
)
from store.model.case import Case
from store.part import seal_part
from store.trust.paths import case_path
from store.vault import new_case_id
from tests.store.office import FIRST, HIDDEN, MARKER, SECOND, Office, fill


def test_an_edit_is_one_commit_by_the_one_who_made_it(office: Office) -> None:
    before = office.count()
    with office.open("sami") as vault:
        with vault.edit(FIRST, why="  He was released  ") as case:
            case.set("overview.status", "building")
        saved = vault.last_save
        assert saved is not None
        assert saved.commit == vault.tip == office.head()
        assert [(c.path, c.old, c.new) for c in saved.changes] == [
            ("overview.status", "intake", "building")
        ]
        changed = vault.get(FIRST).changed
        assert (changed.by, changed.why) == ("sami", "He was released")
    assert office.count() == before + 1
    assert office.git("log", "-1", "--format=%an %ae %cn %s") == (
        "sami sami@dalil.invalid sami edit case\n"
    )
    with office.open("lina") as vault:
        assert vault.verify().is_authentic


def test_nothing_changed_is_no_commit(office: Office) -> None:
    before = office.head()
    with office.open() as vault:
        with vault.edit(FIRST, why="looking") as case:
            case.set("overview.status", "building")
            case.set("overview.status", "intake")
        assert vault.last_save is None
        assert vault.import_cases([], why="nothing") == before
    assert office.head() == before


def test_what_goes_wrong_in_the_block_saves_nothing(office: Office) -> None:
    before = office.head()
    with office.open() as vault:
        with pytest.raises(ZeroDivisionError), vault.edit(FIRST, why="x") as case:
            case.set("overview.status", "building")
            _ = 1 / 0
        assert vault.last_save is None
        assert vault.get(FIRST).status == "intake"
    assert office.head() == before


@pytest.mark.parametrize("why", ["", "  ", "\n"])
def test_a_reason_is_required(office: Office, why: str) -> None:
    before = office.head()
    with office.open() as vault, pytest.raises(BadFormat, match="reason"):
        with vault.edit(FIRST, why=why) as case:
            case.set("overview.status", "building")
    assert office.head() == before


def test_a_new_error_blocks_and_an_old_one_does_not(office: Office) -> None:
    with office.open() as vault:
        bad = vault.get(FIRST)
        bad.data["overview"]["status"] = "no such status"
        key = vault.keys_of("main")[0].recipient
    office.commit("nour", [(case_path("main", FIRST), seal_part(bad, key))])
    with office.open("sami") as vault:
        with pytest.raises(BadFormat, match=r"overview\.period"):
            with vault.edit(FIRST, why="x") as case:
                case.set("overview.period", "not a date")
        with vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "another")
        assert vault.last_save is not None
        assert vault.get(FIRST).status == "no such status"


def test_a_reviewer_a_stranger_and_a_reader_without_keys_save_nothing(office: Office) -> None:
    before = office.head()
    for handle, error in (("lina", Refused), ("stranger", Refused), (None, Sealed)):
        with office.open(handle) as vault:
            with pytest.raises(error), vault.new(why="x") as case:
                fill(case, 9)
            with pytest.raises((Refused, Sealed)), vault.edit(FIRST, why="x") as case:
                case.set("overview.status", "building")
            with pytest.raises((Refused, Sealed)):
                vault.import_cases([made(9)], why="x")
            with pytest.raises((Refused, Sealed)):
                vault.revert(FIRST, vault.tip, "x")
    assert office.head() == before


def made(number: int, compartment: str = "main", case_id: str = "") -> Case:
    case = Case.empty(case_id or new_case_id(), compartment)
    fill(case, number)
    return case


def test_a_foreign_compartment_is_refused(office: Office) -> None:
    before = office.head()
    with office.open("sami") as vault:
        with pytest.raises(Refused), vault.new(compartment="witness", why="x") as case:
            fill(case, 9)
        with pytest.raises(Refused):
            vault.import_cases([made(8), made(9, "witness")], why="x")
        with pytest.raises(Sealed), vault.edit(HIDDEN, why="x") as case:
            case.set("overview.status", "building")
    assert office.head() == before


@pytest.mark.parametrize("compartment", ["nowhere", "../x", ""])
def test_a_compartment_that_is_not_there_is_refused_even_to_an_admin(
    office: Office, compartment: str
) -> None:
    before = office.head()
    with office.open() as vault:
        with pytest.raises(StoreError), vault.new(compartment=compartment, why="x") as case:
            fill(case, 9)
        with pytest.raises(StoreError):
            vault.import_cases([made(9, compartment)], why="x")
    assert office.head() == before


@pytest.mark.parametrize(
    "case_id", ["../../policy.yaml", "ABC", "a" * 19, "a" * 21, "x" * 20, "\n"]
)
def test_an_id_that_is_none_makes_no_file(office: Office, case_id: str) -> None:
    before = office.head()
    with office.open() as vault:
        with pytest.raises(BadFormat), vault.new(why="x", case_id=case_id) as case:
            fill(case, 9)
        with pytest.raises(BadFormat):
            vault.import_cases([made(9, case_id=case_id)], why="x")
    assert office.head() == before


def test_a_case_keeps_its_id_and_compartment_whatever_the_block_does(office: Office) -> None:
    before = office.head()
    with office.open() as vault:
        for key, value in (("id", SECOND), ("compartment", "witness"), ("dalil", 2)):
            with pytest.raises(BadFormat), vault.edit(FIRST, why="x") as case:
                case.data[key] = value
                case.set("overview.status", "building")
    assert office.head() == before


def test_an_import_is_one_commit(office: Office) -> None:
    before = office.count()
    cases = [made(number) for number in range(10, 20)]
    with office.open("sami") as vault:
        commit = vault.import_cases(cases, why="from the old archive")
        assert commit == vault.tip
        assert {case.id for case in cases} <= {row.id for row in vault.summaries()}
    assert office.count() == before + 1
    assert office.git("log", "-1", "--format=%s").strip() == "import 10 cases"
    assert office.is_clean()


def test_an_import_overwrites_no_case(office: Office) -> None:
    before = office.head()
    twice = made(9)
    with office.open() as vault:
        with pytest.raises(Moved, match=FIRST):
            vault.import_cases([made(8), made(9, case_id=FIRST)], why="x")
        with pytest.raises((Moved, BadFormat), match=twice.id):
            vault.import_cases([twice, twice.copy()], why="x")
        with pytest.raises(Moved, match=SECOND), vault.new(why="x", case_id=SECOND) as case:
            fill(case, 9)
        with pytest.raises(Moved, match=HIDDEN), vault.new(why="x", case_id=HIDDEN) as case:
            fill(case, 9)
    assert office.head() == before


def test_an_older_version_comes_back_as_a_new_commit(office: Office) -> None:
    old = office.head()
    office.edit("sami", "changed")
    with office.open() as vault:
        title = vault.get(FIRST, old).title
        saved = vault.revert(FIRST, old, "the change was wrong")
        assert saved is not None
        assert vault.get(FIRST).title == title
        assert vault.get(FIRST).changed.why == "the change was wrong"
        assert vault.revert(FIRST, old, "again") is None
        with pytest.raises(NotFound):
            vault.revert(FIRST, vault.trust.root, "before it was there")
    assert office.git("log", "-1", "--format=%s").strip() == "restore case"


def test_a_damaged_case_is_restored_from_its_history(office: Office) -> None:
    good = office.head()
    office.commit(
        "sami", [(case_path("main", FIRST), b"age-encryption.org/v1\n-> X25519 nonsense")]
    )
    with office.open("sami") as vault:
        with pytest.raises(BadFormat):
            vault.get(FIRST)
        saved = vault.revert(FIRST, good, "the file was damaged")
        assert saved is not None
        assert vault.get(FIRST).title == vault.get(FIRST, good).title
        states = {row.id: row.state for row in vault.summaries()}
        assert states[FIRST] == "open"


def test_who_lost_the_right_meanwhile_saves_nothing(office: Office) -> None:
    from store.trust.policy import Member, dump

    with office.open("sami") as vault:
        policy = vault.policy
        members = policy.members | {"sami": Member(left=2)}
        text = dump(type(policy)(policy.name, 2, members, policy.compartments))
        with pytest.raises(Refused), vault.edit(FIRST, why="mine") as case:
            head = office.commit("nour", [("policy.yaml", text)], "policy")
            case.set("overview.title", "mine")
    assert office.head() == head


def test_a_copy_that_nobody_has_confirmed_takes_no_save(office: Office, tmp_path: Path) -> None:
    clone = office.clone(tmp_path / "clone")
    before = clone.head()
    with clone.open() as vault:
        assert vault.trust.state == "unpinned"
        with pytest.raises(Refused, match="root commit"), vault.edit(FIRST, why="x") as case:
            case.set("overview.status", "building")
        with pytest.raises(Refused):
            vault.import_cases([made(9)], why="x")
    assert clone.head() == before


def test_a_broken_history_takes_no_save(office: Office) -> None:
    office.edit("sami", "another")
    office.git("commit", "--quiet", "--allow-empty", "-m", "by hand")
    before = office.head()
    with office.open() as vault:
        assert vault.trust.state == "broken"
        assert len(vault.summaries()) == 3
        with pytest.raises(BadSignature), vault.edit(FIRST, why="x") as case:
            case.set("overview.status", "building")
        with pytest.raises(BadSignature):
            vault.import_cases([made(9)], why="x")
        with pytest.raises(BadSignature):
            vault.revert(FIRST, office.git("rev-parse", "main~2").strip(), "x")
    assert office.head() == before


def test_a_case_is_never_encrypted_to_an_old_epoch_key(office: Office) -> None:
    from store.crypto import age
    from store.part import epoch_key_text
    from store.trust.policy import Compartment, dump

    new = age.new_identity()
    with office.open() as vault:
        policy = vault.policy
        for_nour = [vault.identity.age.recipient] if vault.identity else []
    compartments = policy.compartments | {"main": Compartment(2)}
    text = dump(type(policy)(policy.name, 2, policy.members, compartments))
    key = age.encrypt(epoch_key_text(new, "main", 2), for_nour)  # sami was forgotten
    office.commit("nour", [("policy.yaml", text), ("keys/main/2.age", key)], "policy")
    before = office.head()
    with office.open("sami") as vault:
        assert vault.get(FIRST).id == FIRST
        with pytest.raises(Sealed), vault.edit(FIRST, why="x") as case:
            case.set("overview.status", "building")
    assert office.head() == before
    office.edit("nour", "to the new key")
    with office.open("sami") as vault:
        with pytest.raises(Sealed):
            vault.get(FIRST)
        assert {row.id: row.state for row in vault.summaries()}[FIRST] == "sealed"
    with office.open("nour") as vault:
        assert vault.get(FIRST).title == "to the new key"


def test_threads_share_a_vault(office: Office) -> None:
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                vault.get(SECOND)
                if number % 2:
                    vault.summaries()
                    vault.refresh()
                else:
                    with vault.edit(FIRST, why="x") as case:
                        case.add("people", {"id": f"p{number}x{turn}", "capacities": ["source"]})
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    with office.open("sami") as vault:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert len(vault.get(FIRST).get("people")) == 11
        assert vault.verify().is_authentic
    assert office.is_clean()


def test_two_vaults_in_one_process_see_each_others_saves(office: Office) -> None:
    with office.open("sami") as one, office.open("nour") as other:
        for turn in range(3):
            for vault in (one, other):
                with vault.edit(FIRST, why="x") as case:
                    case.set("overview.title", f"{vault.handle} {turn}")
        assert one.refresh()
        assert one.get(FIRST).title == other.get(FIRST).title == "nour 2"
        assert one.tip == other.tip
    assert office.is_clean()


def test_a_mirror_never_goes_back_to_an_older_commit(office: Office) -> None:
    with office.open("sami") as one:
        one.settles_later = True
        with one.edit(FIRST, why="x") as case:
            case.set("overview.title", "first")
        newer = office.edit("nour", "second", SECOND)
        one.settle()
        assert one.tip == newer
    assert office.is_clean()


def test_a_save_that_comes_in_while_a_version_is_restored_is_not_overwritten(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = office.head()
    office.edit("nour", "A newer title")
    with office.open() as vault:
        read = vault.get

        def get(case_id: str, commit: str | None = None) -> Case:
            case = read(case_id, commit)
            if commit is None:  # what stands now has been read: a colleague saves, it is noticed
                monkeypatch.undo()
                with office.open("sami") as other, other.edit(FIRST, why="released") as theirs:
                    theirs.set("overview.lead", "sami")
                vault.refresh()
            return case

        monkeypatch.setattr(vault, "get", get)
        vault.revert(FIRST, first, "the title was right")
        assert vault.get(FIRST).title == f"{MARKER} 1"
        assert vault.get(FIRST).get("overview.lead") == "sami"
