"""What stands in one cell of the list: its text, cut to the column, and the letters found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from store.model.fields import load_model
from store.model.summary import Summary
from store.search import highlight
from store.search.match import spans
from tui.display.flags import flag
from tui.display.scrub import scrub
from tui.i18n import language, t

__all__ = ["Cell", "age", "cell", "forget", "labels_of", "people_of", "widest_labels"]

_BETWEEN = " · "
_SHORT_ID = 8
_TELLING = 2  # letters of a query from which on it says something to show where it was found
_MINUTE, _HOUR, _DAY, _WEEK, _YEAR = 60, 3600, 86400, 7 * 86400, 365 * 86400


class Cell(NamedTuple):
    """A text that fits its column, how wide it is, and the letters to mark, as (start, end)."""

    text: str
    width: int
    marked: Sequence[tuple[int, int]] = ()


_SEARCHED = ("reference", "title", "people")


def cell(case: Summary, key: str, width: int, query: str, words: Callable[[], str] = str) -> Cell:
    """Give one cell of a row; `words` gives all that is searched in the case."""
    if not query or key not in _SEARCHED or case.state != "open":
        return _cut(scrub(_text(case, key)), (), width)
    found = _searched(case, key, width, query, language())
    if key == "title" and not found.marked and len(query.strip()) >= _TELLING:
        return _title(case, width, query, words()) or found
    return found


def forget() -> None:
    """Drop the texts of cases looked at lately, as when the repository is locked."""
    _searched.cache_clear()
    _title.cache_clear()
    highlight.forget()


@lru_cache(1024)
def _searched(case: Summary, key: str, width: int, query: str, _spoken: str) -> Cell:
    """Give a cell with the letters found: most of the time that painting takes."""
    text = scrub(_text(case, key))
    marked = spans(query, text)
    return _window(text, marked, width) if key == "title" else _cut(text, marked, width)


def _text(case: Summary, key: str) -> str:
    return _locked_text(case, key) if case.state != "open" else _TEXTS[key](case)


def _locked_text(case: Summary, key: str) -> str:
    """Say by sign and word why a case cannot be read, and give what is known of it."""
    if key == "conflicts":
        return flag(case.conflicts)
    if key == "reference":
        return case.id[:_SHORT_ID]
    if key != "title":
        return ""
    sign = "✗" if case.state == "damaged" else "⊘"
    return f"{sign} {t(f'browse.{case.state}.word')}{_BETWEEN}{case.compartment}"


@lru_cache(256)
def _title(case: Summary, width: int, query: str, text: str) -> Cell | None:
    """Give the title with the words found; None when the query is in the columns before."""
    title = scrub(case.title)
    if spans(query, title) or spans(query, case.reference):
        return None
    found = _words_found(text, query)
    if not found:
        return None
    words = _window(found, spans(query, found), min(cell_len(found), width // 2))
    head = _cut(title, (), width - words.width - len(_BETWEEN))
    shift = len(head.text) + len(_BETWEEN)
    return Cell(
        head.text + _BETWEEN + words.text,
        head.width + len(_BETWEEN) + words.width,
        [(start + shift, end + shift) for start, end in words.marked],
    )


def _words_found(text: str, query: str) -> str:
    """Give the name, place or other short text of the case in which the query was found."""
    places = spans(query, text)
    if not places:
        return ""
    start = text.rfind(_BETWEEN, 0, places[0][0] + 1)
    end = text.find(_BETWEEN, places[0][1])
    return scrub(text[start + len(_BETWEEN) if start >= 0 else 0 : end if end >= 0 else None])


def _window(text: str, marked: Sequence[tuple[int, int]], width: int) -> Cell:
    """Cut a text so that the first letters to mark are seen: at its beginning where need be."""
    if not marked or cell_len(text) <= width or cell_len(text[: marked[0][1]]) < width:
        return _cut(text, marked, width)
    start = min(marked[0][0], max(0, len(text) - width + 1))
    start = max(start, text.find(" ", start, marked[0][0]) + 1)  # at the beginning of a word
    shifted = [(first - start + 1, last - start + 1) for first, last in marked]
    return _cut(f"…{text[start:]}", shifted, width)


def _cut(text: str, marked: Sequence[tuple[int, int]], width: int) -> Cell:
    wide = cell_len(text)
    if wide <= width:
        return Cell(text, wide, marked)
    kept = set_cell_size(text, max(0, width - 1)).rstrip()
    end = len(kept)
    within = [(start, min(stop, end)) for start, stop in marked if start < end]
    return Cell(f"{kept}…", cell_len(kept) + 1, within)


def labels_of(vocabulary: str, codes: Sequence[str]) -> list[str]:
    """Name codes in the language of the screen."""
    names = _labels(vocabulary, language())
    return [names.get(code, code) for code in codes]


def widest_labels(vocabulary: str) -> int:
    """Say how wide the longest label of a vocabulary is."""
    return max((cell_len(name) for name in _labels(vocabulary, language()).values()), default=0)


@lru_cache
def _labels(vocabulary: str, spoken: str) -> dict[str, str]:
    known = load_model().vocabulary(vocabulary)
    return {term.code: known.label(term.code, spoken) for term in known.terms}


def people_of(case: Summary) -> list[str]:
    """Name the people in the script of the screen, where it is known."""
    at = -1 if language() == "ar" else 0
    return [name.split(_BETWEEN)[at] for name in case.people]


def age(instant: str, now: datetime | None = None) -> str:
    """Say how long ago an instant was, in as few letters as a column has room for."""
    passed = (now or datetime.now(UTC)) - datetime.fromisoformat(instant).astimezone(UTC)
    seconds = max(0, int(passed.total_seconds()))
    for unit, length in (("years", _YEAR), ("weeks", _WEEK), ("days", _DAY), ("hours", _HOUR)):
        if seconds >= length * (2 if unit in ("years", "weeks") else 1):
            return t(f"browse.age.{unit}", count=seconds // length)
    return t("browse.age.minutes", count=seconds // _MINUTE)


_TEXTS: dict[str, Callable[[Summary], str]] = {
    "reference": lambda case: case.reference,
    "title": lambda case: case.title,
    "kind": lambda case: ", ".join(labels_of("case_kind", case.kinds)),
    "status": lambda case: labels_of("case_status", (case.status,))[0] if case.status else "",
    "people": lambda case: ", ".join(people_of(case)),
    "by": lambda case: case.changed_by,
    "age": lambda case: age(case.changed_at) if case.changed_at else "",
    "conflicts": lambda case: flag(case.conflicts),
}
