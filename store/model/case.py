"""One case as a document: read and changed by path, written in its canonical order."""

from __future__ import annotations

import copy
import os
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

from store.errors import BadFormat, NotFound, Unsupported
from store.model import codec
from store.model.fields import NAME_PARTS, PLACE_PARTS, SCRIPTS, load_model
from store.model.parts import SEALED, is_stub
from store.model.shape import check_shape, ordered

__all__ = ["FORMAT", "Case", "Changed", "display_name", "name_line", "new_item_id"]

FORMAT = 1
_ALPHABET = "0123456789abcdefghjkmnpqrstuvwxy"  # 32 signs: a byte gives each the same chance


class Changed(NamedTuple):
    """Who wrote this version, when (UTC, to the second) and why, in words."""

    by: str
    at: str
    why: str


class Case:
    """One case: plain data with paths to go by.

    Items of a list are addressed by their id, never by position, so that a path stays true when
    somebody else adds or moves an item.

    Example:
        >>> case = Case.empty("0123456789abcdef0123", "main")
        >>> case.set("overview.title", "Forced return of a family")
        >>> person = case.add("people", {"capacities": ["victim"]})
        >>> case.set(f"people.{person}.name.la.given", "Rami")
        >>> case.get(f"people.{person}.name")
        {'la': {'given': 'Rami'}}
    """

    def __init__(
        self,
        data: dict[str, Any],
        parts: dict[str, dict[str, Any]] | None = None,
        closed: tuple[str, ...] = (),
    ) -> None:
        self.data = data
        self.parts = parts or {}
        """What was joined into `data`: the sealed parts as they were read, by compartment."""
        self.closed = closed
        """The compartments in which it has parts that could not be opened; its own may be one."""

    @classmethod
    def empty(cls, case_id: str, compartment: str) -> Case:
        """Begin a case."""
        return cls({"dalil": FORMAT, "id": case_id, "compartment": compartment})

    @classmethod
    def parse(cls, text: bytes, *, case_id: str, compartment: str) -> Case:
        """Read the plaintext of a part and hold it against the path it came from.

        Raises:
            BadFormat: broken YAML, an id or compartment that is not the path's, or sections and
                items that do not have their shape.
            Unsupported: a newer Dalil wrote it.
        """
        data = codec.load(text)
        version = data.get("dalil")
        if type(version) is int and version > FORMAT:
            raise Unsupported(
                "this case was written by a newer Dalil (format {version})",
                hint="install a newer version to read it",
                version=version,
            )
        if type(version) is not int or version != FORMAT:
            raise BadFormat("it does not name its format: `dalil: {format}`", format=FORMAT)
        if data.get("id") != case_id or data.get("compartment") != compartment:
            raise BadFormat("it belongs to another case or compartment than its path says")
        check_shape(data)
        return cls(data)

    def dump(self) -> bytes:
        """Write the plaintext: head first, then the sections and fields in the table's order."""
        return codec.dump(ordered(self.data))

    def copy(self) -> Case:
        """Give a copy that shares nothing."""
        return Case(copy.deepcopy(self.data), copy.deepcopy(self.parts), self.closed)

    # -- what it says of itself ------------------------------------------------------------

    @property
    def id(self) -> str:
        """The 20 hex digits it goes by."""
        return str(self.data["id"])

    @property
    def compartment(self) -> str:
        """The compartment it lives in."""
        return str(self.data["compartment"])

    @property
    def changed(self) -> Changed:
        """Who wrote this version, when and why; empty words where it does not say.

        Of several parts, each with a version of its own, the one that was written last counts.
        """
        said = [part.get("changed") or {} for part in (self.data, *self.parts.values())]
        changed = max(said, key=lambda one: str(one.get("at", "")))
        return Changed(*(str(changed.get(key, "")) for key in Changed._fields))

    def is_locked(self, item: dict[str, Any]) -> bool:
        """Say whether this item is sealed, and could not be opened: all there is is its stub."""
        return is_stub(item) and item.get(SEALED) in self.closed

    @property
    def title(self) -> str:
        """Its title, or empty."""
        return str(self.get("overview.title", ""))

    @property
    def reference(self) -> str:
        """The number it is cited by, or empty."""
        return str(self.get("overview.reference", ""))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The codes of its kinds."""
        return tuple(str(kind) for kind in self.get("overview.kind", ()))

    @property
    def status(self) -> str:
        """The code of its status, or empty."""
        return str(self.get("overview.status", ""))

    # -- paths -----------------------------------------------------------------------------

    def get(self, path: str, default: Any = None) -> Any:
        """Give the value at a path."""
        here: Any = self.data
        for part in path.split("."):
            here = _step(here, part)
            if here is None:
                return default
        return here

    def set(self, path: str, value: Any) -> None:
        """Put a value at a path; None, "" and empty lists or mappings remove what is there.

        Raises:
            NotFound: the table has no such field, or the path leads through a missing item.
        """
        _check_known(path)
        value = _clean(value)
        if value in (None, "", [], {}):
            if self.get(path) is not None:
                self.remove(path)
            return
        *way, last = path.split(".")
        here = self._open(way, path)
        if not isinstance(here, dict):
            raise _no_path(path)
        here[last] = value

    def add(
        self, path: str, values: dict[str, Any], *, new_id: Callable[[str], str] | None = None
    ) -> str:
        """Append an item to the list at a path and give its id."""
        field = load_model().field(path)
        prefix = field.prefix if field else load_model().section(path).prefix
        if not prefix:
            raise NotFound("{path} is no list of items", path=path)
        item_id = str(values.get("id") or (new_id or new_item_id)(prefix))
        *way, last = path.split(".")
        items = self._open(way, path).setdefault(last, [])
        if any(item["id"] == item_id for item in items):
            raise BadFormat("{path} already has an item {id}", path=path, id=item_id)
        items.append({"id": item_id, **{k: _clean(v) for k, v in values.items() if k != "id"}})
        return item_id

    def remove(self, path: str) -> None:
        """Take away the value or item at a path, and what is empty after it.

        Raises:
            NotFound: there is nothing at the path.
        """
        *way, last = path.split(".")
        here = self.get(".".join(way)) if way else self.data
        if isinstance(here, dict) and last in here:
            del here[last]
        elif isinstance(here, list) and _step(here, last) is not None:
            here.remove(_step(here, last))
        else:
            raise _no_path(path)
        is_item = isinstance(here, dict) and "id" in here
        if way and not here and not is_item:
            self.remove(".".join(way))

    def move(self, path: str, position: int) -> None:
        """Bring the item at a path to another position of its list, counted from 0."""
        *way, item_id = path.split(".")
        items = self.get(".".join(way))
        item = _step(items, item_id) if isinstance(items, list) else None
        if item is None:
            raise _no_path(path)
        items.remove(item)
        items.insert(position, item)

    def _open(self, way: list[str], path: str) -> Any:
        """Go along a way, making the mappings that are missing; items are never made."""
        here: Any = self.data
        for depth, part in enumerate(way, 1):
            following = _step(here, part)
            if following is None:
                if not isinstance(here, dict) or _holds_items(".".join(way[:depth])):
                    raise _no_path(path)
                following = here[part] = {}
            here = following
        return here


def new_item_id(prefix: str) -> str:
    """Make an item id that two people working apart do not both make: `p` and four signs."""
    return prefix + "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in os.urandom(4))


def display_name(name: Any, language: str) -> str:
    """Write a name as one line, in the script of the language where it is known in both."""
    if not isinstance(name, dict):
        return str(name or "")
    order = SCRIPTS if language == "ar" else SCRIPTS[::-1]
    for script in order:
        parts = name.get(script)
        if isinstance(parts, dict):
            return name_line(parts)
    return ""


def name_line(parts: dict[str, Any]) -> str:
    """Write what is known of a name in one script as one line."""
    return " ".join([str(parts[part]) for part in NAME_PARTS if parts.get(part)])


def _check_known(path: str) -> None:
    field, inside = load_model().locate(path)
    if field is None:
        known = any(section.key == path for section in load_model().sections)
    elif field.kind == "name":
        scripts, parts = inside[:1], inside[1:]
        known = set(scripts) <= set(SCRIPTS) and parts in ([], *([part] for part in NAME_PARTS))
    elif field.kind == "place":
        known = inside in ([], *([part] for part in PLACE_PARTS))
    else:
        known = not inside
    if not known:
        raise NotFound("a case has no field {path}", hint="docs/format.md lists them", path=path)


def _holds_items(path: str) -> bool:
    """Does the table put a list of items at this path?"""
    model = load_model()
    field = model.field(path)
    if field is not None:
        return field.kind == "items" and path.endswith(field.key)
    return any(section.key == path and section.prefix for section in model.sections)


def _step(here: Any, part: str) -> Any:
    if isinstance(here, dict):
        return here.get(part)
    if isinstance(here, list):
        return next(
            (item for item in here if isinstance(item, dict) and item.get("id") == part), None
        )
    return None


def _no_path(path: str) -> NotFound:
    return NotFound("there is nothing at {path}", path=path)


def _clean(value: Any) -> Any:
    """Store text composed (NFC) and with plain line ends, so that equal text is equal bytes."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value
