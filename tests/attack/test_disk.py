"""What lies beside the history on a disk that others had in their hands, and makes git lie."""

from __future__ import annotations

import struct
import zlib
from hashlib import sha1
from pathlib import Path

import pytest

from store.errors import BadFormat, BadSignature, StoreError
from store.history import case_history, repository_history
from tests.attack.arena import CASE, HONEST_TITLE, OTHER, Arena
from tests.store.office import FIRST, SECOND


def written(arena: Arena, oid: str) -> Path:
    path = Path(arena.git_dir, "objects", oid[:2], oid[2:])
    path.chmod(0o644)
    return path


def overwrite(arena: Arena, oid: str, kind: str, data: bytes) -> None:
    written(arena, oid).write_bytes(zlib.compress(b"%s %d\0" % (kind.encode(), len(data)) + data))


def test_a_replaced_commit_hides_a_bad_one(arena: Arena) -> None:
    bad = arena.commit_as("lina", {CASE: arena.sealed()})
    tip = arena.commit_as("sami", {OTHER: arena.sealed()})
    honest = arena.commit_as("sami", {CASE: arena.sealed()}, parents=[arena.honest])
    arena.serve(tip)
    arena.git("replace", bad, honest)
    assert arena.git("log", "-1", "--format=%an", bad).strip() == "sami"
    assert arena.git_says(bad) == "G"
    arena.refuses(bad, 4, "lina (reviewer) may not write")


def test_a_replaced_case_is_not_read(arena: Arena) -> None:
    first, second = (arena.git("rev-parse", f"HEAD:{path}").strip() for path in (CASE, OTHER))
    arena.git("replace", first, second)
    shown = arena.run(["cat-file", "blob", first]).stdout
    assert shown == arena.run(["cat-file", "blob", second]).stdout
    with arena.open("nour") as vault:
        assert vault.get(FIRST).title == HONEST_TITLE


def test_a_graft_hides_a_bad_commit(arena: Arena) -> None:
    bad = arena.commit_as("lina", {CASE: arena.sealed()})
    tip = arena.commit_as("sami", {OTHER: arena.sealed()})
    Path(arena.git_dir, "info").mkdir(exist_ok=True)
    Path(arena.git_dir, "info", "grafts").write_text(f"{tip} {arena.honest}\n")
    assert bad not in arena.git("rev-list", tip).split()
    arena.refuses(bad, 4, "lina (reviewer) may not write")


def test_a_shallow_file_hides_a_bad_commit(arena: Arena) -> None:
    bad = arena.commit_as("lina", {CASE: arena.sealed()})
    tip = arena.commit_as("sami", {OTHER: arena.sealed()})
    Path(arena.git_dir, "shallow").write_text(f"{tip}\n")
    assert arena.git("rev-list", tip).split() == [tip]
    assert arena.git_verifies(tip)
    arena.refuses(bad, 4, "lina (reviewer) may not write")


def test_a_forged_commit_graph_hides_a_bad_commit(arena: Arena) -> None:
    """The file that makes git fast names the parents, and git believes it."""
    arena.git("config", "core.commitGraph", "true")
    bad = arena.commit_as("lina", {CASE: arena.sealed()})
    tip = arena.commit_as("sami", {OTHER: arena.sealed()})
    arena.git("commit-graph", "write", "--reachable")
    graph = Path(arena.git_dir, "objects", "info", "commit-graph")
    graph.chmod(0o644)
    graph.write_bytes(regrafted(graph.read_bytes(), tip, arena.honest))
    assert bad not in arena.git("rev-list", tip).split()
    arena.refuses(bad, 4, "lina (reviewer) may not write")


def regrafted(raw: bytes, commit: str, parent: str) -> bytes:
    """Give a commit another first parent in a commit-graph; format: gitformat-commit-graph(5)."""
    chunks = dict(struct.unpack_from(">4sQ", raw, 8 + 12 * number) for number in range(raw[6]))
    count = struct.unpack_from(">I", raw, chunks[b"OIDF"] + 255 * 4)[0]
    start = chunks[b"OIDL"]
    ids = [raw[start + 20 * n : start + 20 * n + 20].hex() for n in range(count)]
    place = chunks[b"CDAT"] + 36 * ids.index(commit) + 20
    new = raw[:place] + struct.pack(">I", ids.index(parent)) + raw[place + 4 : -20]
    return new + sha1(new, usedforsecurity=False).digest()


def test_an_edited_loose_commit(arena: Arena) -> None:
    """The id is the honest one, so every check of git that starts from a ref is content."""
    commit = arena.edit("sami", "edited")
    tip = arena.edit("sami", "edited again")
    raw = arena.raw(commit)
    overwrite(arena, commit, "commit", raw.replace(b"author sami", b"author eve "))
    assert "eve" in arena.git("log", "-1", "--format=%an", commit)
    assert arena.git("cat-file", "-t", commit).strip() == "commit"
    assert "mismatch" in arena.git_fsck()  # only whoever asks for it is told
    report = arena.report()
    assert not report.is_authentic
    assert any(commit in one.text() and "altered" in one.text() for one in report.failures)
    assert tip == arena.head()


