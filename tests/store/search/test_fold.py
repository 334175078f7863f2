from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.search.fold import WORD, fold, fold_text, tokens

TEXTS = st.text() | st.text(alphabet="اأإآٱبةهىيـَّء٠٣ aḤßﷲ'’\u202e\u0301e-_", max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("أحمد إبراهيم آل", "احمد ابراهيم ال"),
        ("مُحَمَّد", "محمد"),
        ("جمـــيل", "جميل"),
        ("غزالة مصطفى", "غزاله مصطفي"),
        ("کریم", "كريم"),
        ("٢٠١٣ ۲۰۱۳", "2013 2013"),
        ("Ḥasan al-Bāhilī", "hasan al-bahili"),
        ("Rif'at Sa’id ʿAli", "rifat said ali"),
        ("Groß Łukasz", "gross lukasz"),
        ("\u202bعلي\u202c", "علي"),
        ("ﷲ", "الله"),
    ],
)
def test_spellings_of_a_letter_become_one(text: str, folded: str) -> None:
    assert fold_text(text) == folded


def test_a_folded_letter_knows_where_it_stood() -> None:
    text = "Fußball مُحمد"
    folded = fold(text)
    assert folded.text == "fussball محمد"
    assert [text[offset] for offset in folded.offsets] == list("Fußßball محمد")


@given(TEXTS)
def test_offsets_are_as_many_as_letters_and_point_into_the_text(text: str) -> None:
    folded = fold(text)
    assert folded.text == fold_text(text)
    assert len(folded.offsets) == len(folded.text)
    assert list(folded.offsets) == sorted(folded.offsets)
    assert all(0 <= offset < len(text) for offset in folded.offsets)


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)


@given(TEXTS, TEXTS)
def test_pieces_fold_like_the_whole(first: str, second: str) -> None:
    assert fold_text(first + second) == fold_text(first) + fold_text(second)


@given(TEXTS)
def test_composed_and_decomposed_text_are_tokenized_alike(text: str) -> None:
    text = text.replace("´", "")  # written as an apostrophe; to Unicode, a space with an accent
    plain = [word for word in WORD.findall(fold_text(text)) if word.isascii()]
    taken_apart = fold_text(unicodedata.normalize("NFKD", text))
    assert all(word in taken_apart for word in plain)


@given(TEXTS)
def test_tokens_stand_inside_the_text(text: str) -> None:
    for token in tokens(text):
        assert token.text
        assert 0 <= token.start < token.end <= len(text)


def test_a_name_with_an_article_is_a_token_with_and_without_it() -> None:
    assert tokens("علي الحسن") == [
        ("علي", 0, 3),
        ("الحسن", 4, 9),
        ("حسن", 6, 9),
    ]
    assert [token.text for token in tokens("el-Khatib Alkhatib")] == [
        "el",
        "khatib",
        "alkhatib",
        "khatib",
    ]
