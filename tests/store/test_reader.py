"""A repository opened for reading: as a member, or without any key."""

from __future__ import annotations

import pytest

from store.errors import BadFormat, NotFound, Sealed, StoreError
from store.reader import Reader
from store.trust.paths import case_path
from tests.store.office import FIRST, HIDDEN, MARKER, Office


def test_each_member_sees_what_is_theirs(office: Office) -> None:
    expected = {
        "nour": ("admin", ("main", "witness"), True),
        "sami": ("editor", ("main",), True),
        "lina": ("reviewer", ("main",), False),
    }
    for member, (role, compartments, may_write) in expected.items():
        with office.open(member) as vault:
            assert (vault.handle, vault.role) == (member, role)
            assert vault.compartments == compartments
            assert vault.may_write("main") is may_write
            assert vault.name == "Unit"
    for handle in ("stranger", None):
        with office.open(handle) as vault:
            assert (vault.handle, vault.role, vault.compartments) == (None, None, ())
            assert not vault.may_write("main")
            with pytest.raises(Sealed):
                vault.get(FIRST)


def test_a_case_is_read_as_it_is_and_as_it_was(office: Office) -> None:
    before = office.head()
    office.edit("sami", "new title")
    with office.open("lina") as vault:
        assert vault.get(FIRST).title == "new title"
        assert vault.get(FIRST, before).title == f"{MARKER} 1"
        assert f"{MARKER} 1".encode() in vault.text(FIRST, before)
        assert list(vault.places(FIRST, before)) == ["main"]
        with pytest.raises(NotFound):
            vault.get(FIRST, vault.trust.root)
        with pytest.raises(Sealed):
            vault.get(HIDDEN)


@pytest.mark.parametrize("case_id", ["", "x", "../policy", "f" * 20, "a\nb", "/", "a/b", "قضية"])
def test_an_id_that_is_none_is_not_found(office: Office, case_id: str) -> None:
    with office.open() as vault, pytest.raises(NotFound):
        vault.get(case_id)


@pytest.mark.parametrize(
    "commit", ["HEAD", "main", "0" * 40, "x\nrefs/heads/main", "refs/heads/main"]
)
def test_a_commit_that_is_none_is_one_clear_line(office: Office, commit: str) -> None:
    with office.open() as vault:
        with pytest.raises(StoreError):
            vault.get(FIRST, commit)
        assert vault.get(FIRST).id == FIRST  # and nothing is out of step afterwards
        with pytest.raises(StoreError):
            vault.get(FIRST, vault.tree(vault.tip))


def test_reading_leaves_the_repository_as_it_is(office: Office) -> None:
    (office.folder / "policy.yaml").write_text("changed by hand")
    before = office.git("status", "--porcelain")
    with Reader.open(str(office.folder), office.keys("lina")) as reader:
        assert reader.role == "reviewer"
        reader.summaries()
    assert office.git("status", "--porcelain") == before


def test_a_closed_reader_holds_no_key(office: Office) -> None:
    vault = office.open()
    vault.get(FIRST)
    vault.close()
    assert vault.identity is None
    with pytest.raises(Sealed):
        vault.get(FIRST)
    vault.close()


def test_a_case_in_two_compartments_is_read_from_the_one_that_opens(office: Office) -> None:
    with office.open() as vault:
        case = vault.get(HIDDEN)
        case.data["compartment"] = "main"
        from store.part import seal_part

        text = seal_part(case, vault.recipient("main"))
    office.commit("nour", [(case_path("main", HIDDEN), text)], "new case")
    with office.open("lina") as vault:
        assert vault.get(HIDDEN).compartment == "main"
        states = [(row.compartment, row.state) for row in vault.summaries() if row.id == HIDDEN]
        assert states == [("main", "open")]  # a case makes one row


def test_what_is_beside_the_repository_is_not_taken_for_it(office: Office) -> None:
    with pytest.raises(BadFormat, match="no git repository"):
        Reader.open(str(office.folder.parent))
