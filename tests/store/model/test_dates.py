"""Uncertain dates: read, bounded, and said in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import BadFormat
from store.model.dates import _edtf_span, _plain_span, describe, parse, year


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2013", date(2013, 1, 1), date(2013, 12, 31)),
        ("2013-05", date(2013, 5, 1), date(2013, 5, 31)),
        ("2012-02", date(2012, 2, 1), date(2012, 2, 29)),
        ("2013-05-21", date(2013, 5, 21), date(2013, 5, 21)),
        ("2013~", date(2013, 1, 1), date(2013, 12, 31)),
        ("2012-05/2014", date(2012, 5, 1), date(2014, 12, 31)),
        ("2013/..", date(2013, 1, 1), None),
        ("2013/", date(2013, 1, 1), None),
        ("../2013", None, date(2013, 12, 31)),
        ("/2013", None, date(2013, 12, 31)),
        ("..", None, None),
        ("201X", date(2010, 1, 1), date(2019, 12, 31)),
        ("2013-05-XX", date(2013, 5, 1), date(2013, 5, 31)),
        ("2013-21", date(2013, 3, 1), date(2013, 5, 31)),
        ("٢٠١٣-٠٥", date(2013, 5, 1), date(2013, 5, 31)),
    ],
)
def test_a_date_spans_from_its_first_to_its_last_day(
    text: str, earliest: date | None, latest: date | None
) -> None:
    parsed = parse(text)
    assert (parsed.earliest, parsed.latest) == (earliest, latest)


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [("2013", False, False), ("2013~", True, False), ("2013?", False, True), ("2013%", True, True)],
)
def test_the_signs_say_how_sure_a_date_is(text: str, approximate: bool, uncertain: bool) -> None:  # noqa: FBT001 - a table
    parsed = parse(text)
    assert (parsed.is_approximate, parsed.is_uncertain) == (approximate, uncertain)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "May 2013",
        "2013-13",
        "2013-02-30",
        "21.05.2013",
        "2014/2013",
        "?2013",
        "{2013,2014}",
        "x" * 9999,
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadFormat):
        parse(text)


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        parsed = parse(text)
    except BadFormat:
        return
    assert describe(parsed.text, "en")
    assert describe(parsed.text, "ar")


@pytest.mark.parametrize(
    ("text", "english", "arabic"),
    [
        ("2013~", "about 2013", "نحو 2013"),
        ("2012-05/2014", "between May 2012 and 2014", "بين أيار 2012 و2014"),
        ("2013-05-21/..", "since 21 May 2013", "منذ 21 أيار 2013"),
        ("../2013", "until 2013", "حتى 2013"),
        ("201X", "the 2010s", "عقد 2010"),
    ],
)
def test_dates_are_said_in_words(text: str, english: str, arabic: str) -> None:
    assert describe(text, "en") == english
    assert describe(text, "ar") == arabic


@given(
    st.integers(1, 9999),
    st.integers(0, 13),
    st.integers(0, 32),
    st.integers(0, 2),
    st.sampled_from(["", "?", "~", "%"]),
)
def test_the_short_way_of_plain_dates_leads_where_the_parser_leads(
    years: int, month: int, day: int, parts: int, sign: str
) -> None:
    text = f"{years:04}-{month:02}-{day:02}"[: 4 + 3 * parts] + sign
    short = _plain_span(text)
    if short is None:
        with pytest.raises(BadFormat):
            parse(text)
    else:
        assert short == _edtf_span(text)


def test_the_first_year_is_found_without_parsing() -> None:
    assert year("../2013-05~") == "2013"
    assert year("soon") == ""
