"""YAML to plain data and back: strict and bounded when reading, byte-stable when writing.

A document in the form that Dalil writes is read line by line (`canonical`). For any other, reading
takes the event stream of libyaml and builds mappings, lists and scalars itself. There is no
constructor to attack: no tag, anchor, alias or second document gets through. Plain scalars become
null, true/false or a number, and nothing else: a date stays the text it was, `no` and `on` stay
words, `007` keeps its zeros.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from store.errors import BadFormat, Unsupported
from store.model import canonical
from store.model.canonical import resolve

__all__ = ["MAX_BYTES", "MAX_DEPTH", "dump", "load"]

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 24
"""How deep mappings and lists may nest; a case needs about eight."""

_CParser: Any = getattr(yaml.cyaml, "CParser", None) if yaml.__with_libyaml__ else None


def load(text: bytes) -> dict[str, Any]:
    """Read one YAML document whose top is a mapping.

    Raises:
        BadFormat: it is no such document, or has aliases, anchors, tags, keys that stand twice,
            or is larger or deeper than a case may be. The line is named, the text never.
    """
    if len(text) > MAX_BYTES:
        raise BadFormat("the document is larger than {limit} MiB", limit=MAX_BYTES // 2**20)
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadFormat("the document is not UTF-8")
    if _CParser is None:
        raise Unsupported(
            "PyYAML was built without libyaml",
            hint="install its binary wheel: pip install --force-reinstall PyYAML",
        )
    data = canonical.read(text)
    return _by_libyaml(text) if data is None else data


def _by_libyaml(text: bytes) -> dict[str, Any]:
    """Read any document, or say what is wrong with it."""
    try:
        return _build(_CParser(text))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BadFormat("the document is no valid YAML at line {line}", line=line) from None
    except (yaml.YAMLError, UnicodeError):
        raise BadFormat("the document is no valid UTF-8 YAML") from None


def dump(data: dict[str, Any]) -> bytes:
    """Write data in the one canonical form: block style, the order given, UTF-8.

    Text of several lines becomes a literal block. Whatever a YAML 1.1 reader would take for a
    date, a number or a truth value is quoted, so that every reader gets the same text back.

    Example:
        >>> dump({"title": "قضية", "since": "2013-05"})
        b"title: \\xd9\\x82\\xd8\\xb6\\xd9\\x8a\\xd8\\xa9\\nsince: 2013-05\\n"
    """
    written: bytes = yaml.dump(
        data,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=2**30,
        encoding="utf-8",
    )
    return written


def _build(parser: Any) -> dict[str, Any]:  # noqa: C901, PLR0912 - a call an event would double its time
    """Build the one document of the stream; a stack of open collections instead of recursion."""
    next_event = parser.get_event
    top: list[Any] = []
    stack: list[tuple[Any, Any]] = []  # (open collection, its waiting key)
    here: Any = top
    key: Any = None
    while True:
        event = next_event()
        kind = type(event)
        if kind is ScalarEvent:
            if event.anchor is not None or event.tag is not None:
                raise _hostile(event)
            value: Any = event.value
            if type(here) is dict and key is None:
                if value in here:
                    raise BadFormat(
                        "a key stands twice, at line {line}", line=event.start_mark.line + 1
                    )
                key = value
                continue
            if event.implicit[0]:
                value = resolve(value)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if event.anchor is not None or event.tag is not None:
                raise _hostile(event)
            if type(here) is dict and key is None:
                raise BadFormat("a key is not text, at line {line}", line=event.start_mark.line + 1)
            stack.append((here, key))
            if len(stack) > MAX_DEPTH:
                raise BadFormat("the document nests deeper than {limit} levels", limit=MAX_DEPTH)
            here, key = ({} if kind is MappingStartEvent else []), None
            continue
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            value = here
            here, key = stack.pop()
        elif kind is StreamEndEvent:
            break
        elif kind is AliasEvent:
            raise _hostile(event)
        elif kind is DocumentStartEvent and top:
            raise BadFormat("there is more than one document")
        elif kind is StreamStartEvent and event.encoding not in (None, "utf-8"):
            raise BadFormat("the document is not UTF-8")
        else:
            continue
        if type(here) is dict:
            here[key] = value
            key = None
        else:
            here.append(value)
    if len(top) != 1 or type(top[0]) is not dict:
        raise BadFormat("the document is no mapping of keys to values")
    return top[0]


def _hostile(event: Any) -> BadFormat:
    return BadFormat(
        "anchors, aliases and tags are not allowed, at line {line}", line=event.start_mark.line + 1
    )


class _Dumper(yaml.CSafeDumper):
    """The safe dumper, without anchors for values that stand twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the base class's signature
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    # Only what a literal block carries unchanged goes into one; the emitter quotes the rest.
    # Text that ends in several newlines would become `|+`, whose end the padding would hide.
    literal = "\n" in text and not text.endswith("\n\n") and text.replace("\n", "").isprintable()
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if literal else None)


_Dumper.add_representer(str, _represent_text)
