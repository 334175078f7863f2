"""How git is run, and what is made of what it says."""

from __future__ import annotations

import os

import pytest

from store.errors import StoreError, Unwritable
from store.repo.run import OLDEST_GIT, command, environment, failure, git, git_version
from tests.store.office import Office


def test_no_setting_of_the_surroundings_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "trap")
    monkeypatch.setenv("GIT_DIR", "trap")
    monkeypatch.setenv("LANGUAGE", "de")
    settings = environment()
    assert "trap" not in settings.values()
    assert settings["LC_ALL"] == "C"
    assert settings["PATH"] == os.environ["PATH"]


def test_a_failure_is_one_line_of_the_right_kind(office: Office) -> None:
    with pytest.raises(StoreError) as caught:
        git(office.git_dir, "cat-file", "-p", "refs/heads/none")
    assert "\n" not in str(caught.value)
    assert "cat-file" in str(caught.value)
    full = failure("x", b"fatal: unable to write: No space left on device\nmore\n")
    assert isinstance(full, Unwritable)
    assert "the disk is full" in str(full)
    assert isinstance(failure("x", b"fatal: Read-only file system"), Unwritable)
    assert str(failure("x", b"hint: a\nfatal: b\nc")) == "git x failed: b"
    assert str(failure("x", b"")) == "git x failed: no reason given"
    assert len(str(failure("x", b"fatal: " + b"a" * 10_000))) < 300


def test_this_machines_git_is_new_enough() -> None:
    assert git_version() >= OLDEST_GIT
    assert "--end-of-options" not in command("x", "status")
