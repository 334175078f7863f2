"""Whatever surrounds it, it works, or it says in one clear line why not."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from store.errors import BadFormat, StoreError, Unsupported
from store.vault import Vault
from tests.faults.walk import walk_through
from tests.store.office import FIRST, Office, fill


@pytest.mark.parametrize(
    "name", ["with space", "قضايا", "line\nfeed", "$HOME", "~", "-x", "%n", "a.git"]
)
def test_any_name_of_a_folder_will_do(
    template: Office, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    office = Office(tmp_path / name, template.homes)
    root = office.found()
    office.fill()
    assert office.git("rev-list", "--max-parents=0", "main").strip() == root
    walk_through(office)
    assert office.is_clean()
    assert os.listdir(tmp_path) == [name]


def test_a_relative_folder_will_do(
    template: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Office(Path("here"), template.homes).found()
    office = Office(tmp_path / "here", template.homes)
    assert office.is_clean()
    with Vault.open("here", office.keys("nour")) as vault:
        assert vault.name == "Unit"


def test_a_repository_is_found_from_a_folder_below_and_a_bare_one_is_read(
    office: Office, tmp_path: Path
) -> None:
    with Vault.open(str(office.folder / "cases" / "main"), office.keys("nour")) as vault:
        assert vault.path == str(office.folder)
    bare = office.clone(tmp_path / "bare.git", "--bare")
    with bare.open() as vault:
        assert vault.path == str(bare.folder)
        assert vault.trust.state == "unpinned"
        assert vault.verify(root=vault.trust.root).is_authentic
        with vault.edit(FIRST, why="in the bare one") as case:
            case.set("overview.title", "new")
        assert vault.get(FIRST).title == "new"
    assert not (bare.folder / "policy.yaml").exists()


def test_what_is_no_repository_of_ours_is_one_clear_line(tmp_path: Path) -> None:
    office = Office(tmp_path / "plain", {})
    with pytest.raises(BadFormat, match="no git repository"):
        Vault.open(str(office.folder))
    office.folder.mkdir()
    with pytest.raises(BadFormat, match="no git repository"):
        Vault.open(str(office.folder))
    (office.folder / ".git").write_text("gitdir: nowhere\n")
    with pytest.raises(BadFormat, match="no git repository"):
        Vault.open(str(office.folder))
    (office.folder / ".git").unlink()
    office.git("init", "--quiet", "-b", "main")
    with pytest.raises(BadFormat, match="not one of Dalil's"):
        Vault.open(str(office.folder))
    (office.folder / "a").write_text("a")
    office.git("add", "a")
    office.git("commit", "--quiet", "-m", "a")
    with pytest.raises(BadFormat, match="not one of Dalil's"):
        Vault.open(str(office.folder))
    (office.folder / "policy.yaml").write_text("- a\n")
    office.git("add", "policy.yaml")
    office.git("commit", "--quiet", "-m", "a")
    with pytest.raises(StoreError) as caught:
        Vault.open(str(office.folder))
    assert "\n" not in str(caught.value)


def test_without_a_home_all_goes_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "USER", "LOGNAME"):
        monkeypatch.delenv(name, raising=False)
    walk_through(office)


def test_git_settings_in_the_environment_change_nothing(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(os.listdir(tmp_path))
    for name in (
        "DIR",
        "WORK_TREE",
        "INDEX_FILE",
        "OBJECT_DIRECTORY",
        "ALTERNATE_OBJECT_DIRECTORIES",
        "COMMON_DIR",
        "NAMESPACE",
        "TEMPLATE_DIR",
        "CONFIG",
        "CONFIG_GLOBAL",
        "CONFIG_PARAMETERS",
        "REPLACE_REF_BASE",
        "SHALLOW_FILE",
        "GRAFT_FILE",
        "EXEC_PATH",
        "LITERAL_PATHSPECS",
        "CEILING_DIRECTORIES",
    ):
        monkeypatch.setenv(f"GIT_{name}", str(tmp_path / "nonsense"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.bare")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "nonsense.trace"))
    made = Office(tmp_path / "made", office.homes)
    made.found()
    with made.open() as vault, vault.new(why="x") as case:
        fill(case, 1)
    with office.open() as vault:
        vault.settle()
        with vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "x")
        assert vault.verify().is_authentic
    assert set(os.listdir(tmp_path)) == before | {"made"}
    monkeypatch.undo()
    assert office.is_clean()
    assert made.is_clean()


def test_without_git_it_is_one_clear_line(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.open() as vault:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert vault.get(FIRST).id == FIRST
    for act in (office.open, Office(tmp_path / "new", office.homes).found):
        with pytest.raises(Unsupported, match="no git"):
            act()
    (tmp_path / "git").write_text("not to be run")
    with pytest.raises(Unsupported, match="no git"):
        office.open()


@pytest.mark.parametrize(
    "what", ["exit 1", "echo usage: git >&2; exit 129", "echo one two three; exit 0", "exit 0"]
)
def test_an_old_git_is_one_clear_line(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    shim = folder / "git"
    shim.write_text(
        f'#!/bin/sh\ncase "$*" in *version*) echo git version 2.20.1; exit 0;; esac\n{what}\n'
    )
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    with pytest.raises(Unsupported, match=r"2\.20\.1"):
        office.open()
    if what != "exit 0":
        with pytest.raises(StoreError) as caught:
            Office(tmp_path / "new", office.homes).found()
        assert "\n" not in str(caught.value)


def test_what_it_makes_is_for_its_owner_only(template: Office, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        office = Office(tmp_path / "new", template.homes)
        office.found()
        office.fill()
        with office.open() as vault:
            vault.summaries()
    finally:
        os.umask(old)
    own = Path(office.git_dir, "dalil")
    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    assert stat.S_IMODE((own / "index").stat().st_mode) == 0o700
    assert stat.S_IMODE((own / "pin.yaml").stat().st_mode) == 0o600
