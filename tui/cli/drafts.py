"""`dalil drafts`: what was typed and not saved, to list, read and throw away.

Listing needs no key: a draft is known by when something was typed in it last.
"""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import UTC, datetime
from typing import Any

from store.crypto import identity
from store.drafts import Drafts, Waiting
from store.errors import NotFound, Refused
from store.repo.create import git_dir_of
from tui import i18n
from tui.cli.opening import home_folder, unlock
from tui.cli.output import note, say, say_json, speak

__all__ = ["run_drafts"]


def run_drafts(options: Namespace) -> int:
    """List, show or throw away."""
    speak()
    drafts = Drafts(git_dir_of(options.folder), identity.public(home_folder()).age)
    if options.what == "show":
        return _show(drafts, options)
    if options.what == "discard":
        return _discard(drafts, options)
    return _list(drafts, as_json=options.json)


def _list(drafts: Drafts, *, as_json: bool) -> int:
    waiting = drafts.waiting()
    if as_json:
        say_json([{"draft": each.name, "at": _at(each), "open": each.is_open} for each in waiting])
        return 0
    for each in waiting:
        where = f"  {i18n.t('drafts.open')}" if each.is_open else ""
        say(f"{each.name}  {_at(each)}  {i18n.ago(_at(each))}{where}")
    if not waiting:
        note(i18n.t("drafts.nothing"))
    others = drafts.of_others()
    if others:
        note(i18n.t("drafts.others", count=others))
    return 0


def _show(drafts: Drafts, options: Namespace) -> int:
    found = _find(drafts, options.draft)
    member = unlock(options)
    assert member is not None  # noqa: S101 - its public key has just been read
    said = {"draft": found.name, "at": _at(found), **_content(drafts.read(found.name, member.age))}
    if options.json:
        say_json(said)
    else:
        from store.model.codec import dump

        say(dump(said).decode().rstrip("\n"))
    return 0


def _content(text: bytes) -> dict[str, Any]:
    """Give what a draft says: for a case, each field that was changed, as it is now."""
    from tui.kept import read_text
    from tui.kept_document import KeptDocument

    screen, unsaved = read_text(text)
    if screen == "form":
        kept = KeptDocument.load(unsaved)
        editing = kept.editing
        changes = {change.path: change.new for change in editing.edits()}
        return {"case": editing.case.id, "new": kept.is_new, "why": editing.why, "changes": changes}
    try:
        typed = json.loads(unsaved)
    except ValueError:
        typed = unsaved.decode("utf-8", "replace")
    return {"screen": screen, "typed": typed}


def _discard(drafts: Drafts, options: Namespace) -> int:
    waiting = drafts.waiting()
    found = (
        [each for each in waiting if not each.is_open]
        if options.all
        else [_find(drafts, name) for name in options.drafts]
    )
    if not options.yes:
        raise Refused(
            "this throws {count} drafts away, which nobody can bring back",
            hint="nothing was done; the same with --yes does it",
            count=len(found),
        )
    for each in found:
        drafts.take(each.name).discard()
    note(i18n.t("drafts.discarded", count=len(found)))
    return 0


def _find(drafts: Drafts, name: str) -> Waiting:
    found = [each for each in drafts.waiting() if each.name.startswith(name)]
    if len(found) != 1:
        raise NotFound(
            "{count} drafts begin with {name}",
            hint="`dalil drafts` lists them",
            count=len(found),
            name=name,
        )
    return found[0]


def _at(draft: Waiting) -> str:
    return datetime.fromtimestamp(draft.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
