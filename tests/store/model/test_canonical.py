"""The quick way to read a document gives what libyaml gives, or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from store.errors import BadFormat
from store.model.canonical import read
from store.model.codec import _by_libyaml, dump
from tests.bench.cases import make_cases

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
words = st.text(st.sampled_from("ab é-:#'|? \n"), max_size=8)
scalars = text | words | st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats()
keys = st.sampled_from(["a", "b", "case-id", "x_1", "true", "1", "no key"])
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)
)
documents = st.dictionaries(keys, values, min_size=1, max_size=4)

CASES = [case.dump().decode().splitlines() for case in make_cases(3)]
PIECES = [
    "a", "b", "a:", "b: c", "- a", "- a: b", "- b:", "a: |", "a: |-", "a: >", "a: |2", "a: 'b'",
    "a: ''''", "a: 'b''", 'a: "b"', "a: -1.5", "a: 007", "a: ~", "a: x: y", "a: x #y", "a: x#y",
    "a: -", "a: - b", "- - a", "? a", "a: &x b", "a: *x", "a: !x b", "a: [b]", "a: {}", "---",
    "...", "# x", "%YAML 1.1", "", " ", "  ", "    ", "\n", "\t", "\r", "\x85", "\u2028", "\ufeff",
    "é", "قضية", ":", ": ", "'", '"', "#", "|", "-", "- ", "a b: c", "a" * 1025 + ": b",
]  # fmt: skip
shifts = st.sampled_from(["", "", "  ", "    ", " "])
lines = st.builds(str.__add__, shifts, st.sampled_from(PIECES))
loose = st.builds(
    lambda pieces, end: "\n".join(pieces) + end,
    st.lists(lines | st.builds(str.__add__, lines, st.sampled_from(PIECES)), max_size=9),
    st.sampled_from(["\n", "\n\n\n", ""]),
)


@st.composite
def disturbed(draw: st.DrawFn) -> str:
    """Give a case with a few lines changed, moved in or out, doubled or left out."""
    case = list(draw(st.sampled_from(CASES)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(case) - 1))
        line = case[at]
        spot = draw(st.integers(0, len(line)))
        piece = draw(st.sampled_from(PIECES))
        others = [[], [line, line], ["  " + line], [" " + line], [line.removeprefix("  ")], [piece]]
        case[at : at + 1] = draw(st.sampled_from([*others, [line[:spot] + piece + line[spot:]]]))
        case = case or [""]
    return "\n".join(case) + "\n"


def by_libyaml(document: bytes) -> dict[str, Any] | None:
    try:
        return _by_libyaml(document)
    except BadFormat:
        return None


@settings(max_examples=300, deadline=None)
@given(disturbed() | loose | documents.map(lambda data: dump(data).decode()))
@example("a: |\n  b\n   \n\n c\n")
@example("a:\n- b\n c\n")
@example("a: |\n  b\n  \n\nb: c\n")
def test_what_is_read_the_quick_way_is_what_libyaml_reads(document: str) -> None:
    written = document.encode()
    found = read(written)
    if found is not None:
        # Written out, for 1, 1.0 and True are equal, and so are mappings in another order.
        assert repr(found) == repr(by_libyaml(written))


def test_a_case_is_read_the_quick_way() -> None:
    for case in make_cases(20):
        assert read(case.dump()) == case.data


@pytest.mark.parametrize(
    ("document", "data"),
    [
        ("a: b\n", {"a": "b"}),
        ("a: b\n\n\n\n", {"a": "b"}),
        ("a: قضية\n", {"a": "قضية"}),
        ("a: b:c d#e\n", {"a": "b:c d#e"}),
        ("a: 2013-05~\nb: 12\nc: -33.5\nd: null\ne: true\nf: 'true'\n",
         {"a": "2013-05~", "b": 12, "c": -33.5, "d": None, "e": True, "f": "true"}),
        ("a: 'it''s: so'\n", {"a": "it's: so"}),
        ("a:\n  b: c\nd: e\n", {"a": {"b": "c"}, "d": "e"}),
        ("a:\n- b\n- 'c'\nd: e\n", {"a": ["b", "c"], "d": "e"}),
        ("a:\n- id: p1\n  b:\n  - c\n- id: p2\n", {"a": [{"id": "p1", "b": ["c"]}, {"id": "p2"}]}),
        ("a: |\n  b: c\n    d\n\n  e\nf: g\n", {"a": "b: c\n  d\n\ne\n", "f": "g"}),
        ("a:\n- b: |-\n    c\n  d: e\n", {"a": [{"b": "c", "d": "e"}]}),
    ],
)  # fmt: skip
def test_the_canonical_form_is_known(document: str, data: dict[str, Any]) -> None:
    assert read(document.encode()) == data == _by_libyaml(document.encode())


@pytest.mark.parametrize(
    "document",
    [
        "", "\n", "a\n", "a: b", "a:\n", "a: \n", "a:  b\n", "a: b \n", "a: b\na: c\n",
        "a: b\n c\n", "a: b\n  c: d\n", "a:\n   b: c\n", "a:\n  - b\n", "a: b\n- c\n", "- a\n",
        "a:\n- b\n  c: d\n", "a: |\n\n  b\n", "a: |\n   b\n", "a: |\nb: c\n", "a: |",
        "a: |\n  b\n c\n", "a: 'b\n", "a: '''\n", "a: 'b' c\n", 'a: "b"\n', "a: &x b\n", "a: *x\n",
        "a: !x b\n", "a: [b]\n", "a: {b: c}\n", "a: - b\n", "a: ? b\n", "a: b: c\n", "a: b:\n",
        "a: b #c\n", "#a\na: b\n", "---\na: b\n", "%YAML 1.1\n---\na: b\n", "a: b\n...\n",
        "a: b\n\nc: d\n", "a: b\r\n", "a:\tb\n", "a: b\u2028\n", "a: b\x85c: d\n", "\ufeffa: b\n",
        "a b: c\n", "'a': b\n", "? a\n: b\n", f"{'a' * 1025}: b\n", "a: \x00\n",
        "".join(f"{'  ' * level}a:\n" for level in range(30)) + "  " * 30 + "a: b\n",
    ],
)  # fmt: skip
def test_anything_else_is_left_to_libyaml(document: str) -> None:
    assert read(document.encode()) is None


def test_what_is_no_utf8_is_left_to_libyaml() -> None:
    assert read(b"a: \xff\n") is None
