"""What is unsafe on a machine or in a repository is named, with what to do about it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.doctor import Check, examine
from tests.store.office import Office


def found(office: Office, folder: Path | None = None) -> dict[str, list[Check]]:
    checks: dict[str, list[Check]] = {}
    for check in examine(str(folder or office.folder), str(office.homes["nour"])):
        assert check.text()
        assert "\n" not in check.text()
        assert check.state in ("good", "warning", "bad")
        assert check.sign
        check.advice()
        checks.setdefault(check.name, []).append(check)
    return checks


def test_a_new_repository_is_sound(office: Office) -> None:
    checks = found(office)
    assert [check.state for check in checks["git"]] == ["good"]
    assert [check.state for check in checks["yaml"]] == ["good"]
    assert [check.state for check in checks["repository"]] == ["good"]
    assert "not locked" in checks["keys"][-1].text()


@pytest.mark.parametrize(
    "setting",
    [
        "core.fsmonitor",
        "core.hooksPath",
        "core.sshCommand",
        "core.pager",
        "include.path",
        "includeIf.gitdir:/.path",
        "filter.x.smudge",
        "filter.x.process",
        "diff.x.textconv",
        "diff.external",
        "merge.x.driver",
        "gpg.program",
        "gpg.ssh.program",
        "credential.helper",
        "credential.https://x.example.helper",
        "alias.log",
        "remote.evil.uploadpack",
        "remote.evil.promisor",
        "core.worktree",
    ],
)
def test_a_setting_that_runs_a_program_is_named(office: Office, setting: str) -> None:
    office.git("config", setting, "true")
    bad = [check for check in found(office)["repository"] if check.state == "bad"]
    assert len(bad) == 1
    assert setting.lower() in bad[0].text().lower()
    assert "git config --unset-all" in bad[0].advice()


def test_hooks_lies_and_missing_attributes_are_named(office: Office) -> None:
    git_dir = Path(office.git_dir)
    (git_dir / "hooks").mkdir(exist_ok=True)
    (git_dir / "hooks" / "post-commit").write_text("#!/bin/sh\n")
    (git_dir / "hooks" / "post-commit").chmod(0o755)
    (git_dir / "info" / "grafts").write_text("x")
    (git_dir / "shallow").write_text("x")
    (git_dir / "info" / "attributes").unlink()
    texts = " ".join(check.text() for check in found(office)["repository"])
    for word in ("post-commit", "info/grafts", "shallow", ".gitattributes"):
        assert word in texts


def test_keys_that_others_can_read_are_named(office: Office, tmp_path: Path) -> None:
    import shutil

    home = tmp_path / "home"
    shutil.copytree(office.homes["nour"], home)
    (home / "age_identity").chmod(0o644)
    checks = examine(str(office.folder), str(home))
    assert any(check.state == "bad" and "age_identity" in check.text() for check in checks)


def test_a_broken_setting_file_no_repository_and_no_git_are_each_one_line(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(office, tmp_path)["repository"][0].state == "warning"
    with Path(office.git_dir, "config").open("a") as file:
        file.write("[broken\n")
    assert found(office)["repository"][0].state == "bad"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert found(office)["git"][0].state == "bad"


def test_without_swap_information_it_says_so(office: Office) -> None:
    checks = found(office)
    assert checks["core dumps"]
    assert checks["swap"]
    assert os.path.exists(office.git_dir)