def test_an_edited_loose_case(arena: Arena) -> None:
    blob = arena.git("rev-parse", f"HEAD:{CASE}").strip()
    overwrite(arena, blob, "blob", arena.raw(f"HEAD:{OTHER}"))
    assert arena.run(["cat-file", "blob", blob]).stdout == arena.raw(f"HEAD:{OTHER}")
    assert arena.git_says() == "G"
    report = arena.report()
    [finding] = report.failures
    assert finding.rule == 4
    assert blob in finding.text()
    assert "altered" in finding.text()
    with arena.open("nour") as vault:
        with pytest.raises(BadFormat, match="altered"):
            vault.get(FIRST)
        assert vault.get(SECOND).id == SECOND


def test_an_edited_loose_policy(arena: Arena) -> None:
    """Eve makes herself a member on a disk that she had for an hour."""
    blob = arena.git("rev-parse", "HEAD:policy.yaml").strip()
    forged = arena.changed_policy(1, eve=arena.member("eve", "admin", "main"))
    overwrite(arena, blob, "blob", forged)
    arena.commit_as("eve", {CASE: arena.sealed()})
    assert "eve:" in arena.git("show", "HEAD:policy.yaml")
    assert not arena.report().is_authentic
    with pytest.raises(StoreError) as caught, arena.open("nour") as vault:
        vault.must_write("main")
    assert "\n" not in str(caught.value)


def test_an_edited_loose_tree(arena: Arena) -> None:
    tree = arena.git("rev-parse", "HEAD:cases/main/aa").strip()
    other = arena.git("rev-parse", f"HEAD:{OTHER}").strip()
    raw = arena.run(["cat-file", "tree", tree]).stdout
    overwrite(arena, tree, "tree", raw[:-20] + bytes.fromhex(other))
    assert other in arena.git("ls-tree", "-r", "HEAD", CASE)
    report = arena.report()
    assert any(tree in one.text() and "altered" in one.text() for one in report.failures)


def test_a_commit_whose_parent_is_missing(arena: Arena) -> None:
    lost = arena.edit("sami", "lost")
    tip = arena.edit("sami", "after")
    written(arena, lost).unlink()
    assert arena.git_verifies(tip)
    report = arena.report()
    assert not report.is_authentic
    assert any(one.commit == lost and "missing" in one.text() for one in report.failures)


@pytest.mark.parametrize("kind", ["tag", "tag of a tag", "tree", "blob", "nothing"])
def test_main_points_to_what_is_no_commit(arena: Arena, kind: str) -> None:
    arena.git("tag", "-a", "-m", "x", "one", arena.honest)
    arena.git("tag", "-a", "-m", "x", "two", "refs/tags/one")
    names = {"tag": "one", "tag of a tag": "two", "tree": "HEAD^{tree}", "blob": f"HEAD:{CASE}"}
    target = arena.git("rev-parse", names[kind]).strip() if kind in names else "1" * 40
    arena.serve(target)
    if kind.startswith("tag"):
        assert arena.git("log", "-1", "--format=%H").strip() == arena.honest  # git follows it
    report = arena.report() if kind != "nothing" else None
    assert report is None or not report.is_authentic
    try:
        with arena.open("nour") as vault:
            assert vault.trust.state == "broken"
            assert vault.tip == arena.honest
            with pytest.raises(BadSignature), vault.new(why="x") as case:
                case.set("overview.title", "x")
    except StoreError as error:
        assert "\n" not in str(error)  # noqa: PT017 - whether it opens depends on what stands there
    assert Path(arena.git_dir, "refs/heads/main").read_text() == f"{target}\n"


@pytest.mark.parametrize("how", ["loose", "packed"])
def test_main_leads_to_another_branch(arena: Arena, how: str) -> None:
    """A symbolic ref is followed; what it leads to is verified as anything else."""
    bad = arena.commit_as("eve", {CASE: arena.sealed()}, name="sami")
    arena.git("update-ref", "refs/heads/evil", bad)
    if how == "packed":
        arena.git("pack-refs", "--all")
    Path(arena.git_dir, "refs/heads/main").write_text("ref: refs/heads/evil\n")
    assert arena.git("rev-parse", "refs/heads/main").strip() == bad
    arena.refuses(bad, 2, "no member's")


def test_a_history_is_the_same_with_all_of_them_at_once(arena: Arena) -> None:
    for number in range(3):
        arena.edit("sami", f"title {number}")
    tip = arena.head()
    parent = arena.git("rev-parse", "HEAD~1").strip()
    arena.git("replace", parent, arena.honest)
    Path(arena.git_dir, "info", "grafts").write_text(f"{tip} {arena.honest}\n")
    Path(arena.git_dir, "shallow").write_text(f"{tip}\n")
    total = len(arena.report().signers)
    assert int(arena.git("rev-list", "--count", tip)) < total
    with arena.open("lina") as vault:
        assert vault.trust.state == "authentic"
        assert len(repository_history(vault)) == total
        assert len(case_history(vault, FIRST)) == 4
