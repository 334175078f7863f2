"""What a tree may hold: git takes links, programs, twins and plain text as they come."""

from __future__ import annotations

import pytest

from tests.attack.arena import CASE, OTHER, Arena, File
from tests.store.office import FIRST

PLAIN = b"overview:\n  title: The witness is Jamil\n"


@pytest.mark.parametrize(
    ("path", "file", "said"),
    [
        (CASE, ("120000", b"/etc/passwd"), "is a symbolic link"),
        (OTHER, ("120000", f"../../../{CASE}".encode()), "is a symbolic link"),
        ("cases/main/ab", ("120000", b"../../../home"), "is a symbolic link"),
        ("cases/main/ab", ("160000", b"a" * 40), "is a submodule"),
        (CASE, ("100755", b""), "is an executable file"),
        (".gitattributes", b"*.age text eol=crlf working-tree-encoding=UTF-16LE\n", "not a file"),
        ("cases/.gitattributes", b"* merge=union\n", "not a file"),
        (".gitignore", b"*\n", "not a file"),
        (".mailmap", b"nour <nour@dalil.invalid> <eve@example.org>\n", "not a file"),
        ("CASES/main/aa/x.age", b"", "differs from another path in case only"),
        ("Policy.yaml", b"", "differs from another path in case only"),
        (CASE.replace("aaaa", "AAAA"), b"", "case only"),
        (CASE.removesuffix(".age") + ".yaml", PLAIN, "not a file"),
        ("notes.txt", PLAIN, "not a file"),
        ("cases/main/aa/-rf.age", b"", "not a file"),
        ("--upload-pack=touch sprung", b"", "not a file"),
        ("cases/main/a\u200baa", b"", "not a file"),
    ],
)
def test_what_does_not_belong_there(arena: Arena, path: str, file: File, said: str) -> None:
    mode, content = file if isinstance(file, tuple) else ("100644", file)
    bad = arena.commit_as("nour", {path: (mode, content or arena.sealed())})
    assert arena.git_says() == "G"
    if mode != "160000":
        assert arena.git_fsck() == ""
    hits = arena.refuses(bad, 4, said)
    assert all("\n" not in one.text() and one.text().isascii() for one in hits)


def test_a_plaintext_file(arena: Arena) -> None:
    bad = arena.commit_as("sami", {CASE: PLAIN})
    assert arena.git_says() == "G"
    assert arena.git_fsck() == ""
    arena.refuses(bad, 4, "is not encrypted")


def test_a_plaintext_file_behind_the_first_line_of_an_encrypted_one(arena: Arena) -> None:
    bad = arena.commit_as("sami", {CASE: b"age-encryption.org/v1\n" + PLAIN})
    assert arena.git_says() == "G"
    arena.refuses(bad, 4, "is not encrypted")


def test_a_twin_that_a_mac_or_windows_would_write_over_the_case(arena: Arena) -> None:
    """Folders, whose names differ in case only, below a folder that is right."""
    bad = arena.commit_as("sami", {f"cases/main/AA/{FIRST}.age": arena.sealed()})
    assert arena.git_fsck() == ""
    arena.refuses(bad, 4, "case only")


def replaced(arena: Arena, raw: bytes) -> str:
    """Commit a tree whose shard of the first case is these bytes."""
    shard = bytes.fromhex(arena.put("tree", raw))
    main = b"40000 aa\0" + shard
    cases = b"40000 main\0" + bytes.fromhex(arena.put("tree", main))
    top = arena.raw(arena.git("rev-parse", f"{arena.honest}^{{tree}}").strip())
    old = bytes.fromhex(arena.git("rev-parse", f"{arena.honest}:cases").strip())
    new = bytes.fromhex(arena.put("tree", cases))
    tree = arena.put("tree", top.replace(old, new))
    return arena.serve(arena.commit_tree("nour", tree, [arena.honest]))


def entry(arena: Arena, name: str, mode: str = "100644", text: str = "x") -> bytes:
    blob = arena.put("blob", arena.sealed(text))
    return f"{mode} {name}\0".encode() + bytes.fromhex(blob)


def test_a_name_that_stands_twice(arena: Arena) -> None:
    """Git shows and checks out one of the two; which one depends on the command."""
    name = f"{FIRST}.age"
    bad = replaced(arena, entry(arena, name, text="shown") + entry(arena, name, text="hidden"))
    assert arena.git_says() == "G"
    assert "uplicate" in arena.git_fsck()  # only whoever asks for it is told
    arena.refuses(bad, 4, "no tree that git would write")


def test_names_out_of_order(arena: Arena) -> None:
    """Git looks a name up by halves, so what is out of order is there and not there."""
    raw = entry(arena, "b" * 20 + ".age") + entry(arena, f"{FIRST}.age")
    bad = replaced(arena, raw)
    assert arena.git_says() == "G"
    arena.refuses(bad, 4, "no tree that git would write")


@pytest.mark.parametrize("mode", ["100664", "0100644", "100600", "040000"])
def test_modes_that_git_reads_as_another(arena: Arena, mode: str) -> None:
    bad = replaced(arena, entry(arena, f"{FIRST}.age", mode))
    assert arena.git_says() == "G"
    arena.refuses(bad, 4, "")


@pytest.mark.parametrize("raw", [b"", b"100644 ..\0" + b"x" * 20, b"100644 .git\0" + b"x" * 20])
def test_trees_for_the_unwary(arena: Arena, raw: bytes) -> None:
    bad = replaced(arena, raw)
    assert arena.git_says() == "G"
    arena.refuses(bad, 4, "")


def test_a_tree_of_a_hundred_thousand_names(arena: Arena) -> None:
    """It is told in a few lines, and soon."""
    blob = bytes.fromhex(arena.put("blob", arena.sealed()))
    raw = b"".join(b"100644 %020x.txt\0%b" % (number, blob) for number in range(100_000))
    bad = replaced(arena, raw)
    assert arena.git_says() == "G"
    hits = arena.refuses(bad, 4, "not a file that belongs here")
    assert len(hits) <= 40


def test_a_folder_inside_itself_a_thousand_times(arena: Arena) -> None:
    tree = arena.put("tree", entry(arena, "x"))
    for _ in range(200):
        tree = arena.put("tree", b"40000 aa\0" + bytes.fromhex(tree))
    bad = replaced(arena, b"40000 aa\0" + bytes.fromhex(tree))
    arena.refuses(bad, 4, "not a folder that belongs here")
