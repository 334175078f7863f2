"""A value of a field as text: in the language of the screen, links and dates made readable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from store.errors import BadFormat
from store.model import dates
from store.model.case import display_name
from store.model.fields import SCRIPTS, Field, Section, load_model
from store.model.parts import PSEUDONYM, SEALED, is_stub
from tui.i18n import language, t

__all__ = [
    "View",
    "date_reading",
    "item_title",
    "link_text",
    "marked_title",
    "seal_mark",
    "value_text",
    "value_texts",
]

BETWEEN = " · "
LINKED_SECTIONS = {"person": "people", "evidence": "evidence"}


class View(NamedTuple):
    """What a value is read against: its case, for the links, and what other cases are called.

    `readers` are the members who can open each compartment, for what is sealed. `flags` says of
    each path in conflict how many values it has.
    """

    data: Mapping[str, Any]
    cases: Mapping[str, str] = {}
    readers: Mapping[str, Sequence[str]] = {}
    flags: Mapping[str, int] = {}

    def flags_below(self, path: str) -> int:
        """Count the values of what is in conflict at a path, or inside the value there."""
        if not self.flags:
            return 0
        inside = f"{path}."
        return max((n for at, n in self.flags.items() if f"{at}.".startswith(inside)), default=0)


def value_texts(field: Field, value: Any, view: View, *, short: bool = False) -> list[str]:
    """Write a value as paragraphs: one for each value of a repeatable field, and for each script.

    `short` leaves out what only explains (the reading of a date, the second script of a name).
    """
    if value is None or value in ("", [], {}):
        return []
    if field.kind == "items":
        return [item_title(field, item, view) for item in value]
    if field.kind == "choices":
        return [BETWEEN.join(_one(field, code, view, short=short)[0] for code in value)]
    values = value if field.repeatable else [value]
    return [text for inner in values for text in _one(field, inner, view, short=short)]


def value_text(field: Field, value: Any, view: View, *, short: bool = False) -> str:
    """Write a value on one line."""
    return " ".join(BETWEEN.join(value_texts(field, value, view, short=short)).split())


def item_title(
    holder: Section | Field, item: Mapping[str, Any], view: View, *, short: bool = True
) -> str:
    """Name an item by the fields that its section, or the field it stands in, calls it by."""
    if is_stub(item):
        return BETWEEN.join((str(item.get(PSEUDONYM) or item["id"]), t("case.sealed.word")))
    by_key = {field.key: field for field in holder.fields}
    texts = (value_text(by_key[k], item.get(k), view, short=short) for k in holder.title)
    return BETWEEN.join(filter(None, texts)) or t("case.untitled", id=str(item.get("id", "")))


def seal_mark(item: Mapping[str, Any]) -> str:
    """Give the mark of an item that is sealed, and open to this member; empty for the others."""
    compartment = item.get(SEALED)
    return f"⊘ {compartment}" if compartment and not is_stub(item) else ""


def marked_title(holder: Section | Field, item: Mapping[str, Any], view: View, **how: bool) -> str:
    """Name an item as `item_title` does, with the mark of what is sealed."""
    return BETWEEN.join(filter(None, (item_title(holder, item, view, **how), seal_mark(item))))


def link_text(kind: str, target: str, view: View) -> str:
    """Name what a link points to: a person, an exhibit or another case; its id when unknown."""
    if kind == "case":
        return view.cases.get(target, target)
    section = load_model().section(LINKED_SECTIONS[kind])
    items: Sequence[Mapping[str, Any]] = view.data.get(section.key, ())
    for item in items:
        if item["id"] == target:
            return item_title(section, item, view)
    return target


def date_reading(text: str) -> str:
    """Say a date in words; empty where the words would only repeat it, or where it is none."""
    try:
        said = dates.describe(text, language())
    except BadFormat:
        return ""
    return "" if said == dates.latin_digits(text) else said


def _one(field: Field, value: Any, view: View, *, short: bool) -> list[str]:
    """Write one value; only a name makes two texts of it."""
    if field.kind == "name" and isinstance(value, dict):
        return _name(value, short=short)
    if field.kind == "place" and isinstance(value, dict):
        return [_place(value, short=short)]
    if field.kind in ("choice", "choices"):
        return [load_model().vocabulary(field.vocabulary).label(value, language())]
    if field.kind in ("person", "evidence", "case"):
        return [link_text(field.kind, str(value), view)]
    return [_plain(field.kind, value, short=short)]


def _plain(kind: str, value: Any, *, short: bool) -> str:
    """Write a value that stands for itself."""
    text = str(value)
    if kind == "yesno" and value in _YESNO:
        return t(f"case.yesno.{_YESNO[value]}")
    if kind == "date" and short and language() == "ar":
        # Behind Arabic letters, 2012-02-12 would be displayed as 12-02-2012 (UAX #9, rule W2).
        return date_reading(text) or text
    if kind == "date" and not short:
        return BETWEEN.join(filter(None, (text, date_reading(text))))
    if kind == "instant":
        return text.replace("T", " ").replace("Z", " UTC")
    return text


_YESNO: dict[Any, str] = {True: "yes", False: "no", "unknown": "unknown"}


def _name(value: dict[str, Any], *, short: bool) -> list[str]:
    """Give the name in the script of the screen first, then in the other."""
    if short:
        return [text] if (text := display_name(value, language())) else []
    order = SCRIPTS if language() == "ar" else SCRIPTS[::-1]
    texts = (display_name({script: value.get(script)}, script) for script in order)
    return [text for text in texts if text]


def _place(value: dict[str, Any], *, short: bool) -> str:
    name = str(value.get("name", ""))
    lat, lon, radius = (value.get(key) for key in ("lat", "lon", "radius_m"))
    if short or (lat is None and lon is None):
        return name
    point = f"{lat if lat is not None else '?'}, {lon if lon is not None else '?'}"
    if radius is not None:
        point += " " + t("case.radius", metres=radius)
    return f"{name} ({point})" if name else point
