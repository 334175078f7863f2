"""A whole line: fields stay in their columns, whatever stands in them."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.display.line import Side, arrange, has_rtl

LETTERS = "ابلا\u0651سم abX12()│▊─  中é\u0301👩\u200d❤\ufe0f\x1b\x9b\u202e\u200c\u3164\U000e0041"
PIECES = st.lists(st.text(st.sampled_from(LETTERS), max_size=12), min_size=1, max_size=6)


SIDES = st.builds(Side, st.booleans(), st.booleans(), st.just(()))
TYPED, MIRRORED = Side(is_typed=True), Side(is_mirrored=True)


def shown(*texts: str, reorder: bool = True, side: Side = Side()) -> str:  # noqa: B008 - it is frozen
    runs = arrange(texts, reorder=reorder, side=side)
    return "".join(run.text for run in runs)


@given(PIECES, st.booleans(), SIDES)
def test_the_width_of_a_line_never_changes(
    pieces: list[str],
    reorder: bool,  # noqa: FBT001 — hypothesis gives it
    side: Side,
) -> None:
    runs = arrange(tuple(pieces), reorder=reorder, side=side)
    assert sum(cell_len(run.text) for run in runs) == sum(cell_len(piece) for piece in pieces)


@given(PIECES)
def test_nothing_that_moves_the_terminal_is_left(pieces: list[str]) -> None:
    for mode in (True, False):
        assert not set(shown(*pieces, reorder=mode)) & set("\x1b\x9b\u202e\u200d\ufe0f")


@given(PIECES)
def test_a_run_names_a_segment_that_exists(pieces: list[str]) -> None:
    assert all(0 <= run.segment < len(pieces) for run in arrange(tuple(pieces), reorder=True))


def test_two_columns_do_not_swap() -> None:
    assert shown("SY-1  سمر  بيت  x ") == "SY-1  \ufeae\ufee4\ufeb3  \ufe96\ufef4\ufe91  x "


def test_a_border_separates_like_a_gap() -> None:
    assert shown("│سمر│بيت│") == "│\ufeae\ufee4\ufeb3│\ufe96\ufef4\ufe91│"


def test_what_a_ligature_frees_widens_the_gap_behind() -> None:
    assert shown("a  سلام  b") == "a  \ufee1\ufefc\ufeb3   b"


def test_at_the_right_end_it_widens_the_gap_before() -> None:
    assert shown("a  سلام") == "a   \ufee1\ufefc\ufeb3"


def test_brackets_are_mirrored_in_arabic_only() -> None:
    assert shown("(a)  سم (دم)  x") == "(a)  (\ufee1\ufea9) \ufee2\ufeb3  x"


def test_a_field_alone_at_the_margin_starts_at_the_right() -> None:
    assert shown("│ سم      │") == "│      \ufee2\ufeb3 │"


def test_a_field_alone_in_a_column_stays() -> None:
    assert shown("          سم           ") == "          \ufee2\ufeb3           "


def test_text_that_a_widget_has_put_at_the_right_stays_there() -> None:
    assert shown("     سم ") == "     \ufee2\ufeb3 "


def test_the_cursor_behind_arabic_stands_at_its_left() -> None:
    runs = arrange(("▊ سم", " ", "     ", "▎"), reorder=True)
    assert [(run.text, run.segment) for run in runs] == [
        ("▊", 0),
        ("     ", 2),
        (" ", 1),
        ("\ufee2\ufeb3 ", 0),
        ("▎", 3),
    ]


def test_the_label_of_a_tree_stays_beside_its_branch() -> None:
    assert shown("├── سم       ") == "├── \ufee2\ufeb3       "


def test_the_style_travels_with_its_letter() -> None:
    runs = arrange(("ab  د", "س", "م  x"), reorder=True)
    assert [(run.text, run.segment) for run in runs] == [
        ("ab  ", 0),
        ("\ufee2", 2),
        ("\ufeb3", 1),
        ("\ufea9", 0),
        ("  x", 2),
    ]


def test_a_cursor_on_a_vowel_sign_is_seen_on_its_letter() -> None:
    runs = arrange(("دب", "\u064e", "د  y"), reorder=True)
    assert [(run.text, run.segment) for run in runs] == [
        ("\ufeaa", 2),
        ("\ufe91\u064e", 1),
        ("\ufea9", 0),
        ("  y", 2),
    ]


def test_a_mark_stays_behind_its_letter() -> None:
    assert shown("x  ب\u064eد  y") == "x  \ufeaa\ufe91\u064e  y"


def test_two_spaces_are_no_column_where_one_types() -> None:
    assert shown("سم  دم   ", side=TYPED) == "   \ufee1\ufea9  \ufee2\ufeb3"


def test_wide_letters_keep_their_two_columns() -> None:
    assert shown("中中 سم  ab") == "中中 \ufee2\ufeb3  ab"


def test_joined_emoji_come_apart_so_that_every_terminal_agrees_on_the_width() -> None:
    assert shown("👩\u200d👧      │") == "👩👧    │"


def test_a_control_is_shown_at_the_cost_of_the_gap_behind() -> None:
    assert shown("│a\x1b[2J    │b", reorder=False) == "│a␛[2J   │b"


def test_without_a_gap_the_field_is_cut_and_the_border_stays() -> None:
    assert shown("│a\x1b]0;evil\x07│b│", reorder=False) == "│a␛]0;evi│b│"


def test_in_arabic_the_end_that_is_cut_is_the_left_one() -> None:
    assert shown("│سم\x1bدر│") == "│\ufea9␛\ufee2\ufeb3│"


def test_without_reordering_arabic_stays_as_stored() -> None:
    assert shown("a  سلام  b", reorder=False) == "a  سلام  b"


def test_right_to_left_letters_are_recognised() -> None:
    assert has_rtl("abc א")
    assert has_rtl("\ufefb")
    assert not has_rtl("abc ─ 中")


def test_a_date_after_arabic_reads_from_the_left() -> None:
    for number in ("2012-02-13", "2012-02~", "2012?", "2012/2013", "2012/..", "963-11-222"):
        assert number in shown(f"بيت {number} سمر ")
        assert number in shown(f"{number} سمر ")


def test_on_a_mirrored_screen_what_a_ligature_frees_leaves_the_right_edge_where_it_is() -> None:
    assert shown("a  سلام  b", side=MIRRORED) == "a   \ufee1\ufefc\ufeb3  b"
    assert shown("سلام  b", side=MIRRORED) == " \ufee1\ufefc\ufeb3  b"


def test_lines_of_a_paragraph_end_at_the_same_right_edge() -> None:
    for side in (Side(), MIRRORED, TYPED):
        for line in (" سلام ", " سلام", "سلام  ", "│ سلام    │"):
            assert shown(line, side=side).rstrip("│ ").endswith("\ufeb3")
            blank = len(line) - len(line.lstrip("│ "))
            assert len(shown(line, side=side)) - blank == shown(line, side=side).index("\ufeb3") + 1


def test_most_letters_decide_on_a_mirrored_screen_and_where_one_types() -> None:
    for side in (MIRRORED, TYPED):
        assert shown("W-1 سمر بيت", side=side) == "\ufe96\ufef4\ufe91 \ufeae\ufee4\ufeb3 W-1"
    assert shown("W-1 سمر بيت").startswith("W-1 ")
    assert shown("سم writes", side=MIRRORED) == "writes \ufee2\ufeb3"
    assert shown("سم writes", side=TYPED) == "\ufee2\ufeb3 writes"


def test_a_given_direction_wins_over_the_first_letter() -> None:
    rtl = Side(bases=("rtl",))
    assert shown("W-1 سم", side=rtl) == "\ufee2\ufeb3 W-1"
    assert shown("سم W-1", side=Side(bases=("ltr",))) == "\ufee2\ufeb3 W-1"
