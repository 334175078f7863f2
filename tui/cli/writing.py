"""`dalil new`, `set` and `edit`: change cases from a script, a file or an editor."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any

from store.errors import BadFormat, Moved, NotFound, Refused, StoreError
from store.model import codec
from store.model.case import Case
from store.model.diff import apply, diff
from store.model.fields import Field, load_model
from store.vault import Saved, Vault
from tui.cli.opening import open_vault
from tui.cli.output import complain, note, say, say_json
from tui.cli.references import warn_of_shared
from tui.cli.texts import edited_case, new_case, read_source

__all__ = ["known_field", "parse_value", "run_edit", "run_new", "run_set"]

_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def run_new(options: Namespace) -> int:
    """Make a case from each YAML file; all of them in one commit."""
    cases = [
        new_case(read_source(source), options.compartment, source) for source in options.source
    ]
    with open_vault(options) as vault:
        commit = vault.import_cases(cases, why=options.why)
        warn_of_shared(vault, cases)
    if options.json:
        say_json({"commit": commit, "cases": [case.id for case in cases]})
    else:
        for case in cases:
            say(f"{case.id}  {case.reference}  {case.title}")
        note(f"saved as commit {commit[:10]}")
    return 0


def run_set(options: Namespace) -> int:
    """Put one value at one field of a case."""
    field = known_field(options.field)
    with open_vault(options) as vault:
        with vault.edit(vault.find(options.case), why=options.why) as case:
            value = parse_value(field, options.value, options.field)
            _must_not_empty(field, case, options.field, value)
            case.set(options.field, value)
        if vault.last_save is not None and options.field == "overview.reference":
            warn_of_shared(vault, [case])
        return _tell(vault.last_save, as_json=options.json)


def run_edit(options: Namespace) -> int:
    """Change a whole case: from a file, in an editor, or (without either) in the interface."""
    if not options.source and not options.editor:
        return _open_on(options)
    with open_vault(options) as vault:
        base = vault.get(vault.find(options.case))
        vault.must_write(base.compartment)
        why = options.why or _ask_why()
        if not why.strip():
            raise BadFormat("a change needs its reason in words", hint="say why with --why")
        if options.source:
            saved = vault.put(base, edited_case(base, read_source(options.source)), why=why)
        else:
            saved = _edit_until_saved(vault, base, why)
        return _tell(saved, as_json=False)


def _edit_until_saved(vault: Vault, base: Case, why: str) -> Saved | None:
    """Open the editor again with what was typed for as long as it cannot be saved."""
    from tui.cli.editor import edit_text

    text = base.dump()
    while True:
        text = edit_text(text)
        try:
            return vault.put(base, edited_case(base, text), why=why)
        except StoreError as error:
            if not sys.stdin.isatty():
                raise
            complain(error)
            if isinstance(error, Moved):
                base, text = _onto_newest(vault, base, text)
            input("Enter: edit what you typed again.  Ctrl+C: give it up. ")


def _onto_newest(vault: Vault, base: Case, text: bytes) -> tuple[Case, bytes]:
    """Put what was typed onto the newest version; say what clashes there, and keep theirs."""
    newest = vault.get(base.id)
    merged = newest.copy()
    for change in apply(merged.data, diff(base.data, edited_case(base, text).data)):
        note(f"yours at {change.path}: {change.new}")
    return newest, merged.dump()


def parse_value(field: Field, text: str, path: str) -> Any:
    """Read a value as it is typed: by the field's kind; lists by commas; names and places as YAML.

    Raises:
        BadFormat: it is none of that kind.
    """
    if not text.strip():
        return None
    inside = load_model().locate(path)[1]
    if field.kind in ("name", "place") and not inside:
        value = codec.load(f"value: {text}".encode())["value"]
        return [value] if field.repeatable and isinstance(value, dict) else value
    if field.is_list:
        return [_scalar(field, part.strip()) for part in text.split(",") if part.strip()]
    if field.kind == "place" and inside != ["name"]:
        return _number(text)
    return _scalar(field, text)


def _must_not_empty(field: Field, case: Case, path: str, value: Any) -> None:
    """Refuse to take away what every case must say; where it says nothing yet, nothing changes."""
    if field.required and value in (None, []) and case.get(path) is not None:
        raise Refused(
            "{path} must say something: a case is not complete without it",
            hint="give it another value",
            path=path,
        )


def _scalar(field: Field, text: str) -> Any:
    if field.kind == "number":
        return _number(text)
    if field.kind == "yesno":
        return _TRUTH.get(text.lower(), text)
    return text


def _number(text: str) -> Any:
    value = codec.load(f"value: {text}".encode())["value"]
    if type(value) not in (int, float):
        raise BadFormat("{text} is no number", text=text[:40])
    return value


def known_field(path: str) -> Field:
    """Give the field of a path.

    Raises:
        NotFound: there is none.
    """
    field = load_model().field(path)
    if field is None or field.kind == "items":
        raise NotFound(
            "a case has no field {path}",
            hint="such as overview.status or people.p3.fate; docs/format.md lists them",
            path=path,
        )
    return field


def _ask_why() -> str:
    if not sys.stdin.isatty():
        return ""  # the vault asks for it in its own words
    return input("Why: ")


def _open_on(options: Namespace) -> int:
    from tui.cli.interface import open_here

    return open_here(options.folder, case=options.case)


def _tell(saved: Saved | None, *, as_json: bool) -> int:
    if as_json:
        entry = {"commit": saved.commit, "case": saved.case_id} if saved else {"commit": None}
        say_json(entry)
    elif saved is None:
        note("nothing changed")
    else:
        note(f"saved as commit {saved.commit[:10]}")
    return 0
