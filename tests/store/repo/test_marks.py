"""Refs of our own: what stands there last counts, and nobody waits for a lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.errors import Unwritable
from store.repo.marks import INCOMING, marks_below, set_mark
from tests.store.office import Office

REF = f"{INCOMING}origin"


def test_a_mark_points_to_what_was_said_last(office: Office) -> None:
    tip, before = office.head(), office.git("rev-parse", "HEAD~1").strip()
    set_mark(office.git_dir, REF, before)
    office.git("pack-refs", "--all")
    set_mark(office.git_dir, REF, tip)
    assert marks_below(office.git_dir, INCOMING) == {REF: tip}
    office.git("fsck", "--strict")


def test_a_lock_that_a_killed_git_left_is_in_nobodys_way(office: Office) -> None:
    set_mark(office.git_dir, REF, office.git("rev-parse", "HEAD~1").strip())
    Path(office.git_dir, f"{REF}.lock").touch()
    set_mark(office.git_dir, REF, office.head())
    assert marks_below(office.git_dir, INCOMING) == {REF: office.head()}


def test_what_cannot_be_written_is_said_in_our_words(office: Office) -> None:
    Path(office.git_dir, "refs/dalil/incoming").write_text("in the way")
    with pytest.raises(Unwritable, match="cannot be written"):
        set_mark(office.git_dir, REF, office.head())
