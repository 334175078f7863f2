"""One damaged thing is one clear line, and hides nothing else."""

# ruff: noqa: PT012, PT017
# Which step fails depends on the damage: what matters is that nothing else comes out.

from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest

from store.crypto import age
from store.crypto.padding import pad
from store.errors import BadFormat, Sealed, StoreError, Unsupported
from store.listing import index_path, list_rows
from store.trust.paths import case_path, key_path
from tests.store.office import FIRST, HIDDEN, MARKER, SECOND, Office, files_with, loose

HEAD = f"dalil: 1\nid: {FIRST}\ncompartment: main\n"
DEEP = "a: " + "[" * 50 + "]" * 50
TEXTS = {
    "broken": f"{HEAD}overview: [",
    "no mapping": "- a\n- b\n",
    "empty": "",
    "no text": "\ufeff\0",
    "anchor": f"{HEAD}a: &a [1]\nb: *a\n",
    "tag": f"{HEAD}a: !!python/object/apply:os.system ['true']\n",
    "two documents": f"{HEAD}---\n{HEAD}",
    "a key twice": f"{HEAD}a: 1\na: 2\n",
    "too deep": HEAD + DEEP,
    "another case's": HEAD.replace(FIRST, SECOND),
    "another compartment's": HEAD.replace("main", "witness"),
    "no format": HEAD.replace("dalil: 1", "dalil: true"),
    "no shape": f"{HEAD}people: yes\n",
    "no items": f"{HEAD}people: [{{name: x}}]\n",
    "empty section": f"{HEAD}people:\n",
    "strange head": f"{HEAD}changed: somebody\n",
    "strange head again": f"{HEAD}changed: [1, 2]\n",
    "strange kinds": f"{HEAD}overview: {{kind: {{a: b}}}}\n",
}


def sealed(office: Office, text: bytes) -> bytes:
    with office.open() as vault:
        return age.encrypt(pad(text), [vault.recipient("main")])


def states(office: Office, handle: str = "nour") -> dict[str, str]:
    with office.open(handle) as vault:
        return {row.id: row.state for row in vault.summaries()}


def check_only_first_is_damaged(office: Office, error: type[StoreError] = BadFormat) -> StoreError:
    for _ in ("cold", "warm"):
        assert states(office) == {FIRST: "damaged", SECOND: "open", HIDDEN: "open"}
    with office.open() as vault:
        assert vault.trust.state == "authentic"
        assert vault.get(SECOND).reference == "SY-2026-0002"
        assert vault.find("SY-2026-0002") == SECOND
        assert vault.find(SECOND[:6]) == SECOND
        assert vault.find(FIRST[:6]) == FIRST
        for read in (vault.get, vault.text) if error is BadFormat else (vault.get,):
            with pytest.raises(error) as caught:
                read(FIRST)
        raised = caught.value
        assert "\n" not in str(raised)
        assert MARKER not in str(raised) + raised.advice()
        with vault.edit(SECOND, why="all goes on") as case:
            case.set("overview.title", os.urandom(4).hex())
        assert vault.last_save is not None
        return raised


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_that_is_no_case_is_one_damaged_case(office: Office, text: str) -> None:
    office.commit("sami", [(case_path("main", FIRST), sealed(office, text.encode()))])
    for _ in ("cold", "warm"):
        assert states(office) == {FIRST: "damaged", SECOND: "open", HIDDEN: "open"}
    with office.open() as vault:
        with pytest.raises(BadFormat) as caught:
            vault.get(FIRST)
        assert "\n" not in str(caught.value)
        assert vault.get(SECOND).title == f"{MARKER} 2"
        with pytest.raises(BadFormat), vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "x")


def test_a_truncated_an_altered_and_a_foreign_file_are_each_one_damaged_case(
    office: Office,
) -> None:
    whole = sealed(office, HEAD.encode())
    altered = whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:]
    for content in (whole[:-1], whole[:300], whole[:22], altered, whole + b"x"):
        office.commit("sami", [(case_path("main", FIRST), content)])
        check_only_first_is_damaged(office)


def test_a_file_for_another_key_is_one_sealed_case(office: Office) -> None:
    foreign = age.encrypt(pad(HEAD.encode()), [age.new_identity().recipient])
    office.commit("sami", [(case_path("main", FIRST), foreign)])
    for _ in ("cold", "warm"):
        assert states(office) == {FIRST: "sealed", SECOND: "open", HIDDEN: "open"}
    with office.open() as vault, pytest.raises(Sealed):
        vault.get(FIRST)


