from __future__ import annotations

from store.search.align import score

HASAN, ALI, OMAR = 1, 2, 3


def test_a_row_with_nothing_else_in_it_scores_higher() -> None:
    matches = [{HASAN: 1.0}, {ALI: 1.0}]
    assert score(matches, [1, 1], [HASAN, ALI]) > score(matches, [1, 1], [HASAN, OMAR, ALI])


def test_given_and_family_name_beat_a_name_in_between() -> None:
    matches = [{HASAN: 1.0}, {ALI: 1.0}]
    assert score(matches, [1, 1], [HASAN, OMAR, ALI]) > score(matches, [1, 1], [HASAN, ALI, OMAR])


def test_a_word_of_the_row_answers_only_one_wanted_word() -> None:
    matches = [{HASAN: 1.0}, {HASAN: 1.0}]
    assert score(matches, [1, 1], [HASAN, HASAN]) > score(matches, [1, 1], [HASAN, OMAR])


def test_a_weak_word_counts_for_less() -> None:
    matches = [{HASAN: 1.0}, {ALI: 0.7}]
    assert score(matches, [1, 0.35], [HASAN, ALI]) > score(matches, [1, 1], [HASAN, ALI])
