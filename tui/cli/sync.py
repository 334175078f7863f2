"""`dalil sync`: bring this copy and its remotes to the same state, and say what came."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from store.errors import BadSignature, StoreError
from store.model.shape import CONFLICTS
from store.remote import state as states
from store.remote.state import DEFAULT
from store.remote.sync import Synced, sync
from tui import i18n
from tui.cli.checking import findings_json, print_findings
from tui.cli.network import show_progress
from tui.cli.opening import credentials, open_vault
from tui.cli.output import complain, note, say, say_json, speak
from tui.display.flags import FLAG

if TYPE_CHECKING:
    from store.remote.news import Incoming, Touched
    from store.vault import Vault

__all__ = ["as_json", "exit_code", "run_sync", "tell"]

_SHOWN = 20
"""Of so many commits that came it is said what they changed; `dalil log` has all."""
_FIELDS = 6
"""Of so many fields of a case it is said that they changed."""


def run_sync(options: Namespace) -> int:
    """Sync with the remotes that are named, one after the other."""
    speak()
    with open_vault(options) as vault:
        results = _sync_all(vault, _names(vault, options), options.take_in)
    if options.json:
        say_json([as_json(result) for result in results])
    else:
        for result in results:
            tell(result)
    return max(map(exit_code, results))


def exit_code(result: Synced) -> int:
    """Give the exit code that a result stands for."""
    if result.state == "done":
        return 0
    return (
        BadSignature.exit_code
        if result.state == "refused"
        else getattr(result.error, "exit_code", 1)
    )


def tell(result: Synced) -> None:
    """Say what a sync did, or why not."""
    found, merged = result.fetched, result.merged
    _tell_end(result)
    for came in result.incoming[:_SHOWN]:
        _tell_one(came)
    if len(result.incoming) > _SHOWN:
        say("  …")
    if merged is not None and merged.conflicts:
        say("⚑ " + i18n.t("sync.conflicts", count=merged.conflicts, key="dalil conflicts"))
    if merged is not None and merged.blind:
        say(i18n.t("sync.blind", count=len(merged.blind)))
    if merged is not None and merged.given_way:
        say(i18n.t("sync.given_way", files=", ".join(merged.given_way)))
    if found is not None and found.frozen:
        note(i18n.t("remote.frozen", remote=found.remote, count=found.frozen))


def _tell_end(result: Synced) -> None:
    found, error = result.fetched, result.error
    if result.state == "done":
        say(f"✓ {i18n.t('sync.done', remote=result.remote)}: {_counts(result)}")
    elif error is not None:
        say(f"✗ {result.remote}: {i18n.t(f'sync.state.{result.state}')}")
        complain(error)
    elif found is not None:
        if found.report is not None:
            print_findings(found.report)
        values = {"remote": found.remote, "before": found.before[:12]}
        say(i18n.t(f"remote.state.{found.state}", **values))
        if found.evidence:
            note(i18n.t("remote.evidence", ref=found.evidence))


def as_json(result: Synced) -> dict[str, Any]:
    """Give a result as JSON."""
    found, merged, error = result.fetched, result.merged, result.error
    shown: dict[str, Any] = {"remote": result.remote, "state": result.state}
    shown["pushed"] = result.pushed
    shown["incoming"] = [
        one._asdict() | {"cases": [case._asdict() for case in one.cases]} for one in result.incoming
    ]
    shown["merged"] = merged._asdict() if merged is not None else None
    shown["served"] = found.state if found is not None else None
    shown["tip"] = found.tip if found is not None else None
    shown["evidence"] = found.evidence if found is not None else ""
    shown["findings"] = findings_json(found.report) if found and found.report else []
    shown["error"] = str(error) if error is not None else None
    shown["hint"] = error.advice() if error is not None else None
    return shown


def _names(vault: Vault, options: Namespace) -> list[str]:
    """Give the remotes to sync with: those named, all, origin, or the only one there is."""
    try:
        known = sorted(states.read(vault.git_dir))
    except StoreError:
        return options.remotes or [DEFAULT]  # the sync says what is wrong
    if options.all and known:
        return known
    named = list(dict.fromkeys(options.remotes))
    return named or (known if len(known) == 1 else [DEFAULT])


def _sync_all(vault: Vault, names: list[str], take_in: list[str]) -> list[Synced]:
    """Sync with each; those that lack what a later one brought, once more."""
    results = {name: _sync(vault, name, take_in) for name in names}
    for name in names[:-1]:
        first = results[name]
        if first.state == "done" and states.known(vault.git_dir, name).tip != vault.tip:
            again = _sync(vault, name, take_in)
            results[name] = again._replace(
                pushed=first.pushed + again.pushed,
                incoming=(*again.incoming, *first.incoming),
                merged=again.merged or first.merged,
            )
    return list(results.values())


def _sync(vault: Vault, name: str, take_in: list[str]) -> Synced:
    if not sys.stderr.isatty():
        return sync(vault, name, credentials=credentials(), take_in=take_in)
    return sync(
        vault,
        name,
        credentials=credentials(),
        take_in=take_in,
        stage=lambda stage: note(i18n.t(f"sync.stage.{stage}", remote=name)),
        progress=show_progress,
    )


def _counts(result: Synced) -> str:
    came, went = len(result.incoming), result.pushed
    parts = [i18n.t("sync.came", count=came)] if came else []
    parts += [i18n.t("sync.went", count=went)] if went else []
    return i18n.t("header.comma").join(parts) or i18n.t("sync.nothing_new")


def _tell_one(came: Incoming) -> None:
    head = f"  {came.at[:16].replace('T', ' ')}  {came.by}"
    what = [_case(case) for case in came.cases] + (["policy.yaml"] if came.policy else [])
    if len(what) > 1:
        say(f"{head}  {came.message}")
        for line in what[:_SHOWN]:
            say(f"    {line}")
    else:
        say(f"{head}  {what[0] if what else came.message}")


def _case(case: Touched) -> str:
    if case.state == "unread":
        return case.case_id
    if case.state != "open":
        return f"{case.case_id}  {i18n.t(f'history.state.{case.state}')}"
    # The name of a conflict is of no use to a person.
    paths = [FLAG if path.startswith(f"{CONFLICTS}.") else path for path in case.fields]
    fields = list(dict.fromkeys(paths))
    shown = ", ".join(fields[:_FIELDS]) + (" …" if len(fields) > _FIELDS else "")
    return f"{case.reference or case.case_id[:8]}  {case.title}  {shown}"
