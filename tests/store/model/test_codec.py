"""YAML in and out: what is read, what is refused, and that writing is stable."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from store.crypto.padding import pad, unpad
from store.errors import BadFormat
from store.model.codec import MAX_DEPTH, dump, load

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
scalars = (
    text
    | st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4)
)
documents = st.dictionaries(text, values, min_size=1, max_size=5)


@given(documents)
def test_what_is_written_is_read_back(document: dict[str, object]) -> None:
    assert load(dump(document)) == document


@given(documents)
def test_writing_what_was_read_gives_the_same_bytes(document: dict[str, object]) -> None:
    written = dump(document)
    assert dump(load(written)) == written


@given(documents)
def test_padding_changes_nothing_in_a_document(document: dict[str, object]) -> None:
    assert load(unpad(pad(dump(document)))) == document
    assert load(pad(dump(document))) == document


@given(st.dictionaries(text, text, min_size=1, max_size=5))
def test_another_yaml_reader_reads_the_same_text(document: dict[str, str]) -> None:
    assert yaml.safe_load(dump(document)) == document


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("2013-05-21", "2013-05-21"),
        ("2013", 2013),
        ("no", "no"),
        ("on", "on"),
        ("007", "007"),
        ("+963", "+963"),
        ("1_000", "1_000"),
        ("12:30:00", "12:30:00"),
        ("0x1F", "0x1F"),
        ("true", True),
        ("~", None),
        ("33.5", 33.5),
        ("1e5", "1e5"),
        ("9" * 40, "9" * 40),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_plain_scalars_become_null_truth_values_and_numbers_only(plain: str, value: object) -> None:
    assert load(f"x: {plain}\n".encode()) == {"x": value}


def test_several_lines_become_a_literal_block() -> None:
    assert dump({"x": "one\ntwo\n"}) == b"x: |\n  one\n  two\n"


def test_arabic_is_written_as_it_is() -> None:
    assert dump({"x": "قضية"}) == "x: قضية\n".encode()


@pytest.mark.parametrize(
    "hostile",
    [
        b"a: &x 1\nb: *x\n",
        b"a: !!python/object/apply:os.system ['true']",
        b"!!map {a: 1}",
        b"a: !local 1",
        b"a: 1\na: 2",
        b"a: {b: 1, b: 2}",
        b"- a",
        b"just text",
        b"",
        b"# only a comment",
        b"a: 1\n---\nb: 2",
        b"\xff\xfea\x00:\x00",
        b"a: \xff\xfe",
        b"? {a: b}\n: 1",
        b"? [a]\n: 1",
        b"[1, 2",
        b"a: [1, 2\nb: 3",
        b"a: " + b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        b"\x00",
        b"a: b: c",
        b"%TAG ! tag:x,2000:\n---\na: !x 1",
    ],
)
def test_hostile_and_broken_documents_are_refused_in_one_line(hostile: bytes) -> None:
    with pytest.raises(BadFormat) as caught:
        load(hostile)
    assert "\n" not in str(caught.value)


def test_an_error_names_the_line_and_never_the_text() -> None:
    with pytest.raises(BadFormat) as caught:
        load(b"name: secret\nname: secret\n")
    assert "line 2" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_billion_laughs_is_refused_at_its_first_anchor() -> None:
    laughs = b"a: &a [x, x]\n" + b"".join(
        b"%c: &%c [*%c, *%c]\n" % (c, c, c - 1, c - 1) for c in range(98, 110)
    )
    with pytest.raises(BadFormat, match="line 1"):
        load(laughs)