def test_a_case_of_a_newer_format_says_so(office: Office) -> None:
    text = HEAD.replace("dalil: 1", "dalil: 2").encode()
    office.commit("sami", [(case_path("main", FIRST), sealed(office, text))])
    error = check_only_first_is_damaged(office, Unsupported)
    assert "newer" in str(error)


@pytest.mark.parametrize("what", ["foreign", "damaged", "no key in it", "missing"])
def test_an_epoch_key_that_does_not_open_seals_its_compartment_only(
    office: Office, what: str
) -> None:
    with office.open() as vault:
        assert vault.identity is not None
        own = vault.identity.age.recipient
    content = {
        "foreign": age.encrypt(b"x", [age.new_identity().recipient]),
        "damaged": b"age-encryption.org/v1\n-> X25519 nonsense",
        "no key in it": age.encrypt(b"# nothing\n", [own]),
        "missing": None,
    }[what]
    office.commit("nour", [(key_path("main", 1), content)], "keys")
    for _ in ("cold", "warm"):
        assert states(office) == {FIRST: "sealed", SECOND: "sealed", HIDDEN: "open"}
    with office.open() as vault:
        assert vault.compartments == ("witness",)
        with pytest.raises(Sealed):
            vault.get(FIRST)
        with pytest.raises(Sealed), vault.new(why="x") as case:
            case.set("overview.title", "x")
        assert vault.get(HIDDEN).id == HIDDEN


def blob(office: Office, path: str) -> str:
    return office.git("rev-parse", f"HEAD:{path}").strip()


@pytest.mark.parametrize("how", ["truncated", "emptied", "gone", "garbage", "swapped", "edited"])
def test_a_damaged_object_on_the_disk_is_one_damaged_case(office: Office, how: str) -> None:
    path = loose(office.git_dir, blob(office, case_path("main", FIRST)))
    before = path.read_bytes()
    damage(path, how, office)
    # A new process, so nothing that was read before hides it.
    error = check_only_first_is_damaged(office)
    assert "Traceback" not in str(error)
    path.unlink(missing_ok=True)
    path.write_bytes(before)
    assert states(office)[FIRST] == "open"  # what was put right is read again


