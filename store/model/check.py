"""What is wrong or missing in a case, held against the table of fields."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from store.errors import BadFormat
from store.model import dates
from store.model.fields import NAME_PARTS, SCRIPTS, Field, load_model
from store.model.parts import is_stub

__all__ = ["Problem", "check", "check_value"]

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z")
_CASE_ID = re.compile(r"[0-9a-f]{20}")


class Problem(NamedTuple):
    """One thing that is not right: where, how bad, and a message template with its values.

    An `error` keeps the case from being saved, unless it stood there before; a `warning` is
    something to complete later.
    """

    path: str
    severity: str
    message: str
    values: dict[str, Any]

    def text(self) -> str:
        """Say it in English, with the places filled."""
        return self.message.format_map(self.values)


def check(data: dict[str, Any]) -> list[Problem]:
    """List what is wrong or missing; the data has its shape already (see `shape`)."""
    problems: list[Problem] = []
    links = {
        kind: {item["id"] for item in data.get(section, ())}
        for kind, section in (("person", "people"), ("evidence", "evidence"))
    }
    for section in load_model().sections:
        value = data.get(section.key)
        if section.prefix:
            for item in value or ():
                if not is_stub(item):  # what is sealed is checked by those who can read it
                    problems += _check_fields(
                        item, section.fields, f"{section.key}.{item['id']}", links
                    )
        else:
            problems += _check_fields(value or {}, section.fields, section.key, links)
    return problems


def check_value(field: Field, value: Any, path: str = "") -> list[Problem]:
    """List what is wrong with one field's value on its own; links are not followed."""
    return list(_check_value(field, value, path or field.key, None))


def _check_fields(
    item: dict[str, Any], fields: tuple[Field, ...], path: str, links: dict[str, set[str]]
) -> Iterator[Problem]:
    for field in fields:
        value, where = item.get(field.key), f"{path}.{field.key}"
        if value is None or value in ("", []):
            if field.required:
                yield Problem(where, "warning", "this is still missing", {})
        elif field.kind == "items":
            for inner in value:
                yield from _check_fields(inner, field.fields, f"{where}.{inner['id']}", links)
        else:
            yield from _check_value(field, value, where, links)


def _check_value(
    field: Field, value: Any, path: str, links: dict[str, set[str]] | None
) -> Iterator[Problem]:
    for inner in value if field.is_list else [value]:
        message, values = _problem(field, inner, links)
        if message:
            yield Problem(path, "error", message, values)


def _problem(
    field: Field, value: Any, links: dict[str, set[str]] | None
) -> tuple[str, dict[str, object]]:
    if field.kind in ("person", "evidence"):
        if links is not None and value not in links[field.kind]:
            return "it points to {id}, which is not in this case", {"id": value}
        return _FINE
    return _CHECKERS[field.kind](field, value)


_FINE: tuple[str, dict[str, object]] = ("", {})


def _text_problem(_field: Field, value: Any) -> tuple[str, dict[str, object]]:
    return _FINE if isinstance(value, str) else ("this is no text; put it in quotes", {})


def _number_problem(_field: Field, value: Any) -> tuple[str, dict[str, object]]:
    is_number = type(value) is int or (type(value) is float and math.isfinite(value))
    return _FINE if is_number else ("this is no number", {})


def _yesno_problem(_field: Field, value: Any) -> tuple[str, dict[str, object]]:
    fits = type(value) is bool or value == "unknown"
    return _FINE if fits else ("this is neither true, false nor unknown", {})


def _choice_problem(field: Field, value: Any) -> tuple[str, dict[str, object]]:
    if load_model().vocabulary(field.vocabulary).has(value):
        return _FINE
    return "{code} is no term of the list {list}", {"code": value, "list": field.vocabulary}


def _date_problem(_field: Field, value: Any) -> tuple[str, dict[str, object]]:
    try:
        dates.parse(str(value))
    except BadFormat as error:
        return error.message, error.values
    return _FINE


def _instant_problem(_field: Field, value: Any) -> tuple[str, dict[str, object]]:
    try:
        fits = bool(_INSTANT.fullmatch(str(value)) and datetime.fromisoformat(str(value)))
    except ValueError:
        fits = False
    return _FINE if fits else ("this is no UTC time such as 2024-05-21T09:30:00Z", {})


def _case_problem(_field: Field, value: Any) -> tuple[str, dict[str, object]]:
    return _FINE if _CASE_ID.fullmatch(str(value)) else ("this is no id of a case", {})


def _name_problem(_field: Field, name: dict[str, Any]) -> tuple[str, dict[str, object]]:
    for script, parts in name.items():
        if script not in SCRIPTS:
            return "a name is written in ar or la, not in {script}", {"script": script}
        for part, text in parts.items():
            if part not in NAME_PARTS or not isinstance(text, str):
                return "a name has the parts {parts}", {"parts": ", ".join(NAME_PARTS)}
    return _FINE


def _place_problem(_field: Field, place: dict[str, Any]) -> tuple[str, dict[str, object]]:
    if not isinstance(place.get("name", ""), str):
        return "a place's name is text", {}
    for key, low, high in (("lat", -90, 90), ("lon", -180, 180), ("radius_m", 0, 10**7)):
        number = place.get(key)
        if number is not None and (type(number) not in (int, float) or not low <= number <= high):
            return "{key} lies between {low} and {high}", {"key": key, "low": low, "high": high}
    return _FINE


_CHECKERS: dict[str, Callable[[Field, Any], tuple[str, dict[str, object]]]] = {
    "text": _text_problem,
    "long": _text_problem,
    "number": _number_problem,
    "yesno": _yesno_problem,
    "choice": _choice_problem,
    "choices": _choice_problem,
    "date": _date_problem,
    "instant": _instant_problem,
    "case": _case_problem,
    "name": _name_problem,
    "place": _place_problem,
}
