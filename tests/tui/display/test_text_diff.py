from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.display.change_page import Paragraph, lay_out_paragraphs
from tui.display.text_diff import Hunk, Piece, text_difference

WORDS = st.lists(
    st.sampled_from(["one", "two", "three", "four", "five", "ستة", "سبعة", "ثمانية\n"]), max_size=40
)


def changed(pieces: tuple[Piece, ...]) -> str:
    return "|".join(piece.text.strip() for piece in pieces if piece.is_changed)


def test_only_the_word_that_differs_is_marked() -> None:
    (hunk,) = text_difference("He left in a white car at noon", "He left in a grey car at noon")
    assert changed(hunk.old) == "white"
    assert changed(hunk.new) == "grey"


def test_words_far_from_a_change_are_left_out() -> None:
    before = " ".join(f"w{n}" for n in range(100))
    (hunk,) = text_difference(before, before.replace("w50", "other"))
    text = "".join(piece.text for piece in hunk.new)
    assert text.startswith("… w44")
    assert text.endswith("w56 …")


def test_what_was_only_added_has_no_line_that_was_removed() -> None:
    before = "They asked at the branch three times"
    (hunk,) = text_difference(before, f"{before} and once more")
    assert hunk.old == ()
    assert changed(hunk.new) == "and once more"


def test_two_texts_with_nothing_in_common_are_shown_as_they_are() -> None:
    assert text_difference("First account", "متن آخر تمامًا") == [
        Hunk(
            (Piece("First account", is_changed=False),), (Piece("متن آخر تمامًا", is_changed=False),)
        )
    ]


def test_a_text_of_many_thousand_words_is_compared_by_lines() -> None:
    lines = [f"line {n} of a long account of what was seen" for n in range(900)]
    before = "\n".join(lines)
    lines[450] = "another line"
    (hunk,) = text_difference(before, "\n".join(lines))
    assert changed(hunk.new) == "another line"


@given(WORDS, WORDS)
def test_what_is_marked_is_what_turns_one_text_into_the_other(
    old: list[str], new: list[str]
) -> None:
    hunks = text_difference(" ".join(old), " ".join(new))
    assert (
        bool(hunks) == (" ".join(old) != " ".join(new))
        or " ".join(old).split() == " ".join(new).split()
    )
    for hunk in hunks:
        assert hunk.old or hunk.new


@given(st.text(alphabet="ab \n\tسع\u0651", max_size=200), st.integers(12, 60), st.booleans())
def test_paragraphs_keep_all_letters_and_their_width(
    text: str,
    width: int,
    is_mirrored: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    paragraphs = [Paragraph(((text[:20], "removed"), (text[20:], "removed-word")), "−")]
    lines = lay_out_paragraphs(paragraphs, width, is_mirrored=is_mirrored)
    said = "".join(line.plain for line in lines).replace("−", "")
    assert "".join(said.split()) == "".join(text.split())
    for line in lines:
        assert all(style in ("", "removed", "removed-word") for _, style in line.pieces)
