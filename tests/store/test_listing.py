"""The list of cases: complete, the same cold and warm, and read by difference."""

from __future__ import annotations

from multiprocessing import active_children
from pathlib import Path

import pytest

from store import listing, reading
from store.crypto import age
from store.errors import Cancelled, NotFound, StoreError
from store.listing import index_path
from store.model.case import Case
from store.model.summary import Summary
from store.own_key import index_key
from store.part import epoch_key_text, seal_part
from store.reader import Reader
from store.search.index import read_index
from store.trust.paths import case_path
from store.trust.policy import Compartment, Member, dump
from store.vault import Vault, new_case_id
from tests.store.office import FIRST, HIDDEN, MARKER, SECOND, Office, files_with, fill


def forget(vault: Vault) -> None:
    assert vault.identity is not None
    Path(index_path(vault.git_dir, vault.identity)).unlink()


def rows_of(office: Office, handle: str = "nour") -> dict[str, Summary]:
    with office.open(handle) as vault:
        return {row.id: row for row in vault.summaries()}


def test_a_list_is_the_same_cold_and_warm_and_without_keys_it_is_sealed(office: Office) -> None:
    with office.open() as vault:
        cold = vault.summaries()
        assert vault.summaries() == cold
        forget(vault)
        assert vault.summaries() == cold
        row = next(row for row in cold if row.id == FIRST)
        assert (row.reference, row.title, row.state) == ("SY-2026-0001", f"{MARKER} 1", "open")
        assert (row.status, row.changed_by, row.compartment) == ("intake", "nour", "main")
        assert row.people == ("Given 1",)
    with office.open(None) as vault:
        assert {row.state for row in vault.summaries()} == {"sealed"}
        assert {row.title for row in vault.summaries()} == {""}
    states = {i: row.state for i, row in rows_of(office, "lina").items()}
    assert states == {FIRST: "open", SECOND: "open", HIDDEN: "sealed"}


def counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the parts that each listing reads."""
    counts: list[int] = []
    read = reading.read_rows

    def counted(git_dir: str, wanted: list[reading.Wanted], *rest: object) -> object:
        counts.append(len(wanted))
        return read(git_dir, wanted, *rest)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(reading, "read_rows", counted)
    return counts


def test_after_a_save_only_what_changed_is_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = counting(monkeypatch)
    with office.open() as vault:
        vault.summaries()
        with vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "new title")
        titles = {row.id: row.title for row in vault.summaries()}
        assert titles[FIRST] == "new title"
        vault.summaries()
        office.commit("nour", [(f"cases/main/bb/{SECOND}.age", None)], "remove case")
        vault.refresh()
        assert {row.id for row in vault.summaries()} == {FIRST, HIDDEN}
    assert counts == [3, 1, 0]


def test_a_list_is_written_again_only_when_much_has_changed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_REWRITE_AFTER", 2)
    with office.open() as vault:
        vault.summaries()
        key = index_key(vault)
        assert vault.identity is not None
        assert key is not None
        path = index_path(vault.git_dir, vault.identity)
        kept = read_index(path, key)
        office.edit("sami", "new title")
        vault.refresh()
        assert vault.summaries()[0].title == "new title"
        assert read_index(path, key) == kept
        assert vault.find("SY-2026-0001") == FIRST


def search(vault: Vault, words: str) -> list[str]:
    listing = vault.listing()
    finder = listing.finder()
    texts = [finder.text(number) for number in range(len(listing.rows))]
    assert all(row.reference in text for row, text in zip(listing.rows, texts, strict=True))
    return [listing.rows[number].id for number in finder.find(words)]


def test_the_words_follow_what_was_saved_since_the_index_was_written(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_REWRITE_AFTER", 2)
    with office.open() as vault:
        assert search(vault, MARKER) == [FIRST, SECOND, HIDDEN]
        office.commit("nour", [(f"cases/main/bb/{SECOND}.age", None)], "remove case")
        vault.refresh()
        with vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "Chlorine")
        with vault.new(why="x", case_id="a" * 10 + "0" * 10) as case:
            fill(case, 5)
        for _ in range(2):
            assert search(vault, MARKER) == ["a" * 10 + "0" * 10, HIDDEN]
            assert search(vault, "chlorine") == [FIRST]
            monkeypatch.setattr(listing, "_REWRITE_AFTER", 50)  # so the second time, it is written


def test_words_that_another_process_has_replaced_are_read_from_the_cases(office: Office) -> None:
    with office.open() as vault:
        vault.summaries()
        shown = vault.listing()
        with office.open() as other, other.edit(FIRST, why="x") as case:
            case.set("overview.title", "Chlorine")
        with office.open() as other:
            other.summaries()
        found = shown.finder().find(MARKER)
        assert [shown.rows[number].id for number in found] == [FIRST, SECOND, HIDDEN]
        assert shown.finder().find("chlorine") == []
        vault.refresh()
        assert search(vault, "chlorine") == [FIRST]


def test_words_that_are_damaged_are_made_again(office: Office) -> None:
    with office.open() as vault:
        vault.summaries()
        assert vault.identity is not None
        path = Path(index_path(vault.git_dir, vault.identity))
        path.write_bytes(path.read_bytes()[:-9] + bytes(9))
        assert search(vault, MARKER) == [FIRST, SECOND, HIDDEN]
        whole = path.read_bytes()
        assert search(vault, MARKER) == [FIRST, SECOND, HIDDEN]
        assert path.read_bytes() == whole


def change_policy(office: Office, compartments: tuple[str, ...], *, epoch: int = 1) -> None:
    """Put lina into some compartments, with the keys that go with it."""
    with office.open() as vault:
        policy = vault.policy
        members = dict(policy.members)
        lina = members["lina"]
        members["lina"] = Member(lina.role, lina.sign, lina.age, compartments)
        witness = Compartment(epoch)
        new = type(policy)(
            policy.name, policy.version + 1, members, policy.compartments | {"witness": witness}
        )
        old = vault.keys_of("witness")
    files = [("policy.yaml", dump(new))]
    key = age.new_identity() if epoch > len(old) else old[0]
    text = epoch_key_text(key, "witness", epoch)
    files.append((f"keys/witness/{epoch}.age", age.encrypt(text, new.recipients("witness"))))
    office.commit("nour", files, "policy")


def test_a_member_who_gains_and_loses_a_compartment_gets_the_rows_right(office: Office) -> None:
    assert rows_of(office, "lina")[HIDDEN].state == "sealed"
    change_policy(office, ("main", "witness"))
    with office.open("lina") as vault:
        assert vault.find("SY-2026-0003") == HIDDEN
    assert rows_of(office, "lina")[HIDDEN].title == f"{MARKER} 3"
    assert rows_of(office, "lina")[HIDDEN].title == f"{MARKER} 3"
    change_policy(office, ("main",), epoch=2)
    with office.open("nour") as vault, vault.edit(HIDDEN, why="re-encrypted") as case:
        case.set("overview.title", "secret now")
    rows = rows_of(office, "lina")
    assert (rows[HIDDEN].state, rows[HIDDEN].title) == ("sealed", "")
    assert rows[FIRST].state == "open"
    assert rows_of(office)[HIDDEN].title == "secret now"


def import_many(office: Office, count: int) -> None:
    cases = []
    for number in range(count):
        case = Case.empty(new_case_id(), "main")
        fill(case, number + 10)
        cases.append(case)
    with office.open() as vault:
        vault.import_cases(cases, why="many")


def test_many_cases_are_read_by_several_processes_and_the_reading_can_be_stopped(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_many(office, 300)
    monkeypatch.setattr(reading, "_CHUNK", 50)
    with office.open() as vault:
        with pytest.raises(Cancelled):
            vault.summaries(is_cancelled=lambda: True)
        seen: list[tuple[int, int]] = []
        rows = vault.summaries(lambda done, total: seen.append((done, total)))
        assert len(rows) == len({row.id for row in rows}) == 303
        assert {row.state for row in rows} == {"open"}
        assert seen[-1] == (303, 303)
        assert len(seen) > 3
        forget(vault)
        monkeypatch.setattr(reading, "FEW", 1000)
        assert vault.summaries() == rows
        assert vault.find("SY-2026-0300") == next(
            r.id for r in rows if r.reference == "SY-2026-0300"
        )
    assert files_with(MARKER, [office.folder]) == []


def kill_workers(*_: int) -> None:
    for worker in active_children():
        worker.kill()


def test_a_worker_that_the_system_ends_is_said_in_our_words(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_many(office, 300)
    monkeypatch.setattr(reading, "_CHUNK", 10)
    with office.open() as vault:
        with pytest.raises(StoreError, match="ended a process that was at work"):
            vault.summaries(kill_workers)
        assert len(vault.summaries()) == 303


def test_a_reader_that_cannot_write_its_index_lists_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.open() as vault:
        rows = vault.summaries()
        forget(vault)
    folder = Path(office.git_dir, "dalil", "index")
    folder.rmdir()
    folder.write_bytes(b"in the way")
    for _ in range(2):
        with office.open() as vault:
            assert vault.summaries() == rows


def test_a_reference_is_found_whatever_was_saved_since_the_list_was_written(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_REWRITE_AFTER", 2)
    with office.open() as vault:
        vault.summaries()
        old = vault.tip
        with vault.edit(FIRST, why="x") as case:
            case.set("overview.reference", "NEW-1")
        assert vault.find("NEW-1") == FIRST
        with pytest.raises(NotFound):
            vault.find("SY-2026-0001")
        assert vault.find("SY-2026-0002") == SECOND
    path = Path(office.git_dir, "objects", old[:2], old[2:])
    before = path.read_bytes()
    path.unlink()
    with office.open() as vault:
        assert vault.find("NEW-1") == FIRST
    path.write_bytes(before)


def test_a_case_is_found_by_id_beginning_and_reference(office: Office) -> None:
    with office.open() as vault:
        for words in (FIRST, FIRST[:4], f" {FIRST} ", "SY-2026-0001"):
            assert vault.find(words) == FIRST
        for words in ("", " ", "aaa", "f" * 20, "SY-2026", "nobody", "*", "\n"):
            with pytest.raises(NotFound, match="no case goes by"):
                vault.find(words)
        with vault.edit(SECOND, why="x") as case:
            case.set("overview.reference", "SY-2026-0001")
        with pytest.raises(NotFound, match="2 cases"):
            vault.find("SY-2026-0001")
        with vault.new(why="x", case_id="a" * 10 + "0" * 10) as case:
            fill(case, 5)
        with pytest.raises(NotFound, match="2 cases"):
            vault.find("aaaa")
        assert vault.find("a" * 11) == FIRST


def test_a_commit_is_found_by_a_beginning_of_its_id(office: Office) -> None:
    with office.open() as vault:
        assert vault.find_commit(vault.tip[:7]) == vault.tip
        assert vault.find_commit(vault.tip.upper()) == vault.tip
        for words in ("", "zz", "--all", "0" * 40):
            with pytest.raises(NotFound):
                vault.find_commit(words)
        with pytest.raises(NotFound):  # an object, but no commit
            vault.find_commit(vault.tree(vault.tip))


def test_a_commit_after_the_verified_ones_is_not_found(office: Office) -> None:
    office.git("commit", "--quiet", "--allow-empty", "-m", "by hand")
    with Reader.open(str(office.folder)) as reader, pytest.raises(NotFound):
        reader.find_commit(office.head())


def test_a_case_that_another_was_put_beside_is_found_by_the_words_of_both(office: Office) -> None:
    with office.open("sami") as vault:
        beside = Case.empty(HIDDEN, "main")
        beside.set("overview.title", "Something else")
        part = seal_part(beside, vault.recipient("main"))
    office.commit("nour", [(case_path("main", HIDDEN), part)])
    with office.open() as vault:
        listed = vault.listing()
        (number,) = [n for n, row in enumerate(listed.rows) if row.id == HIDDEN]
        assert number in listed.finder().find("Something else")
        assert number in listed.finder().find(f"{MARKER} 3")
        assert vault.get(HIDDEN).closed == ("main",)  # what fewer can write is not hidden
        assert listed.rows[number].title == f"{MARKER} 3"
