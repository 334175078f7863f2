"""Nothing that a hostile repository names is run, and nothing that it says is believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.errors import BadFormat
from store.history import case_history, repository_history
from store.trust.paths import case_path
from tests.faults.walk import walk_through
from tests.store.office import FIRST, SECOND, Office


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
