"""A new git repository has nothing in it that runs, and the right one is found from a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.errors import BadFormat, Refused, Unwritable
from store.repo.create import ATTRIBUTES, create_repository, git_dir_of


def test_a_new_repository_has_no_hooks_and_switches_attributes_off(tmp_path: Path) -> None:
    git_dir = Path(create_repository(str(tmp_path / "new")))
    assert not (git_dir / "hooks").exists()
    assert (git_dir / "info/attributes").read_text() == ATTRIBUTES
    assert (git_dir / "HEAD").read_text() == "ref: refs/heads/main\n"
    assert "worktree" not in (git_dir / "config").read_text()
    with pytest.raises(Refused):
        create_repository(str(tmp_path / "new"))


def test_a_place_where_none_can_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unwritable):
        create_repository(str(tmp_path / "file" / "new"))


def test_the_nearest_repository_above_is_found(tmp_path: Path) -> None:
    outer = create_repository(str(tmp_path / "outer"))
    inner = create_repository(str(tmp_path / "outer" / "a" / "inner"))
    (tmp_path / "outer" / "b").mkdir()
    assert git_dir_of(str(tmp_path / "outer" / "b")) == outer
    assert git_dir_of(os.path.join(os.path.dirname(inner), "c")) == inner
    assert git_dir_of(inner) == inner
    with pytest.raises(BadFormat, match="no git repository"):
        git_dir_of(str(tmp_path))
