"""Uncertain dates: EDTF level 1 (ISO 8601-2), read, put in order and said in words."""

from __future__ import annotations

import re
from calendar import monthrange
from contextlib import redirect_stdout
from datetime import date
from functools import lru_cache
from io import StringIO
from typing import Any, NamedTuple

from store.errors import BadFormat

__all__ = ["Date", "describe", "latin_digits", "parse", "year"]

_DIGITS = {0x0660 + n: str(n) for n in range(10)} | {0x06F0 + n: str(n) for n in range(10)}
_LEVEL_1 = re.compile(r"[-0-9X?~%/.:TZ+]+")
_SINGLE = re.compile(r"(\d{2,4}X{0,2})(?:-(\d\d|XX))?(?:-(\d\d|XX))?([?~%]?)")
_PLAIN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?[?~%]?")
_YEAR = re.compile(r"[0-9]{4}")
_FIRST_SEASON = 21

_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),  # noqa: SIM905, E501 - a row reads better
    "ar": "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول".split(),  # noqa: SIM905, E501 - a row reads better
}
_SEASONS = {"en": ["spring", "summer", "autumn", "winter"], "ar": ["ربيع", "صيف", "خريف", "شتاء"]}
_WORDS = {
    "en": {
        "?": "perhaps {}", "~": "about {}", "%": "perhaps about {}", "": "{}",
        "between": "between {} and {}", "since": "since {}", "until": "until {}",
        "always": "at any time",
        "decade": "the {}s", "century": "the years {}00–{}99",
    },
    "ar": {
        "?": "ربما {}", "~": "نحو {}", "%": "ربما نحو {}", "": "{}",
        "between": "بين {} و{}", "since": "منذ {}", "until": "حتى {}",
        "always": "في أي وقت",
        "decade": "عقد {}", "century": "السنوات {}00–{}99",
    },
}  # fmt: skip


class Date(NamedTuple):
    """An uncertain date: its text, the first and last day it may mean (None: open or unknown)."""

    text: str
    earliest: date | None
    latest: date | None
    is_approximate: bool
    is_uncertain: bool


@lru_cache(maxsize=4096)
def parse(text: str) -> Date:
    """Read an EDTF level 1 date; Arabic-Indic digits count as digits.

    Raises:
        BadFormat: it is no such date; the hint shows the forms.

    Example:
        >>> parse("2013-05~").is_approximate
        True
    """
    text = latin_digits(text)
    if text == "..":
        return Date(text, None, None, is_approximate=False, is_uncertain=False)
    if not _LEVEL_1.fullmatch(text) or text[0] in "?~%":
        raise _not_a_date(text)
    earliest, latest = _plain_span(text) or _edtf_span(text)
    if text[0] == "/":
        earliest = None  # an unknown end is open here; the parser guesses ten years
    if text[-1] == "/":
        latest = None
    if earliest and latest and earliest > latest:
        raise BadFormat("the date {date} ends before it begins", date=text)
    return Date(text, earliest, latest, bool({"~", "%"} & set(text)), bool({"?", "%"} & set(text)))


def describe(text: str, language: str) -> str:
    """Say a date in words: `2012-05/2014~` is "between May 2012 and about 2014".

    Raises:
        BadFormat: it is no date.
    """
    text = parse(text).text
    words = _WORDS[language]
    if text == "..":
        return words["always"]
    if "/" not in text:
        return _single(text, language)
    begin, end = text.split("/")
    if begin in ("", "..") and end in ("", ".."):
        return words["always"]
    if end in ("", ".."):
        return words["since"].format(_single(begin, language))
    if begin in ("", ".."):
        return words["until"].format(_single(end, language))
    return words["between"].format(_single(begin, language), _single(end, language))


def year(text: object) -> str:
    """Give the first year a date names, or empty; never fails, for lists and sorting."""
    found = _YEAR.search(latin_digits(str(text)))
    return found.group() if found else ""


def latin_digits(text: str) -> str:
    """Turn Arabic-Indic and Persian digits into 0-9 and trim the ends."""
    return text.strip().translate(_DIGITS)


def _plain_span(text: str) -> tuple[date | None, date | None] | None:
    """Give the span of a year, month or day, with or without a sign; None for all other forms.

    Nine dates of ten are such: they need neither the parser's import nor its milliseconds.
    """
    found = _PLAIN.fullmatch(text)
    if found is None:
        return None
    year, month, day = (None if part is None else int(part) for part in found.groups())
    try:
        first = date(year or 0, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    if day is not None:
        return first, first
    last = 12 if month is None else month
    return first, first.replace(month=last, day=monthrange(first.year, last)[1])


def _edtf_span(text: str) -> tuple[date | None, date | None]:
    from edtf import parse_edtf  # imports in 100 ms

    try:
        with redirect_stdout(StringIO()):  # it prints what it cannot make sense of
            parsed = parse_edtf(text)
        return _day(parsed.lower_strict()), _day(parsed.upper_strict())
    except Exception:  # noqa: BLE001 - the parser lets whatever goes wrong inside it through
        raise _not_a_date(text) from None


def _single(text: str, language: str) -> str:
    found = _SINGLE.fullmatch(text)
    if found is None:
        return text
    years, month, day, sign = found.groups()
    words = _WORDS[language]
    if years.endswith("XX"):
        said = words["century"].format(years[:2], years[:2])
    elif years.endswith("X"):
        said = words["decade"].format(years[:3] + "0")
    else:
        said = years
    if month and month != "XX":
        number = int(month)
        names = _SEASONS if number >= _FIRST_SEASON else _MONTHS
        name = names[language][number - (_FIRST_SEASON if number >= _FIRST_SEASON else 1)]
        said = f"{name.replace('_', ' ')} {said}"
    if day and day != "XX":
        said = f"{int(day)} {said}"
    return words[sign].format(said)


def _day(moment: Any) -> date | None:
    """Turn the parser's struct_time into a day; its infinities are open ends."""
    return None if isinstance(moment, float) else date(*moment[:3])


def _not_a_date(text: str) -> BadFormat:
    return BadFormat(
        "{date} is no date",
        hint="such as 2013-05-21, 2013-05, 2013~ (about), 2012/2014",
        date=text[:40],
    )
