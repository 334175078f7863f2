"""The index gives back every row as it was, to its owner only."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.crypto import age
from store.model.case import Case
from store.model.summarize import summarize
from store.search.index import Index, Row, find_reference, read_index, write_index

KEY = age.new_identity()
COMMIT = "c" * 40
words = st.text(max_size=8)


def row(case: Case, compartment: str = "main") -> Row:
    path = f"cases/{compartment}/{case.id[:2]}/{case.id}.age"
    return Row(path, "b" * 40, summarize(case))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    case = Case.empty(draw(st.from_regex(r"[0-9a-f]{20}", fullmatch=True)), "main")
    case.data["overview"] = {
        "reference": draw(words),
        "title": draw(words),
        "status": draw(words),
        "kind": draw(st.lists(words, max_size=2)),
        "period": draw(words),
    }
    case.data["people"] = [{"id": "p1", "pseudonym": draw(words)}]
    case.data["changed"] = {"by": draw(words), "at": draw(words)}
    return case


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(cases(), max_size=4, unique_by=lambda case: case.id))
def test_what_is_written_is_read_back(tmp_path: Path, made: list[Case]) -> None:
    index = Index(COMMIT, [row(case) for case in made])
    path = str(tmp_path / "index.age")
    write_index(path, index, KEY.recipient)
    assert read_index(path, KEY) == index
    for found in index.rows:
        known = find_reference(path, KEY, found.summary.reference)
        assert known is not None
        commit, ids = known
        assert commit == COMMIT
        same = [r.summary.id for r in index.rows if r.summary.reference == found.summary.reference]
        assert ids == same
    assert find_reference(path, KEY, "no such reference") == (COMMIT, [])


def test_nobody_else_reads_it_and_a_broken_one_is_none(tmp_path: Path) -> None:
    path = tmp_path / "index.age"
    case = Case.empty("a" * 20, "main")
    case.data["overview"] = {"title": "Qandil", "reference": "R"}
    write_index(str(path), Index(COMMIT, [row(case)]), KEY.recipient)
    whole = path.read_bytes()
    assert b"Qandil" not in whole
    assert path.stat().st_mode & 0o777 == 0o600
    stranger = age.new_identity()
    assert read_index(str(path), stranger) is None
    assert find_reference(str(path), stranger, "R") is None
    for cut in range(0, len(whole), 7):
        path.write_bytes(whole[:cut])
        assert read_index(str(path), KEY) is None
        find_reference(str(path), KEY, "R")
    for place in range(0, len(whole), 11):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        read_index(str(path), KEY)
        find_reference(str(path), KEY, "R")
    assert read_index(str(tmp_path / "none"), KEY) is None


@pytest.mark.parametrize(
    "inner", [b"", b"\0", b"dalil-index-2\0", b"\xff\xfe", b"dalil-index-1 x 9\0a\0b"]
)
def test_a_strange_content_is_none(tmp_path: Path, inner: bytes) -> None:
    sealed = age.encrypt(inner, [KEY.recipient])
    path = tmp_path / "index.age"
    path.write_bytes(len(sealed).to_bytes(8, "big") + sealed + sealed)
    assert read_index(str(path), KEY) is None
    assert find_reference(str(path), KEY, "R") is None


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    write_index(str(tmp_path / "file" / "index.age"), Index(COMMIT, []), KEY.recipient)
