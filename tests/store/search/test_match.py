from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.search.highlight import forget
from store.search.match import Finder, spans

ROWS = [
    "SY-2013-001 Detention of Jamil Hassan, Damascus",
    "جميل حسن",
    "Ali Mamlouk",
    "علي مملوك",
    "Jameel al-Hasan",
    "Abdulsalam Mahmud 2013",
    "عبد السلام محمود",
    "Rami Makhlouf",
    "SY-2014-002 فرع فلسطين Branch 235",
]
NAMES = (
    "ali hassan hasan jamil al-Hasan علي حسن الحسن جميل عبدالرحمن Abd al-Rahman abdurrahman "
    "محمّد Muhammad mohd 2013 ٢٠١٣ SY-12 ß é' x م _ ـ أبوشرخ abu12xy"
)
TEXTS = st.lists(st.sampled_from(NAMES.split()) | st.text(max_size=6), max_size=6).map(" ".join)


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder.of(ROWS)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("jamil hasan", {0, 1, 4}),
        ("Gamil Hassan", {0, 1, 4}),
        ("جميل الحسن", {0, 1, 4}),
        ("mamluk", {2, 3}),
        ("مملوك", {2, 3}),
        ("mamlu", {2, 3}),
        ("mamlokk", {2, 3}),
        ("عبدالسلام", {5, 6}),
        ("abd el salam mahmoud", {5, 6}),
        ("mahlouf", {7}),
        ("khlou", {7}),
        ("damascus 2013", {0}),
        ("٢٠١٣", {0, 5}),
        ("sy-2014", {8}),
        ("23", {8}),
        ("jamil hassan dam", {0}),
    ],
)
def test_a_name_is_found_however_it_is_written(finder: Finder, query: str, rows: set[int]) -> None:
    assert set(finder.find(query)) == rows


def test_every_word_must_be_in_the_row(finder: Finder) -> None:
    assert finder.find("jamil damascus") == [0]
    assert finder.find("mamlouk damascus") == []


def test_the_best_row_comes_first() -> None:
    assert Finder.of(["Hussein Ali", "Hasan Saleh Ali", "Hasan Ali"]).find("hasan ali") == [2, 1, 0]


def test_rows_that_are_as_good_stay_in_order() -> None:
    assert Finder.of(["Ali Omar", "Hasan", "Ali Omar", "Ali Omar"]).find("ali") == [0, 2, 3]


@pytest.mark.parametrize("query", ["", "  ", "...", "\u0301" * 50, "🙂", "\u202e", "''"])
def test_a_query_without_words_gives_all_rows_in_order(finder: Finder, query: str) -> None:
    assert finder.find(query) == list(range(len(ROWS)))


def test_one_letter_gives_the_rows_with_a_word_that_begins_with_it(finder: Finder) -> None:
    assert finder.find("r") == [7]


def test_an_article_being_typed_does_not_empty_the_list(finder: Finder) -> None:
    assert set(finder.find("jamil al")) == set(finder.find("jamil "))


def test_only_the_word_being_typed_may_be_short_of_its_end(finder: Finder) -> None:
    assert finder.find("ra ma") == []
    assert finder.find("rami ma") == [7]


def test_a_number_is_never_taken_for_one_like_it() -> None:
    assert Finder.of(["case 2013", "case 2014"]).find("2013") == [0]


def test_a_replaced_row_is_found_by_its_new_text_only() -> None:
    finder = Finder.of(ROWS)
    assert finder.find("makhlouf") == [7]
    finder.replace(7, "Maher al-Assad")
    assert 7 not in finder.find("makhlouf")
    assert finder.find("ماهر الأسد") == [7]


def test_an_appended_row_is_found() -> None:
    finder = Finder.of([])
    assert finder.find("rustum") == []
    finder.append("رستم غزالة")
    finder.append("")
    assert finder.find("rustum") == [0]
    assert finder.find("") == [0, 1]


def test_a_cancelled_search_gives_nothing(finder: Finder) -> None:
    assert finder.find("jamil hasan", lambda: True) == []


