"""Whatever surrounds it: nothing that a repository or an environment names is run or believed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from store.errors import BadFormat, StoreError, Unsupported
from store.history import case_history, repository_history
from store.model.case import Case
from store.trust.paths import case_path
from store.vault import Vault, new_case_id
from tests.store.office import FIRST, SECOND, Office, fill


def walk_through(office: Office) -> None:
    """Do everything that runs git."""
    with office.open() as vault:
        assert vault.trust.state == "authentic"
        assert len(vault.summaries()) == 3
        with vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "walked through")
        assert vault.last_save is not None
        cases = []
        for number in range(70):  # enough for a pack
            case = Case.empty(new_case_id(), "main")
            fill(case, number)
            cases.append(case)
        vault.import_cases(cases, why="y")
        assert vault.verify().is_authentic
        assert vault.trust.commits == len(repository_history(vault)) == 6
        assert [version.why for version in case_history(vault, FIRST)] == ["x", "taken in"]
        assert vault.find_commit(vault.tip[:8]) == vault.tip
        Path(vault.git_dir, "dalil/mirror").unlink()
        vault.settle()
        with vault.edit(FIRST, why="z") as case:
            case.set("overview.title", "and again")
    assert vault.tip in Path(vault.git_dir, "refs/heads/main").read_text()


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


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """Give a program that leaves a mark when it is run."""
    program = tmp_path / "trap.sh"
    program.write_text(f"#!/bin/sh\ntouch '{tmp_path}/sprung'\n")
    program.chmod(0o755)
    return program


def sprung(trap: Path) -> bool:
    return (trap.parent / "sprung").exists()


def test_nothing_that_the_repositorys_settings_name_is_run_or_believed(
    office: Office, trap: Path
) -> None:
    config = Path(office.git_dir, "config")
    with config.open("a") as file:
        file.write(
            f"""
[core]
    fsmonitor = {trap}
    hooksPath = {trap.parent}/hooks
    sshCommand = {trap}
    pager = {trap}
    editor = {trap}
    attributesFile = {trap.parent}/attributes
    excludesFile = {trap.parent}/attributes
    alternateRefsCommand = {trap}
    worktree = {trap.parent}/elsewhere
    bare = true
    autocrlf = true
    sparseCheckout = true
    untrackedCache = true
    splitIndex = true
    preloadIndex = true
    quotePath = true
[alias]
    cat-file = !{trap}
    log = !{trap}
    update-index = !{trap}
[filter "evil"]
    clean = {trap}
    smudge = {trap}
    process = {trap}
    required = true
[diff "evil"]
    textconv = {trap}
    command = {trap}
[diff]
    external = {trap}
    renames = copies
    relative = true
    noprefix = true
    mnemonicPrefix = true
    orderFile = {trap.parent}/attributes
[log]
    showSignature = true
    follow = true
    date = relative
    diffMerges = combined
    mailmap = true
[format]
    notes = *