def damage(path: Path, how: str, office: Office) -> None:
    before = path.read_bytes()
    other = loose(office.git_dir, blob(office, case_path("main", SECOND)))
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(
            {
                "truncated": before[: len(before) // 2],
                "emptied": b"",
                "garbage": os.urandom(100),
                "swapped": other.read_bytes(),
                "edited": zlib.compress(zlib.decompress(before)[:-1] + b"x"),
            }[how]
        )


@pytest.mark.parametrize("how", ["truncated", "gone", "swapped"])
def test_a_damaged_key_object_seals_its_compartment_until_it_is_put_right(
    office: Office, how: str
) -> None:
    path = loose(office.git_dir, blob(office, key_path("main", 1)))
    before = path.read_bytes()
    damage(path, how, office)
    for _ in ("cold", "warm"):
        assert states(office) == {FIRST: "sealed", SECOND: "sealed", HIDDEN: "open"}
    path.unlink(missing_ok=True)
    path.write_bytes(before)
    assert set(states(office).values()) == {"open"}


def test_a_truncated_pack_is_one_clear_line(office: Office) -> None:
    office.git("gc", "--quiet")
    [pack] = Path(office.git_dir, "objects", "pack").glob("*.pack")
    pack.chmod(0o644)
    pack.write_bytes(pack.read_bytes()[:2000])
    with pytest.raises(StoreError) as caught, office.open() as vault:
        vault.summaries()
        vault.get(FIRST)
    assert "\n" not in str(caught.value)


def test_a_damaged_object_in_a_pack_is_one_damaged_case(office: Office) -> None:
    content = office.git("cat-file", "-s", f"HEAD:{case_path('main', FIRST)}")
    office.git("gc", "--quiet")
    where = office.git(
        "verify-pack", "-v", *map(str, Path(office.git_dir).glob("objects/pack/*.idx"))
    )
    oid = blob(office, case_path("main", FIRST))
    offset = next(int(line.split()[4]) for line in where.splitlines() if line.startswith(oid))
    [pack] = Path(office.git_dir, "objects", "pack").glob("*.pack")
    pack.chmod(0o644)
    raw = bytearray(pack.read_bytes())
    middle = offset + int(content) // 2
    raw[middle : middle + 50] = os.urandom(50)
    pack.write_bytes(raw)
    check_only_first_is_damaged(office)


@pytest.mark.parametrize("what", ["tip", "tree", "parent", "policy"])
@pytest.mark.parametrize("how", ["gone", "truncated"])
def test_a_repository_without_its_newest_objects_is_one_clear_line(
    office: Office, what: str, how: str
) -> None:
    name = {"tip": "HEAD", "tree": "HEAD^{tree}", "parent": "HEAD~1", "policy": "HEAD:policy.yaml"}
    path = loose(office.git_dir, office.git("rev-parse", name[what]).strip())
    damage(path, how, office)
    try:
        with office.open() as vault:
            vault.summaries()
            vault.get(FIRST)
            vault.verify()
    except StoreError as error:
        assert "\n" not in str(error)
        assert "not one of Dalil" not in str(error)


@pytest.mark.parametrize("content", [b"", b"garbage\n", b"\0" * 41, b"0" * 40 + b"\n", b"ref: x\n"])
def test_a_damaged_ref_is_one_clear_line(office: Office, content: bytes) -> None:
    Path(office.git_dir, "refs/heads/main").write_bytes(content)
    with pytest.raises(StoreError) as caught:
        office.open()
    assert "\n" not in str(caught.value)
    assert "not one of Dalil" not in str(caught.value)


@pytest.mark.parametrize("how", ["truncated", "emptied", "garbage", "old version", "a folder"])
def test_a_damaged_index_is_made_anew(office: Office, how: str) -> None:
    with office.open() as vault:
        rows = vault.summaries()
        assert vault.identity is not None
        own = vault.identity.age.recipient
        path = Path(index_path(vault.git_dir, vault.identity))
    before = path.read_bytes()
    path.unlink()
    if how == "a folder":
        path.mkdir()
    else:
        head = age.encrypt(b"dalil-index-0 x 3\0", [own])
        path.write_bytes(
            {
                "truncated": before[:-10],
                "emptied": b"",
                "garbage": os.urandom(5000),
                "old version": len(head).to_bytes(8, "big") + head + head,
            }[how]
        )
    with office.open() as vault:
        assert vault.find("SY-2026-0001") == FIRST
    with office.open() as vault:
        assert vault.summaries() == rows
    with office.open() as vault:
        assert len(list_rows(vault).finder().find("Qandil")) == len(rows)  # words come last in it
    if how != "a folder":
        assert path.read_bytes() != before[:-10]


def test_another_members_index_is_not_mistaken_for_ones_own(office: Office) -> None:
    with office.open() as vault:
        vault.summaries()
        assert vault.identity is not None
        theirs = Path(index_path(vault.git_dir, vault.identity))
    with office.open("lina") as vault:
        assert vault.identity is not None
        own = Path(index_path(vault.git_dir, vault.identity))
        own.write_bytes(theirs.read_bytes())
        assert [row.state for row in vault.summaries()] == ["open", "open", "sealed"]
    assert files_with(MARKER, [office.folder]) == []


@pytest.mark.parametrize("value", ["a\\0b", "a\\nb", "a\\tb", "a\\x85b", "a\\u2028b", "\\x1c"])
def test_strange_signs_in_a_case_shift_no_row(office: Office, value: str) -> None:
    text = (
        f'{HEAD}changed: {{by: "{value}", at: "{value}", why: x}}\n'
        f'overview: {{reference: "{value}", title: "{value}", kind: ["{value}", ""],'
        f' status: "{value}", period: "{value}"}}\n'
        f'people: [{{id: p1, pseudonym: "{value}"}}]\n'
    )
    office.commit("sami", [(case_path("main", FIRST), sealed(office, text.encode()))])
    with office.open() as vault:
        cold = vault.summaries()
        assert vault.find("SY-2026-0002") == SECOND
        assert vault.identity is not None
        before = Path(index_path(vault.git_dir, vault.identity)).stat().st_ino
    with office.open() as vault:
        assert vault.summaries() == cold
        assert vault.find("SY-2026-0002") == SECOND
        assert vault.identity is not None
        assert Path(index_path(vault.git_dir, vault.identity)).stat().st_ino == before
