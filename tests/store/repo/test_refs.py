"""Main moves from one commit to the next, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.errors import Moved, Unwritable
from store.repo import refs
from store.repo.refs import move_main
from tests.store.office import Office


def test_main_moves_only_from_where_it_is(office: Office) -> None:
    tip, parent = office.head(), office.git("rev-parse", "HEAD~1").strip()
    with pytest.raises(Moved):
        move_main(office.git_dir, parent, parent, "nour")
    with pytest.raises(Moved):
        move_main(office.git_dir, parent, None, "nour")
    assert office.head() == tip
    move_main(office.git_dir, parent, tip, "nour")
    assert office.head() == parent
    assert office.git("reflog", "-1", "main", "--format=%H").strip() == parent
    left = [p.name for p in Path(office.git_dir).rglob("*.lock") if "dalil" not in p.parts]
    assert left == []
    assert not Path(office.git_dir, "dalil", "main.next").exists()


def test_a_packed_ref_is_moved_too(office: Office) -> None:
    office.git("pack-refs", "--all")
    assert not Path(office.git_dir, "refs/heads/main").exists()
    tip, parent = office.head(), office.git("rev-parse", "HEAD~1").strip()
    with pytest.raises(Moved):
        move_main(office.git_dir, parent, parent, "nour")
    move_main(office.git_dir, parent, tip, "nour")
    assert office.head() == parent


def test_a_save_that_no_reflog_can_be_written_for_has_happened_all_the_same(
    office: Office,
) -> None:
    logs = Path(office.git_dir, "logs")
    for path in (logs / "HEAD", logs / "refs/heads/main"):
        path.unlink(missing_ok=True)
        path.mkdir(parents=True)
    commit = office.edit("sami", "new")
    assert office.head() == commit


def test_a_disk_without_links_is_served_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno
    import os

    def no_links(*_names: str) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    commit = office.edit("sami", "new")
    assert office.head() == commit
    assert office.is_clean()


def test_a_place_that_cannot_be_written_is_one_line(office: Office) -> None:
    path = Path(office.git_dir, "dalil", "main.next")
    path.mkdir()
    with pytest.raises(Unwritable) as caught:
        move_main(office.git_dir, office.head(), office.head(), "nour")
    assert "\n" not in str(caught.value)


def test_a_disk_that_does_not_confirm_a_move_is_not_taken_for_one_that_refused_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_folder: str) -> None:
        raise OSError(5, "Input/output error")

    tip, parent = office.head(), office.git("rev-parse", "HEAD~1").strip()
    monkeypatch.setattr(refs, "sync_folder", fails)
    with pytest.raises(Unwritable, match="it is saved, but"):
        move_main(office.git_dir, parent, tip, "nour")
    assert office.head() == parent
