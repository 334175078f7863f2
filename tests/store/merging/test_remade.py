"""What the parts of a merged case are: the same whoever merges, readable, and nothing opened."""

from __future__ import annotations

from pathlib import Path

from store.model import codec
from store.model.case import Case
from store.part import open_part, seal_part
from store.sealing import seal
from store.trust.paths import case_path
from tests.store.merging.lines import change, merge, paths, read
from tests.store.merging.test_sealed import seal_as_nour, with_a_witness
from tests.store.office import FIRST, Office
from tests.store.sealed_office import home_text, with_a_sealed_witness


def text_of(office: Office, path: str) -> bytes:
    with office.open("nour") as vault:
        blob = office.git("rev-parse", f"main:{path}").strip()
        return open_part(vault.objects.read(blob)[1], vault.keys_of(path.split("/")[1]))


def test_a_conflict_about_what_another_sealed_is_not_left_in_the_home(
    office: Office, tmp_path: Path
) -> None:
    with_a_witness(office)
    third = office.copy(tmp_path / "third")
    change(office, "sami", people__p2__note="note-one")
    change(third, "nour", people__p2__note="note-two")
    merge(office, third)
    other = office.copy(tmp_path / "other")
    change(third, "nour", people__p2__note="note-three")
    merge(office, third, "sami")
    seal_as_nour(other)
    assert merge(office, other, "sami").blind == (FIRST,)
    with office.open("nour") as vault:
        assert "sealed: witness" in home_text(vault)
        assert "note-" not in home_text(vault)
    (beside,) = (path for path in paths(office) if "~" in path)
    assert b"note-three" in text_of(office, beside)


def test_two_who_merge_the_same_make_the_same_of_a_sealed_part(
    office: Office, tmp_path: Path
) -> None:
    mine = with_a_sealed_witness(office)
    its = mine.copy(tmp_path / "its")
    for clone, item_id in ((mine, "p5"), (its, "p6")):
        with clone.open("nour") as vault, vault.edit(FIRST, why="a witness") as case:
            case.add("people", {"id": item_id, "note": "Sealed."})
        with clone.open("nour") as vault:
            seal(vault, FIRST, item_id, "witness", why="in danger")
    before = mine.copy(tmp_path / "before")
    merge(mine, its)
    merge(its, before)
    for name in ("main", "witness"):
        one, other = (codec.load(text_of(clone, case_path(name, FIRST))) for clone in (mine, its))
        assert Case({**one, "changed": {}}).dump() == Case({**other, "changed": {}}).dump()


def test_what_only_a_newer_program_knows_of_a_part_is_not_dropped(
    office: Office, tmp_path: Path
) -> None:
    mine = with_a_sealed_witness(office)
    its = mine.copy(tmp_path / "its")
    path = case_path("witness", FIRST)
    for clone, word in ((mine, "mine"), (its, "its")):
        data = codec.load(text_of(clone, path)) | {"x_new": word}
        with clone.open("nour") as vault:
            content = seal_part(Case(data), vault.recipient("witness"))
        clone.commit("nour", [(path, content)])
    assert merge(mine, its).blind == (FIRST,)
    parts = [codec.load(text_of(mine, one)) for one in paths(mine) if "witness" in one]
    assert {part["x_new"] for part in parts} == {"mine", "its"}


def test_a_merge_is_never_too_deep_to_be_read(office: Office, other: Office) -> None:
    deep: object = "bottom"
    for _ in range(20):
        deep = {"k": deep}
    change(office, "nour", lambda case: case.data.update(x_deep=deep))
    change(other, "nour", lambda case: case.data.update(x_deep="plain"))
    assert merge(office, other).blind == (FIRST,)
    assert len(paths(office)) == 2
    assert "x_deep" in read(office).data