[notes]
    displayRef = refs/notes/*
[gpg]
    program = {trap}
[gpg "ssh"]
    program = {trap}
[commit]
    gpgSign = true
[color]
    ui = always
[i18n]
    logOutputEncoding = UTF-16
[remote "evil"]
    url = {trap.parent}/nowhere
    promisor = true
    partialclonefilter = blob:none
    uploadpack = {trap}
[extensions]
    partialClone = evil
[credential]
    helper = {trap}
[fastimport]
    unpackLimit = 1
[gc]
    auto = 1
[include]
    path = {trap.parent}/included
"""
        )
    (trap.parent / "included").write_text(f"[core]\n    hooksPath = {trap.parent}/hooks\n")
    (trap.parent / "attributes").write_text("* filter=evil diff=evil text=auto\n")
    hooks = [trap.parent / "hooks", Path(office.git_dir, "hooks")]
    for folder in hooks:
        folder.mkdir(exist_ok=True)
        for name in ("post-index-change", "reference-transaction", "post-checkout", "pre-auto-gc"):
            (folder / name).symlink_to(trap)
    Path(office.git_dir, "info", "attributes").write_text("* filter=evil diff=evil ident\n")
    Path(office.git_dir, "info", "sparse-checkout").write_text("/nothing\n")
    (office.folder / ".gitattributes").write_text("* filter=evil diff=evil eol=crlf\n")
    walk_through(office)
    path = office.folder / case_path("main", FIRST)
    assert path.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert not sprung(trap)
    # An object that is missing is not asked for from wherever the settings say.
    stored = Path(office.git_dir, "objects")
    gone = office_blob(office, case_path("main", SECOND))
    (stored / gone[:2] / gone[2:]).unlink()
    with office.open() as vault, pytest.raises(BadFormat, match="missing"):
        vault.get(SECOND)
    assert not sprung(trap)
    assert not (trap.parent / "elsewhere").exists()


@pytest.mark.parametrize("place", ["nowhere", "/", "/proc", "../..", ""])
def test_a_work_tree_that_the_settings_name_is_not_gone_to(office: Office, place: str) -> None:
    with Path(office.git_dir, "config").open("a") as file:
        file.write(f"[core]\n    worktree = {place}\n    bare = true\n")
    walk_through(office)


def office_blob(office: Office, path: str) -> str:
    from store.repo.objects import ObjectReader
    from store.repo.trees import find

    with office.open() as vault, ObjectReader(office.git_dir) as objects:
        found = find(objects, vault.tree(vault.tip), path)
    assert found is not None
    return found


def test_replaced_objects_grafts_and_a_shallow_file_tell_no_other_history(office: Office) -> None:
    for number in range(3):
        office.edit("sami", f"title {number}")
    tip, old = office.head(), office.git("rev-parse", "HEAD~3").strip()
    blobs = [
        office.git("rev-parse", f"{at}:{case_path('main', FIRST)}").strip() for at in (tip, old)
    ]
    office.git("replace", *blobs)
    office.git("replace", tip, old)
    office.git("replace", "--graft", office.git("rev-parse", "HEAD~1").strip())
    Path(office.git_dir, "info", "grafts").write_text(f"{tip} {old}\n")
    Path(office.git_dir, "shallow").write_text(f"{tip}\n")
    with office.open("lina") as vault:
        assert vault.trust.state == "authentic"
        assert vault.get(FIRST).title == "title 2"
        assert len(repository_history(vault)) == 7
        assert len(case_history(vault, FIRST)) == 4
        assert vault.verify().commits == 7
        assert vault.find_commit(office.git("rev-parse", tip).strip()) == tip
        assert vault.find_commit(blobs_parent(office, tip)) == blobs_parent(office, tip)


def blobs_parent(office: Office, commit: str) -> str:
    said = office.git("--no-replace-objects", "cat-file", "commit", commit)
    return next(line[7:] for line in said.splitlines() if line.startswith("parent "))


def test_a_work_tree_changed_by_hand_is_never_read_and_links_lead_nowhere(
    office: Office, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    (outside / "main" / "aa").mkdir(parents=True)
    victim = outside / "main" / "aa" / f"{FIRST}.age"
    victim.write_text("precious")
    import shutil

    shutil.rmtree(office.folder / "cases")
    (office.folder / "cases").symlink_to(outside)
    (office.folder / "policy.yaml").unlink()
    (office.folder / "policy.yaml").symlink_to(victim)
    office.edit("nour", "new")
    with office.open("sami") as vault:
        assert vault.get(FIRST).title == "new"
        assert vault.role == "editor"
    assert victim.read_text() == "precious"
    assert (office.folder / case_path("main", FIRST)).is_file()


def test_a_hostile_index_or_marker_takes_no_file_away(office: Office, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    from store.repo.objects import object_id
    from store.repo.write import write_objects

    def put(kind: str, data: bytes) -> str:
        oid = object_id(kind, data)
        write_objects(office.git_dir, [(oid, kind, data)])
        return oid

    tree = put("tree", b"100644 victim\0" + bytes.fromhex(put("blob", b"x")))
    tree = put("tree", b"40000 ..\0" + bytes.fromhex(tree))
    person = "a <a@b> 1 +0000"
    commit = put("commit", f"tree {tree}\nauthor {person}\ncommitter {person}\n\nx\n".encode())
    Path(office.git_dir, "dalil", "mirror").write_text(commit)
    office.edit("nour", "new")
    assert victim.read_text() == "precious"
    assert office.is_clean()


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
