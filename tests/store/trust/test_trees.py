from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from store.trust.trees import (
    change_among,
    change_in_uniform,
    differing,
    parse_tree,
    parse_uniform,
    places_of,
)

Shards = dict[str, bytes]
SHARDS = st.dictionaries(
    st.from_regex(r"[0-9a-f]{2}", fullmatch=True), st.binary(min_size=20, max_size=20), max_size=24
)


def raw(shards: Shards) -> bytes:
    return b"".join(b"40000 %b\0%b" % (name.encode(), shards[name]) for name in sorted(shards))


def changed(old: Shards, new: Shards) -> dict[str, bytes | None]:
    names = old.keys() | new.keys()
    return {name: new.get(name) for name in names if old.get(name) != new.get(name)}


def as_shards(piece: bytes) -> Shards:
    entries = parse_tree(piece)
    assert entries is not None
    return {name.decode(): oid for name, (_, oid) in entries.items()}


@given(old=SHARDS, other=SHARDS, is_edit=st.booleans())
def test_the_piece_that_differs_holds_every_difference(
    *, old: Shards, other: Shards, is_edit: bool
) -> None:
    new = {**old, **dict(list(other.items())[:1])} if is_edit else other

    old_piece, new_piece = differing(raw(old), raw(new), 29)

    assert changed(as_shards(old_piece), as_shards(new_piece)) == changed(old, new)


@given(SHARDS, SHARDS.filter(bool), st.integers(0, 23), st.integers(0, 23))
def test_entries_out_of_order_show_in_the_piece(
    old: Shards, new: Shards, first: int, second: int
) -> None:
    names = sorted(new)
    a, b = names[first % len(names)], names[second % len(names)]
    records = {name: b"40000 %b\0%b" % (name.encode(), new[name]) for name in names}
    records[a], records[b] = records[b], records[a]
    hostile = b"".join(records[name] for name in names)

    piece = differing(raw(old), hostile, 29)[1]

    assert (parse_uniform(piece, 29) is None) == (a != b)


def test_a_tree_with_a_name_twice_or_with_garbage_is_no_tree() -> None:
    blob, folder = b"100644 a\0" + b"x" * 20, b"40000 a\0" + b"y" * 20
    assert parse_tree(blob + blob) is None
    assert parse_tree(blob + folder) is None
    assert parse_tree(blob[:-1]) is None
    assert parse_tree(blob + b"!") is None
    assert parse_tree(b"100644 a/b\0" + b"x" * 20) is None
    assert parse_tree(b"") == {}


@given(st.binary(max_size=300))
def test_no_bytes_make_reading_a_tree_fail(data: bytes) -> None:
    for found in (parse_tree(data), parse_uniform(data, 29), parse_uniform(data, 52)):
        assert found is None or isinstance(found, dict)


@given(SHARDS.filter(bool), st.integers(0, 23), st.binary(min_size=20, max_size=20))
def test_the_one_changed_entry_is_found(old: Shards, which: int, oid: bytes) -> None:
    name = sorted(old)[which % len(old)]
    before, after = raw(old), raw({**old, name: oid})
    expected = None if old[name] == oid else (name.encode(), b"40000", old[name], oid)

    entries = parse_tree(before)
    assert entries is not None
    assert change_among(before, after, places_of(entries)) == expected
    if expected:
        assert change_in_uniform(before, after, 29) == expected


@given(SHARDS.filter(bool), st.data())
def test_any_other_change_is_none(old: Shards, data: st.DataObject) -> None:
    before = raw(old)
    after = bytearray(before)
    places = st.integers(0, len(before) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=4)):
        after[place] ^= data.draw(st.integers(1, 255))
    new = bytes(after)
    entries = parse_tree(before)
    assert entries is not None

    found = change_among(before, new, places_of(entries))

    if new != before:
        assert change_in_uniform(before, new, 29) == found
    if found is not None:
        name, mode, _, after_it = found
        assert parse_tree(new) == {**entries, name: (mode, after_it)}
