"""The index gives back every row as it was, to its owner only."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.crypto import age
from store.model.case import Case
from store.model.summarize import summarize
from store.model.summary import Summary
from store.search.gathering import gather
from store.search.index import (
    BLOB_SIZE,
    Index,
    Words,
    find_reference,
    read_index,
    read_words,
    write_index,
)
from store.search.match import Finder
from store.search.vocabulary import Vocabulary

KEY = age.new_identity()
COMMIT = "c" * 40
words = st.text(max_size=8)


def index_of(cases: list[Case], commit: str = COMMIT) -> Index:
    rows = [summarize(case) for case in cases]
    blobs = b"".join(bytes([number]) * BLOB_SIZE for number in range(len(rows)))
    return Index(commit, rows, blobs)


def texts_of(rows: list[Summary]) -> list[str]:
    return [f"{row.title} · {row.reference}" for row in rows]


def write(path: Path, index: Index) -> None:
    gathered = gather(texts_of(index.rows))
    words = Words(gathered, Vocabulary.of(gathered.words))
    write_index(str(path), index, words, KEY.recipient)


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
    index = index_of(made)
    path = str(tmp_path / "index.age")
    write(tmp_path / "index.age", index)
    read = read_index(path, KEY)
    assert read is not None
    assert read._replace(mark="") == index
    words = read_words(path, KEY, read.mark)
    assert words is not None
    assert [words.gathered.text(row) for row in range(len(made))] == texts_of(index.rows)
    assert read.blob_ids() == ["", *(f"{n:02x}" * BLOB_SIZE for n in range(1, 9))][: len(made)]
    for found in index.rows:
        known = find_reference(path, KEY, found.reference)
        assert known is not None
        commit, ids = known
        assert commit == COMMIT
        assert ids == [row.id for row in index.rows if row.reference == found.reference]
    assert find_reference(path, KEY, "no such reference") == (COMMIT, [])


def named(title: str) -> Index:
    case = Case.empty("a" * 20, "main")
    case.data["overview"] = {"title": title, "reference": "R"}
    return index_of([case])


def ends_of_parts(whole: bytes) -> list[int]:
    ends = [0]
    while ends[-1] < len(whole):
        ends.append(ends[-1] + 8 + int.from_bytes(whole[ends[-1] : ends[-1] + 8], "big"))
    return ends


def test_nobody_else_reads_it_and_a_broken_one_is_none(tmp_path: Path) -> None:
    path = tmp_path / "index.age"
    write(path, named("Qandil"))
    whole, known = path.read_bytes(), read_index(str(path), KEY)
    assert known is not None
    assert b"Qandil" not in whole
    assert path.stat().st_mode & 0o777 == 0o600
    stranger = age.new_identity()
    assert read_index(str(path), stranger) is None
    assert read_words(str(path), stranger, known.mark) is None
    assert find_reference(str(path), stranger, "R") is None
    ends = ends_of_parts(
        whole
    )  # cut there, a file is not seen to be cut before words are asked for
    for cut in range(0, len(whole), 7):
        path.write_bytes(whole[:cut])
        index = read_index(str(path), KEY)
        assert index is None or cut in ends
        assert read_words(str(path), KEY, known.mark) is None
        find_reference(str(path), KEY, "R")
    for place in range(0, len(whole), 11):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        read_index(str(path), KEY)
        read_words(str(path), KEY, known.mark)
        find_reference(str(path), KEY, "R")
    assert read_index(str(tmp_path / "none"), KEY) is None
    assert read_words(str(tmp_path / "none"), KEY, known.mark) is None


def test_the_words_of_another_index_are_none(tmp_path: Path) -> None:
    path = tmp_path / "index.age"
    write(path, named("Qandil"))
    older = read_index(str(path), KEY)
    write(path, named("Qandil"))
    newer = read_index(str(path), KEY)
    assert older is not None
    assert newer is not None
    assert read_words(str(path), KEY, older.mark) is None
    assert read_words(str(path), KEY, newer.mark) is not None


def test_words_that_were_read_find_what_those_find_that_were_taken_apart(tmp_path: Path) -> None:
    titles = ["Ali Mamlouk", "Abdulsalam Khatib", "SY-2014-7", "عبد السلام الخطيب", "Omar", ""]
    index = index_of([Case.empty(f"{n:020x}", "main") for n in range(6)])
    index = index._replace(
        rows=[row._replace(title=title) for row, title in zip(index.rows, titles, strict=True)]
    )
    write(tmp_path / "index.age", index)
    read = read_index(str(tmp_path / "index.age"), KEY)
    assert read is not None
    words = read_words(str(tmp_path / "index.age"), KEY, read.mark)
    assert words is not None
    made, kept = Finder.of(texts_of(index.rows)), Finder(*words)
    for query in ("mamluk", "abd al-salam", "khateeb", "2014", "mamlok", "o", "الخطيب", ""):
        assert kept.find(query) == made.find(query)
    for finder in (made, kept):
        finder.replace(4, "Chlorine mamlouq")
        finder.append("Qandil")
    for query in ("omar", "chlorin", "mamluk", "qandil", "kandil"):
        assert kept.find(query) == made.find(query)


@pytest.mark.parametrize(
    "inner",
    [b"", b"\0", b"dalil-index-2\0", b"\xff\xfe", b"dalil-index-1 x 9\0a\0b", b"x y z 9\0a\0b"],
)
def test_a_strange_content_is_none(tmp_path: Path, inner: bytes) -> None:
    sealed = age.encrypt(inner, [KEY.recipient])
    path = tmp_path / "index.age"
    path.write_bytes(len(sealed).to_bytes(8, "big") + sealed + sealed)
    assert read_index(str(path), KEY) is None
    assert find_reference(str(path), KEY, "R") is None


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    write(tmp_path / "file" / "index.age", Index(COMMIT, [], b""))
