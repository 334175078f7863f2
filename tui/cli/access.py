"""`dalil who-can-read` and `dalil exposure`: who can open what, and who could."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from store.exposure import Exposure, exposure
from store.vault import Vault
from store.who import readers_of
from tui.cli.opening import open_vault, trust_exit_code
from tui.cli.output import note, say, say_json

__all__ = ["run_exposure", "run_who_can_read"]


def run_who_can_read(options: Namespace) -> int:
    """List, for each part of a case, those who can read it."""
    with open_vault(options) as vault:
        parts = readers_of(vault, vault.find(options.case))
        if options.json:
            say_json([part._asdict() for part in parts])
            return trust_exit_code(vault)
        for part in parts:
            say(f"{part.compartment} · epoch {part.epoch}")
            for handle, role in part.readers:
                say(f"    {handle} ({role})")
            for handle in part.former:
                say(f"    {handle}: no reader any more, but STILL OPENS it; begin a new epoch:")
                say(f"        dalil compartment rotate {part.compartment}")
            if part.recovery:
                say(f"    {part.recovery} recovery identities on paper")
        return trust_exit_code(vault)


def run_exposure(options: Namespace) -> int:
    """List exactly which cases and versions somebody's keys could open."""
    with open_vault(options) as vault:
        found = exposure(vault, options.handle, options.key)
        references = _references(vault)
        if options.json:
            say_json(_as_json(found, references))
        else:
            _print(found, references, with_versions=options.versions)
        return trust_exit_code(vault)


def _references(vault: Vault) -> dict[str, str]:
    """Give the references of the cases that can be opened here; without keys, of none."""
    if vault.identity is None:
        return {}
    return {row.id: row.reference for row in vault.summaries() if row.reference}


def _print(found: Exposure, references: dict[str, str], *, with_versions: bool) -> None:
    for name, epoch in sorted(found.held.items()):
        if name in found.open:
            state = "STILL OPEN: what is written there now can be read with these keys"
        else:
            state = f"closed from commit {found.closed[name][:10]} on"
        say(f"{name} · epochs 1 to {epoch} · {state}")
    counts: dict[str, int] = {}
    for version in found.versions:
        counts[version.case_id] = counts.get(version.case_id, 0) + 1
    for case_id in found.cases:
        say(f"{case_id[:8]}  {references.get(case_id, ''):<14} {counts[case_id]} versions".rstrip())
        for version in found.versions if with_versions else ():
            if version.case_id == case_id:
                at = version.at[:16].replace("T", " ")
                say(
                    f"    {version.commit[:10]}  {at}  {version.compartment}, epoch {version.epoch}"
                )
    note(f"{len(counts)} cases, {len(found.versions)} versions could be opened by {found.handle}")
    if found.open and found.is_member:
        note(f"if the keys are lost, replace them: dalil member rotate {found.handle} --lost …")
    elif found.open:
        note("begin a new epoch of what is still open: dalil compartment rotate NAME")


def _as_json(found: Exposure, references: dict[str, str]) -> dict[str, Any]:
    return {
        "handle": found.handle,
        "is_member": found.is_member,
        "held": found.held,
        "open": list(found.open),
        "closed": found.closed,
        "cases": [{"id": i, "reference": references.get(i)} for i in found.cases],
        "versions": [version._asdict() for version in found.versions],
    }
