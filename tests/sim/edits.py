"""Random changes of one case: each writes a word, or takes something away, or only moves things."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from store.model.case import Case
from store.model.parts import SEALED

__all__ = ["Skip", "edit_something", "fill_new"]

_ITEM_TEXTS = {"people": "note", "events": "description", "notes": "text"}
_PREFIXES = {"people": "p", "events": "e", "notes": "n"}
_STATUSES = ("intake", "building", "review", "judicial")
_CAPACITIES = ("victim", "witness", "suspect", "source")


class Skip(Exception):
    """There is nothing here to do this to."""


def fill_new(rng: Random, case: Case, word: str) -> str:
    """Write into an empty case what it must have."""
    case.set("overview.reference", f"SY-{rng.randrange(10**6)}")
    case.set("overview.title", f"A case {word}")
    case.set("overview.status", "intake")
    case.set("overview.summary", "\n\n".join(f"Paragraph {n}" for n in range(rng.randint(1, 5))))
    for n in range(rng.randint(1, 3)):
        case.add("people", {"id": f"p{n + 1}", "capacities": [rng.choice(_CAPACITIES)]})
    return "new case"


def edit_something(rng: Random, case: Case, word: str) -> str:
    """Change something that can be changed, and say what."""
    for _ in range(20):
        try:
            return rng.choices(_EDITS, _WEIGHTS)[0](rng, case, word)
        except Skip:
            continue
    return _text(rng, case, word)


def _text(rng: Random, case: Case, word: str) -> str:
    path = rng.choice(("overview.title", "overview.lead", "overview.translation"))
    case.set(path, f"Named {word}")
    return f"{path} = {word}"


def _item_text(rng: Random, case: Case, word: str) -> str:
    path = _item(rng, case, ("people",))
    key = rng.choice(("contact", "occupation", "whereabouts", "name.la.given", "name.ar.family"))
    case.set(f"{path}.{key}", word)
    return f"{path}.{key} = {word}"


def _long(rng: Random, case: Case, word: str) -> str:
    """Add a paragraph to a long text, write one anew, or take one away."""
    if rng.random() < 0.5:
        path = "overview.summary"
    else:
        base = _item(rng, case, tuple(_ITEM_TEXTS))
        path = f"{base}.{_ITEM_TEXTS[base.partition('.')[0]]}"
    paragraphs = str(case.get(path) or "").split("\n\n")
    place, kind = rng.randrange(len(paragraphs)), rng.choice(("add", "add", "change", "take"))
    if kind == "add":
        paragraphs.insert(rng.randint(0, len(paragraphs)), f"Added {word}.")
    elif kind == "change":
        paragraphs[place] = f"{paragraphs[place][:30]} changed {word}."
    elif len(paragraphs) > 3:
        del paragraphs[place]
    else:
        raise Skip
    case.set(path, "\n\n".join(paragraphs))
    return f"{path}: {kind} paragraph {place} {word}"


def _list(rng: Random, case: Case, word: str) -> str:
    """Add a plain value to a list, or take one away."""
    path = f"{_item(rng, case, ('people',))}.aliases"
    values = list(case.get(path) or ())
    if len(values) > 2 and rng.random() < 0.4:
        gone = values.pop(rng.randrange(len(values)))
        case.set(path, values)
        return f"{path}: without {gone}"
    values.insert(rng.randint(0, len(values)), f"Abu {word}")
    case.set(path, values)
    return f"{path}: and {word}"


def _place(rng: Random, case: Case, word: str) -> str:
    places = list(case.get("overview.places") or ())
    if len(places) > 2 and rng.random() < 0.4:
        places.pop(rng.randrange(len(places)))
    places.append({"name": word, "lat": rng.randint(30, 37), "lon": rng.randint(35, 42)})
    case.set("overview.places", places)
    return f"overview.places: and {word}"


def _add(rng: Random, case: Case, word: str) -> str:
    section = rng.choice(tuple(_PREFIXES))
    values: dict[str, Any] = {"id": f"{_PREFIXES[section]}{word[1:-1].lstrip('0')}"}
    values[_ITEM_TEXTS[section]] = f"Item {word}."
    if section == "people":
        values["capacities"] = [rng.choice(_CAPACITIES)]
    if section == "events":
        values |= {"type": "torture", "victims": [p["id"] for p in case.get("people") or ()][:2]}
    case.add(section, values)
    return f"added {section}.{values['id']} {word}"


def _add_inner(rng: Random, case: Case, word: str) -> str:
    """Add an item inside an item: an instrument of a proceeding, a step of its status."""
    if not case.get("proceedings"):
        case.add("proceedings", {"id": "j1", "state": "FR", "authority": f"Judges {word}"})
        return f"added proceedings.j1 {word}"
    base = f"proceedings.{rng.choice(case.get('proceedings'))['id']}"
    inner = f"w{word[1:-1].lstrip('0')}"
    case.add(f"{base}.instruments", {"id": inner, "type": "arrest_warrant", "issuer": word})
    return f"added {base}.instruments.{inner} {word}"


def _take(rng: Random, case: Case, word: str) -> str:
    path = _item(rng, case, tuple(_ITEM_TEXTS))
    if len(case.get(path.partition(".")[0])) < 3:
        raise Skip
    case.remove(path)
    return f"took {path} away"


def _clear(rng: Random, case: Case, word: str) -> str:
    path = rng.choice(("overview.lead", "overview.translation"))
    if not case.get(path):
        raise Skip
    case.set(path, None)
    return f"cleared {path}"


def _order(rng: Random, case: Case, word: str) -> str:
    path = _item(rng, case, tuple(_ITEM_TEXTS))
    items = case.get(path.partition(".")[0])
    if len(items) < 2:
        raise Skip
    case.move(path, rng.randrange(len(items)))
    return f"moved {path} in its list"


def _code(rng: Random, case: Case, word: str) -> str:
    """Change a value that holds no word: a code, several codes, a date, yes or no."""
    person = _item(rng, case, ("people",))
    path, value = rng.choice(
        [
            ("overview.status", rng.choice(_STATUSES)),
            ("overview.kind", rng.sample(("detention", "torture", "enforced_disappearance"), 2)),
            ("overview.period", f"20{rng.randint(11, 24)}"),
            (f"{person}.minor", rng.choice((True, False, "unknown"))),
            (f"{person}.capacities", rng.sample(_CAPACITIES, rng.randint(1, 3))),
        ]
    )
    case.set(path, value)
    return f"{path} = {value}"


def _unknown(rng: Random, case: Case, word: str) -> str:
    """Write a field that no table knows, as a newer version of the program might."""
    case.data.setdefault("overview", {})[f"newer{rng.randrange(3)}"] = word
    return f"an unknown field = {word}"


def _item(rng: Random, case: Case, sections: tuple[str, ...]) -> str:
    """Give the path of an item that can be opened here."""
    items = [
        f"{section}.{item['id']}"
        for section in sections
        for item in case.get(section) or ()
        if not (item.get(SEALED) and case.is_locked(item))
    ]
    if not items:
        raise Skip
    return rng.choice(items)


_Edit = Callable[[Random, Case, str], str]
_TABLE: dict[_Edit, int] = {
    _text: 12,
    _item_text: 14,
    _long: 18,
    _list: 8,
    _place: 4,
    _add: 10,
    _add_inner: 5,
    _take: 4,
    _clear: 2,
    _order: 4,
    _code: 8,
    _unknown: 3,
}
_EDITS, _WEIGHTS = list(_TABLE), list(_TABLE.values())
