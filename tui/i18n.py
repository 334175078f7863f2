"""The interface's own words: English and Arabic, from `locale/*.yaml`.

Entries are templates with `{name}` places. An entry that is a mapping of CLDR plural categories
(`one`, `two`, `few`, `many`, `other`) is chosen by the value `count`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

from store.errors import StoreError

__all__ = [
    "Language",
    "ago",
    "choose",
    "error",
    "label",
    "language",
    "number",
    "t",
    "use",
    "words",
]

Language = Literal["en", "ar"]

_HOUR, _DAY = 60, 24 * 60  # minutes
_current: Language = "en"


def choose(setting: str, environ: Mapping[str, str]) -> Language:
    """Choose the language: the person's setting, or for "auto" what the environment says.

    As POSIX orders them: LC_ALL, then LC_MESSAGES, then LANG; the first that is set decides.
    """
    if setting == "auto":
        names = ("LC_ALL", "LC_MESSAGES", "LANG")
        setting = next((environ[name] for name in names if environ.get(name)), "")
    return "ar" if setting[:2] == "ar" else "en"


def use(chosen: Language) -> None:
    """Speak this language from now on."""
    global _current  # noqa: PLW0603 - one person sits before one interface
    _current = chosen


def language() -> Language:
    """Say which language is spoken."""
    return _current


def t(key: str, /, **values: object) -> str:
    """Give the text of a key such as `unlock.title`, its places filled.

    Arabic that is missing is given in English; a key that is nowhere, as itself.
    """
    entry = _find(key, _current) or _find(key, "en") or key
    if isinstance(entry, dict):
        form = _plural(_as_int(values.get("count")))
        entry = entry.get(form, entry.get("other", key))
        values["count"] = number(_as_int(values.get("count")))
    return str(entry).format_map(values)


def label(labels: Mapping[str, str]) -> str:
    """Choose among the labels of a field, a section or a term; English when there is no other."""
    return labels.get(_current) or labels.get("en") or next(iter(labels.values()), "")


def error(fault: StoreError) -> tuple[str, str]:
    """Give an error's message and hint in the current language."""
    return words(fault.message, fault.values), words(fault.hint, fault.values)


def words(template: str, values: Mapping[str, object]) -> str:
    """Fill a template of the store in the current language; in English where it has no words yet.

    Problems, findings and checks are made of such templates, as errors are. A value that is an
    error itself is told in the same language.
    """
    known = _entries(_current).get("errors") or {}
    told = {
        name: error(value)[0] if isinstance(value, StoreError) else value
        for name, value in values.items()
    }
    return str(known.get(template) or template).format_map(told)


def number(value: int) -> str:
    """Write a number with its thousands apart.

    Example:
        >>> number(1204)
        '1\u202f204'
    """
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def ago(instant: str, now: datetime | None = None) -> str:
    """Say how long ago an instant was (ISO 8601, UTC), in its largest unit.

    A clock may run ahead: what lies in the future happened "just now".
    """
    passed = (now or datetime.now(UTC)) - datetime.fromisoformat(instant).astimezone(UTC)
    minutes = int(passed.total_seconds()) // 60
    if minutes < 1:
        return t("ago.now")
    if minutes < _HOUR:
        return t("ago.minutes", count=minutes)
    if minutes < _DAY:
        return t("ago.hours", count=minutes // _HOUR)
    return t("ago.days", count=minutes // _DAY)


def _find(key: str, chosen: Language) -> Any:
    entry: Any = _entries(chosen)
    for part in key.split("."):
        entry = entry.get(part) if isinstance(entry, dict) else None
    return entry


@lru_cache
def _entries(chosen: Language) -> dict[str, Any]:
    # Late: reading YAML costs 20 ms, and the first paint needs no words.
    from store.model.codec import load

    path = os.path.join(os.path.dirname(__file__), "locale", f"{chosen}.yaml")
    with open(path, "rb") as file:
        return load(file.read())


def _plural(count: int) -> str:
    """Give the plural category: CLDR's rules for whole numbers in English and Arabic."""
    if _current == "en":
        return "one" if count == 1 else "other"
    if count in (1, 2):
        return "one" if count == 1 else "two"
    if 3 <= count % 100 <= 10:  # noqa: PLR2004 - CLDR: few
        return "few"
    return "many" if 11 <= count % 100 <= 99 else "other"  # noqa: PLR2004 - CLDR: many


def _as_int(value: object) -> int:
    return value if isinstance(value, int) else 0
