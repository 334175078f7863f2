"""Cases as people write them down in files: read, completed by what a program knows better."""

from __future__ import annotations

import sys
from typing import Any

from store.errors import BadFormat, NotFound
from store.model import codec
from store.model.case import Case, new_item_id
from store.model.fields import Field, load_model
from store.model.nearest import nearest_terms
from store.model.shape import HEAD, check_shape
from store.vault import new_case_id

__all__ = ["edited_case", "new_case", "read_file", "read_source"]


def read_source(source: str) -> bytes:
    """Read a file, or the standard input for `-`.

    Raises:
        NotFound: it cannot be read.
    """
    return sys.stdin.buffer.read() if source == "-" else read_file(source)


def read_file(path: str) -> bytes:
    """Read a file that a person named.

    Raises:
        NotFound: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise NotFound(
            "cannot read {source}: {reason}", source=path, reason=error.strerror
        ) from error


def new_case(text: bytes, compartment: str, source: str) -> Case:
    """Make a case of the sections in a text; items without an id are given one.

    Raises:
        BadFormat: it is no such text.
    """
    data = codec.load(text)
    for key in data:
        if key not in HEAD:
            _check_section(key, source)
    case = Case.empty(new_case_id(), compartment)
    return _completed(case, data)


def edited_case(base: Case, text: bytes) -> Case:
    """Take the sections of an edited text; who and what the case is stays as it was.

    Raises:
        BadFormat: it is no such text, or that of another case.
    """
    data = codec.load(text)
    for key in ("id", "compartment"):
        if data.get(key, base.data[key]) != base.data[key]:
            raise BadFormat("the text is of another case: its {key} differs", key=key)
    return _completed(Case({key: base.data[key] for key in HEAD if key in base.data}), data)


def _completed(case: Case, data: dict[str, Any]) -> Case:
    sections = {key: value for key, value in data.items() if key not in HEAD}
    for section in load_model().sections:
        _give_ids(sections.get(section.key), section.prefix, section.fields)
    case.data |= sections
    try:
        check_shape(case.data)
    except BadFormat as error:
        raise _with_terms(error) from None
    return case


def _give_ids(value: Any, prefix: str, fields: tuple[Field, ...]) -> None:
    """Give an id to each item that has none; what is of another shape is refused later."""
    for item in value if prefix and isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            continue
        if prefix and item.get("id") is None:
            item["id"] = new_item_id(prefix)
        for field in fields:
            if field.kind == "items":
                _give_ids(item.get(field.key), field.prefix, field.fields)


def _with_terms(error: BadFormat) -> BadFormat:
    """Say what a field takes whose value has another shape, where a list of terms tells it."""
    field = _field(str(error.values.get("path", "")))
    if field is None or not (field.is_list and field.vocabulary):
        return error
    return BadFormat(
        "{path} must be a list of terms, such as [{example}]",
        hint="there are: {known}",
        path=error.values["path"],
        example=load_model().vocabulary(field.vocabulary).terms[0].code,
        known=nearest_terms(field, ""),
    )


def _field(path: str) -> Field | None:
    """Give the field of a path without the ids of its items, as the shape of a case names it."""
    return next((field for where, field in load_model().walk() if where == path), None)


def _check_section(key: str, source: str) -> None:
    try:
        load_model().section(key)
    except NotFound as error:
        raise BadFormat(
            "{source}: there is no section {section}",
            hint=error.hint,
            source=source,
            **error.values,
        ) from None
