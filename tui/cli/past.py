"""`dalil log` and `dalil diff`: the history, from the command line."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from store.errors import BadFormat, NotFound, Sealed
from store.history import (
    Entry,
    Version,
    case_changes,
    case_history,
    changes,
    repository_history,
)
from store.model.diff import Change, diff
from store.vault import Vault
from tui.cli.opening import open_vault, trust_exit_code
from tui.cli.output import say, say_json

__all__ = ["run_diff", "run_log", "short"]

_SIGNS = {"verified": "✓", "unverified": "?", "bad": "✗"}


def run_log(options: Namespace) -> int:
    """List the commits of a case, or of the whole repository, the newest first."""
    with open_vault(options) as vault:
        if options.case:
            case_id = vault.find(options.case)
            versions = case_history(vault, case_id)[: options.count]
            entries = [_version(vault, case_id, v, options) for v in versions]
        else:
            found = repository_history(vault, count=options.count)
            entries = [_entry(vault, entry, options) for entry in found]
        if options.json:
            say_json(entries)
        else:
            for entry in entries:
                _print(entry)
        return trust_exit_code(vault)


def run_diff(options: Namespace) -> int:
    """Say field by field what differs between two versions of a case."""
    with open_vault(options) as vault:
        case_id = vault.find(options.case)
        new = vault.find_commit(options.new) if options.new else vault.tip
        if options.old:
            before: dict[str, Any] | None = vault.get(case_id, vault.find_commit(options.old)).data
            found = diff(before, vault.get(case_id, new).data)
        else:
            last = _last_before(vault, case_id, new)
            found = changes(vault, case_id, last)
        if options.json:
            say_json([change._asdict() for change in found])
        else:
            for change in found:
                say(_line(change))
        return trust_exit_code(vault)


def _last_before(vault: Vault, case_id: str, commit: str) -> str:
    """Give the last commit up to this one that changed the case."""
    versions = [version.commit for version in case_history(vault, case_id)]
    if commit in versions or commit == vault.tip:
        return commit if commit in versions else versions[0]
    raise NotFound("{commit} did not change this case", hint="dalil log CASE", commit=commit[:10])


def _version(vault: Vault, case_id: str, version: Version, options: Namespace) -> dict[str, Any]:
    entry: dict[str, Any] = version._asdict()
    if options.changes:
        try:
            found = [change._asdict() for change in changes(vault, case_id, version.commit)]
        except (BadFormat, Sealed):
            found = []
        entry["changes"] = found
    return entry


def _entry(vault: Vault, entry: Entry, options: Namespace) -> dict[str, Any]:
    shown: dict[str, Any] = entry._asdict() | {"paths": list(entry.paths)}
    if options.changes:
        shown["cases"] = [
            case._asdict() | {"changes": [change._asdict() for change in case.changes]}
            for case in case_changes(vault, entry)
        ]
    return shown


def _print(entry: dict[str, Any]) -> None:
    who = entry["signer"] or f"{entry.get('by') or entry.get('author')} (unknown signer)"
    words = entry.get("why") or entry["message"]
    sign = _SIGNS[entry["signature"]]
    say(f"{entry['commit'][:10]}  {entry['at'][:16].replace('T', ' ')}  {sign} {who:<8}  {words}")
    for change in entry.get("changes", ()):
        say("    " + _line(Change(**change)))
    for case in entry.get("cases", ()):
        say(f"    {case['case_id'][:8]}  {case['why'] or case['state']}")
        for change in case["changes"]:
            say("        " + _line(Change(**change)))


def _line(change: Change) -> str:
    if change.kind == "added":
        return f"+ {change.path}  {short(change.new)}"
    if change.kind == "removed":
        return f"- {change.path}  {short(change.old)}"
    if change.kind == "conflict":
        return _conflict(change.old, change.new)
    if change.kind == "moved":
        return f"~ {change.path}  another order: {', '.join(change.new)}"
    return f"~ {change.path}  {short(change.old)} → {short(change.new)}"


def _conflict(old: Any, new: Any) -> str:
    path = (new or old)["path"] or "."
    if new is None:
        return f"⚑ {path}  the conflict is resolved"
    count = len(new["values"])
    return f"⚑ {path}  in conflict: {count} values" + (" now" if old else "")


def short(value: Any) -> str:
    """Write any value on one line."""
    if value is None:
        return "(nothing)"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {short(inner)}" for key, inner in value.items() if key != "id")
    if isinstance(value, list):
        return ", ".join(short(inner) for inner in value)
    return " ".join(str(value).split())
