"""A key on paper: written so that a person can copy it, and read so that a slip is found."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import paper
from store.crypto import age
from store.crypto.bech32 import LETTERS
from store.errors import BadFormat

KEY = age.Identity("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX")


def rows(key: age.Identity = KEY) -> list[str]:
    """The numbered lines, without their comment signs."""
    lines = [line.strip("# ") for line in paper.write(key).splitlines()]
    return [line for line in lines if line[:1] in ("1", "2", "3", "4")]


def test_a_sheet_is_for_people_and_has_the_key_in_one_line_for_age() -> None:
    text = paper.write(KEY)
    assert KEY.recipient in text
    assert text.splitlines()[-1] == KEY.secret
    assert all(line.startswith("#") for line in text.splitlines()[:-1])
    assert len(rows()) == paper.LINES == 4
    assert all(len(line) <= 80 for line in text.splitlines()[2:-1] if "words" not in line)


@pytest.mark.skipif(shutil.which("age") is None, reason="needs the age program")
def test_stock_age_reads_a_sheet_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "paper.txt").write_text(paper.write(KEY))
    file = age.encrypt(b"text", [KEY.recipient])
    command = ["age", "-d", "-i", str(tmp_path / "paper.txt")]
    assert subprocess.run(command, input=file, capture_output=True, check=True).stdout == b"text"


def test_what_was_written_is_read() -> None:
    for key in (age.new_identity() for _ in range(100)):
        assert paper.read(paper.write(key)).secret == key.secret
        assert paper.read("\n".join(rows(key))).secret == key.secret


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        str.upper,
        lambda text: text.replace(" ", "   "),
        lambda text: text.replace("0", "O"),
        lambda text: text.replace("8", "B"),
        lambda text: text.replace("1  ", "1.  "),
        lambda text: "\n\n" + text.replace("\n", "\r\n\r\n"),
        lambda text: "\n".join(reversed(text.splitlines())),
        lambda text: "\n".join(f"#   {line}" for line in text.splitlines()),
        lambda text: "\n".join(line[1:] for line in text.splitlines()),
    ],
)
def test_spacing_case_and_look_alikes_do_not_matter(change: object) -> None:
    key = age.new_identity()
    assert callable(change)
    assert paper.read(change("\n".join(rows(key)))).secret == key.secret


def test_groups_may_be_run_together() -> None:
    lines = [line.split() for line in rows()]
    text = "\n".join(f"{number} {''.join(groups)} {word}" for number, *groups, word in lines)
    assert paper.read(text).secret == KEY.secret


def test_the_whole_key_in_one_line_is_read_too() -> None:
    assert paper.read(KEY.secret.lower()).secret == KEY.secret
    with pytest.raises(BadFormat):
        paper.read(KEY.secret[:-1] + "Q")


@given(st.integers(0, 3), st.integers(0, 9), st.sampled_from(LETTERS.upper()))
def test_one_wrong_letter_is_found_in_its_line(line: int, place: int, letter: str) -> None:
    lines = rows()
    number, *groups, word = lines[line].split()
    letters = "".join(groups)
    if letters[place] == letter:
        return
    lines[line] = f"{number} {letters[:place]}{letter}{letters[place + 1 :]} {word}"
    with pytest.raises(BadFormat) as raised:
        paper.read("\n".join(lines))
    # One slip in 2048 fits the check word; the key's own checksum finds that one.
    assert raised.value.values.get("line", line + 1) == line + 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: lines[:2] + lines[3:], "line 3 of the paper is missing"),
        (lambda lines: [*lines, "5 QPZR QPZR abandon"], "the paper has no line 5"),
        (lambda lines: [lines[0][:-8], *lines[1:]], "line 1 of the paper"),
        (
            lambda lines: [lines[0].replace(" ", " $", 3), *lines[1:]],
            "line 1 of the paper: $ is no",
        ),
        (lambda lines: [*lines[:3], "4 abandon"], "line 4 of the paper has 0 letters"),
        (lambda _: [], "line 1 of the paper is missing"),
        (
            lambda lines: [*lines[:1], "2 " + lines[0][2:], *lines[2:]],
            "line 2 of the paper does not",
        ),
    ],
)
def test_a_wrong_line_is_named(change: object, words: str) -> None:
    assert callable(change)
    with pytest.raises(BadFormat) as raised:
        paper.read("\n".join(change(rows())))
    assert words in str(raised.value)


def test_an_error_never_shows_the_key() -> None:
    text = "\n".join(rows()).replace(rows()[1].split()[1], "AAAA")
    with pytest.raises(BadFormat) as raised:
        paper.read(text)
    assert not any(
        group in str(raised.value) + repr(raised.value.values)
        for line in rows()
        for group in line.split()[1:]
        if len(group) == 4 and group.isupper()
    )


def test_a_group_is_compared_as_a_person_types_it() -> None:
    assert paper.same_letters(" 0lk8 ", "0LK8")
    assert paper.same_letters("OIkB", "0LK8")
    assert not paper.same_letters("0LK9", "0LK8")


@pytest.mark.parametrize(
    "typed",
    [
        lambda text: text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        lambda text: text.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
        lambda text: "\ufeff" + text.replace("\n", "\r\n"),
        lambda text: "\n".join(f"\u200f{line}\u200e" for line in text.split("\n")),
    ],
    ids=["arabic digits", "persian digits", "byte order mark", "direction marks"],
)
def test_what_a_keyboard_or_an_editor_makes_of_it_is_understood(
    typed: Callable[[str], str],
) -> None:
    assert paper.read(typed("\n".join(rows()))).secret == KEY.secret
    assert paper.same_letters(typed("GF PY"), "GFPY")
