"""The table of fields, read from fields.yaml: sections, fields, vocabularies and their labels."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from store.errors import NotFound
from store.model import codec

__all__ = ["Field", "Model", "Section", "Term", "Vocabulary", "load_model"]

_FOLDER = os.path.dirname(__file__)  # importlib.resources would cost 20 ms of `dalil show`

KINDS = frozenset(
    ("text", "long", "number", "yesno", "choice", "choices", "date", "instant", "place")
) | {"name", "person", "case", "evidence", "items"}
SCRIPTS = ("ar", "la")
NAME_PARTS = ("given", "father", "grandfather", "family")
PLACE_PARTS = ("name", "lat", "lon", "radius_m")


class Field(NamedTuple):
    """One field of a section, or of an item."""

    key: str
    kind: str
    labels: dict[str, str]
    required: bool = False
    vocabulary: str = ""
    repeatable: bool = False
    sensitive: bool = False
    search: bool = False
    help: dict[str, str] = {}  # noqa: RUF012 - a NamedTuple's default; nobody changes it
    prefix: str = ""
    title: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()

    @property
    def is_list(self) -> bool:
        """Is its value a list?"""
        return self.repeatable or self.kind in ("choices", "items")


class Section(NamedTuple):
    """One section of a case: a mapping of fields, or (with a prefix) a list of items."""

    key: str
    labels: dict[str, str]
    prefix: str
    title: tuple[str, ...]
    fields: tuple[Field, ...]


class Term(NamedTuple):
    """One controlled term."""

    code: str
    labels: dict[str, str]


class Vocabulary(NamedTuple):
    """The controlled terms that a choice is taken from, and where they come from."""

    name: str
    source: str
    terms: tuple[Term, ...]

    def label(self, code: object, language: str) -> str:
        """Name a code in a language; a code that is not in the list stays as it is."""
        for term in self.terms:
            if term.code == code:
                return term.labels.get(language) or term.labels["en"]
        return str(code)

    def has(self, code: object) -> bool:
        """Is this code in the list?"""
        return any(term.code == code for term in self.terms)


class Model:
    """All sections, and the way from a path to its field."""

    def __init__(self, sections: tuple[Section, ...]) -> None:
        self.sections = sections
        self._by_key = {section.key: section for section in sections}

    def section(self, key: str) -> Section:
        """Give a section by its key.

        Raises:
            NotFound: no section has this key.
        """
        try:
            return self._by_key[key]
        except KeyError:
            raise NotFound(
                "there is no section {section}",
                hint="the sections are: {sections}",
                section=key,
                sections=", ".join(self._by_key),
            ) from None

    def field(self, path: str) -> Field | None:
        """Give the field that a path leads to, or into; None for a path the table does not know.

        Example:
            >>> load_model().field("people.p3.name.ar.given").kind
            'name'
        """
        return self.locate(path)[0]

    def locate(self, path: str) -> tuple[Field | None, list[str]]:
        """Give the field that a path leads into, and what of the path lies inside its value."""
        head, *rest = path.split(".")
        section = self._by_key.get(head)
        if section is None:
            return None, []
        fields, parts = section.fields, rest[1:] if section.prefix else rest
        while parts:
            key, *inside = parts
            found = next((field for field in fields if field.key == key), None)
            if found is None or found.kind != "items" or len(inside) < 2:  # noqa: PLR2004 - id and key
                return found, inside
            fields, parts = found.fields, inside[1:]
        return None, []

    def vocabulary(self, name: str) -> Vocabulary:
        """Give a vocabulary by name; read when first asked for."""
        return _load_vocabulary(name)

    def walk(self) -> Iterator[tuple[str, Field]]:
        """Go through every field with its dotted path, items inside items included."""
        for section in self.sections:
            yield from _walk(section.key, section.fields)


def _walk(path: str, fields: tuple[Field, ...]) -> Iterator[tuple[str, Field]]:
    for field in fields:
        yield f"{path}.{field.key}", field
        yield from _walk(f"{path}.{field.key}", field.fields)


@lru_cache(maxsize=1)
def load_model() -> Model:
    """Read the shipped table, once."""
    with open(os.path.join(_FOLDER, "fields.yaml"), "rb") as file:
        table = codec.load(file.read())
    return Model(tuple(_section(entry) for entry in table["sections"]))


@lru_cache
def _load_vocabulary(name: str) -> Vocabulary:
    with open(os.path.join(_FOLDER, "vocabularies", f"{name}.yaml"), "rb") as file:
        table = codec.load(file.read())
    terms = tuple(Term(str(term["code"]), _labels(term)) for term in table["terms"])
    return Vocabulary(name, table["source"], terms)


def _labels(entry: dict[str, Any]) -> dict[str, str]:
    return {language: entry[language] for language in ("en", "ar")}


def _section(entry: dict[str, Any]) -> Section:
    fields = tuple(_field(field) for field in entry["fields"])
    title = tuple(entry.get("title", ()))
    return Section(entry["key"], _labels(entry), entry.get("prefix", ""), title, fields)


def _field(entry: dict[str, Any]) -> Field:
    if entry["kind"] not in KINDS:
        raise ValueError(f"fields.yaml: {entry['key']} has the unknown kind {entry['kind']}")
    return Field(
        key=entry["key"],
        kind=entry["kind"],
        labels=_labels(entry),
        required=entry.get("required", False),
        vocabulary=entry.get("vocabulary", ""),
        repeatable=entry.get("repeatable", False),
        sensitive=entry.get("sensitive", False),
        search=entry.get("search", False),
        help=entry.get("help", {}),
        prefix=entry.get("prefix", ""),
        title=tuple(entry.get("title", ())),
        fields=tuple(_field(field) for field in entry.get("fields", ())),
    )
