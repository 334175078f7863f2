"""What the command line prints: scrubbed, for whatever came from a case could hold escapes."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from store.errors import StoreError
from tui.display.scrub import scrub

__all__ = ["complain", "note", "say", "say_json", "speak", "words"]


def say(text: str) -> None:
    """Print a text on the standard output."""
    # Not print(): a lone surrogate or a terminal that knows no Arabic must not end the program.
    sys.stdout.buffer.write((scrub(text, keep_lines=True) + "\n").encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def say_json(value: Any) -> None:
    """Print a value as JSON: readable text stays, whatever acts on a terminal is escaped."""
    import json

    text = json.dumps(value, ensure_ascii=False, indent=2)
    safe = "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)
    sys.stdout.buffer.write((safe + "\n").encode("utf-8", "replace"))
    sys.stdout.buffer.flush()  # the fast path ends the process without doing it


def note(text: str) -> None:
    """Tell the person something that is no part of the answer."""
    print(scrub(text, keep_lines=True), file=sys.stderr)  # noqa: T201 - this is the one place


def complain(error: StoreError) -> None:
    """Print an error in one line, and what to do in another."""
    note("error: " + " ".join(words(error.message, error.values).split()))
    hint = words(error.hint, error.values)
    if hint:
        note("hint: " + " ".join(hint.split()))


def words(template: str, values: Mapping[str, object]) -> str:
    """Fill a template of the store, in the language of the environment."""
    from tui import i18n

    speak()
    return i18n.words(template, values)


def speak() -> None:
    """Speak the language of the environment: before a text of `locale` is asked for."""
    import os

    from tui import i18n

    i18n.use(i18n.choose("auto", os.environ))