def test_a_search_asks_whether_it_is_cancelled_at_every_word(finder: Finder) -> None:
    asked: list[bool] = []

    def is_cancelled() -> bool:
        asked.append(True)
        return False

    assert finder.find("jamil hasan damascus", is_cancelled)
    assert len(asked) >= 3


@pytest.mark.parametrize(
    "query",
    [
        "a" * 10_000,
        "ab " * 4_000,
        " ".join(f"w{number}" for number in range(2_000)),
        "!" * 10_000,
        "\u0301" * 10_000,
        "\U0001f642" * 10_000,
        "\u202e\u2066" * 5_000,
        "عبدال" * 2_000,
        "al " * 3_000,
        "\ud800",
        "ﷺ" * 3_000,
    ],
)
def test_a_hostile_query_is_answered_at_once(finder: Finder, query: str) -> None:
    start = time.perf_counter()
    for row in finder.find(query):
        spans(query, ROWS[row])
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("hasan", "Jamīl al-Ḥasan", ["Ḥasan"]),
        ("jamil h", "Jamīl al-Ḥasan", ["Jamīl", "Ḥ"]),
        ("الحسن", "جميل حسن", ["حسن"]),
        ("حسن", "جميل الحَسَنُ", ["حَسَنُ"]),
        ("محمد", "مُحَمَّدٌ علي", ["مُحَمَّدٌ"]),
        ("mamluk", "علي مملوك", ["مملوك"]),
        ("mamlokk", "Ali Mamlouk", ["Mamlouk"]),
        ("khlou", "Makhlouf", ["khlou"]),
        ("rahman", "Abdul-Rahman, عبدالرحمن", ["Rahman", "عبدالرحمن"]),
        ("groß", "Grosse", ["Gross"]),
        ("٢٠١٣", "SY-2013-001", ["2013"]),
        ("", "Ali", []),
        ("ali", "", []),
    ],
)
def test_the_letters_that_matched_are_marked_in_the_original(
    query: str, text: str, marked: list[str]
) -> None:
    assert [text[start:end] for start, end in spans(query, text)] == marked


def test_forgetting_leaves_the_answers_as_they_were() -> None:
    before = spans("hasan", "al-Ḥasan")
    forget()
    assert spans("hasan", "al-Ḥasan") == before


@given(TEXTS, st.lists(TEXTS, max_size=5))
def test_spans_are_sorted_disjoint_and_inside_the_text(query: str, texts: list[str]) -> None:
    for text in texts:
        end = 0
        for span in spans(query, text):
            assert end <= span[0] < span[1] <= len(text)
            end = span[1]


@given(TEXTS, st.lists(TEXTS, max_size=5))
def test_every_row_that_is_found_has_something_to_mark(query: str, texts: list[str]) -> None:
    rows = Finder.of(texts).find(query)
    assert len(set(rows)) == len(rows)
    if rows != list(range(len(texts))):
        assert all(spans(query, texts[row]) for row in rows)


@given(TEXTS.filter(lambda text: any(letter.isalnum() for letter in text)))
def test_a_text_finds_its_own_row(text: str) -> None:
    assert 1 in Finder.of(["Rami Makhlouf", text]).find(text)


@given(st.lists(TEXTS, min_size=1, max_size=5), st.lists(TEXTS, min_size=1, max_size=5), TEXTS)
def test_changing_rows_gives_what_building_anew_gives(
    old: list[str], new: list[str], query: str
) -> None:
    finder = Finder.of(old)
    for row, text in enumerate(new):
        if row < len(old):
            finder.replace(row, text)
        else:
            finder.append(text)
    assert set(finder.find(query)) == set(Finder.of([*new, *old[len(new) :]]).find(query))


def test_a_likeness_is_looked_for_further_away_only_when_nothing_is_near() -> None:
    rows = ["Rami Makhlouf", "Ali Mamlouk"]
    assert Finder.of(rows).find("ali makhlouf") == [1]
    assert Finder.of(rows[1:]).find("ali makhlouf") == [0]
    assert Finder.of(rows[1:]).find("makhlouf") == []


def test_a_name_joined_to_a_number_is_marked_when_it_is_found() -> None:
    assert Finder.of(["abuzeid12x"]).find("abou") == [0]
    assert spans("abou", "abuzeid12x")
