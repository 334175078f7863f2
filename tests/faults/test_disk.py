"""A full disk and a read-only one: everything can still be read, and nothing is half written."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from store.errors import StoreError, Unwritable
from tests.faults.disk import fill_up
from tests.store.office import FIRST, SECOND, Office, fill

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount a file system")


@needs_root
@pytest.mark.parametrize("free", [0, 4096, 8192, 12288, 16384, 24576, 32768])
def test_a_full_disk_keeps_the_old_state_or_takes_the_new_one(
    template: Office, mounted: Path, free: int
) -> None:
    office = template.copy(mounted / "repository")
    before = office.head()
    with office.open() as vault:
        rows = vault.summaries()
    filler = fill_up(mounted, free)
    with office.open() as vault:
        assert vault.trust.state == "authentic"
        assert vault.summaries() == rows
        old = vault.get(FIRST).title
        try:
            with vault.edit(FIRST, why="x") as case:
                case.set("overview.title", "new")
            expected = "new"
        except Unwritable as error:
            assert "\n" not in str(error)  # noqa: PT017 - either way is right
            expected = old
        assert vault.get(FIRST).title == expected
        assert (vault.tip == before) == (expected == old) == (office.head() == before)
    with office.open() as vault:
        assert vault.get(FIRST).title == expected
        assert vault.verify().is_authentic
    filler.unlink()
    with office.open() as vault:
        with vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "newer")
        assert vault.get(FIRST).title == "newer"
    assert office.is_clean()
    assert "error" not in office.git("fsck", "--strict", check=False)


@needs_root
def test_an_import_into_a_full_disk_is_one_line(template: Office, mounted: Path) -> None:
    from store.model.case import Case
    from store.vault import new_case_id

    office = template.copy(mounted / "repository")
    before = office.head()
    cases = []
    for number in range(100):
        case = Case.empty(new_case_id(), "main")
        fill(case, number)
        cases.append(case)
    filler = fill_up(mounted, 100_000)
    with office.open() as vault:
        with pytest.raises(Unwritable) as caught:
            vault.import_cases(cases, why="x")
        assert "\n" not in str(caught.value)
        assert office.head() == before
        filler.unlink()
        vault.import_cases(cases, why="x")
        assert len(vault.summaries()) == 103
    assert office.is_clean()


@needs_root
def test_a_full_disk_takes_no_new_repository(template: Office, mounted: Path) -> None:
    fill_up(mounted)
    with pytest.raises(StoreError) as caught:
        Office(mounted / "new", template.homes).found()
    assert "\n" not in str(caught.value)


@needs_root
def test_a_read_only_disk_can_be_read(template: Office, mounted: Path) -> None:
    office = template.copy(mounted / "repository")
    behind = template.copy(mounted / "behind")
    with behind.open("sami") as vault:
        vault.settles_later = True  # neither pin nor mirror know of it
        with vault.edit(SECOND, why="x") as case:
            case.set("overview.title", "newest")
    before = office.head()
    subprocess.run(["mount", "-o", "remount,ro", mounted], check=True)
    for each in (office, behind):
        with each.open() as vault:
            assert vault.trust.state == "authentic"
            assert vault.trust.tip == each.head()
            assert {row.state for row in vault.summaries()} == {"open"}
            assert vault.verify().is_authentic
            assert vault.find("SY-2026-0001") == FIRST
            with pytest.raises(Unwritable) as caught, vault.edit(FIRST, why="x") as case:
                case.set("overview.title", "new")
            assert "\n" not in str(caught.value)
            with pytest.raises(Unwritable):
                vault.settle()
    with behind.open() as vault:
        assert vault.get(SECOND).title == "newest"
    assert office.head() == before
    with pytest.raises(Unwritable):
        Office(mounted / "new", template.homes).found()
    subprocess.run(["mount", "-o", "remount,rw", mounted], check=True)
    office.edit("sami", "works again")
    assert office.is_clean()


@needs_root
def test_a_clone_on_a_read_only_disk_is_not_pinned_without_a_word(
    template: Office, mounted: Path
) -> None:
    clone = template.clone(mounted / "clone")
    subprocess.run(["mount", "-o", "remount,ro", mounted], check=True)
    with clone.open() as vault:
        assert vault.trust.state == "unpinned"
        with pytest.raises(Unwritable):
            vault.verify(root=vault.trust.root)
    subprocess.run(["mount", "-o", "remount,rw", mounted], check=True)
