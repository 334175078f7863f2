"""`dalil clone`, `fetch` and `ticket`: work with a copy elsewhere that nobody has to trust."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from store.crypto import identity as identities
from store.errors import BadSignature, Refused
from store.remote.clone import Untrusted, clone
from store.remote.fetch import Fetched, fetch
from store.ticket import Ticket, make, parse
from store.vault import Vault
from tui import i18n
from tui.cli.checking import findings_json, print_findings
from tui.cli.network import way
from tui.cli.opening import home_folder
from tui.cli.output import note, say, say_json, speak
from tui.cli.talk import YES
from tui.display.spoken import spoken

if TYPE_CHECKING:
    from store.trust.report import Report

__all__ = ["run_clone", "run_fetch", "run_ticket"]


def run_clone(options: Namespace) -> int:
    """Clone a repository, verify it whole, and have its root confirmed."""
    speak()
    try:
        done = clone(
            options.url,
            options.folder_to_make,
            expected=_expected(options),
            confirm=None if options.yes else _confirm,
            way=way(),
        )
    except Untrusted as error:
        print_findings(error.report)
        raise
    report = done.report
    if options.json:
        say_json(
            {
                "folder": done.folder,
                "root": report.root,
                "tip": report.tip,
                "commits": report.commits,
                "pinned": done.is_pinned,
            }
        )
    else:
        say(i18n.t("remote.cloned", folder=done.folder, commits=i18n.number(report.commits)))
    if not done.is_pinned:
        _show_commits(report.root, report.tip)
        note(i18n.t("remote.unpinned", root=report.root))
    return 0


def run_fetch(options: Namespace) -> int:
    """Fetch from a remote, verify it, and move main forward where that is all there is to do."""
    speak()
    with Vault.open(options.folder, None) as vault:
        found = fetch(vault, options.remote, url=options.url, own_key=_own_key(), way=way())
    if options.json:
        say_json(_as_json(found))
    else:
        _tell(found)
    return BadSignature.exit_code if found.is_refused else 0


def run_ticket(options: Namespace) -> int:
    """Print a join ticket: the line by which a new member knows the right repository."""
    speak()
    with Vault.open(options.folder, None) as vault:
        ticket = make(vault)
    if options.json:
        say_json({"ticket": ticket.text, **ticket._asdict()})
    else:
        say(ticket.text)
        _show_commits(ticket.root, ticket.tip)
    return 0


def _expected(options: Namespace) -> str | Ticket | None:
    if options.ticket:
        return parse(options.ticket)
    if options.pin or options.yes or sys.stdin.isatty():
        return str(options.pin) if options.pin else None
    raise Refused(
        "a clone is confirmed by somebody, and there is no terminal to ask on",
        hint="--pin ID or --ticket T, as a colleague gave it; or --yes, to read it unconfirmed",
    )


def _confirm(report: Report) -> bool:
    """Show what was verified, and ask whether a colleague sees the same."""
    note(i18n.t("remote.sound", commits=i18n.number(report.commits)))
    _show_commits(report.root, report.tip)
    note(i18n.t("remote.compare"))
    sys.stderr.write(i18n.t("remote.ask"))
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in YES


def _show_commits(root: str, tip: str) -> None:
    for text in (i18n.t("remote.root", commit=root), *_spoken(root)):
        note(text)
    for text in (i18n.t("remote.tip", commit=tip), *_spoken(tip)):
        note(text)


def _spoken(commit: str) -> list[str]:
    return [f"    {line}" for line in spoken(commit)]


def _tell(found: Fetched) -> None:
    values: dict[str, Any] = {
        "remote": found.remote,
        "count": found.commits,
        "tip": found.tip[:12],
        "before": found.before[:12],
    }
    if found.report is not None:
        print_findings(found.report)
    say(i18n.t(f"remote.state.{found.state}", **values))
    if found.evidence:
        note(i18n.t("remote.evidence", ref=found.evidence))
    if found.frozen:
        note(i18n.t("remote.frozen", remote=found.remote, count=found.frozen))


def _as_json(found: Fetched) -> dict[str, Any]:
    shown = found._asdict()
    del shown["report"]
    return shown | {"findings": findings_json(found.report) if found.report else []}


def _own_key() -> str | None:
    """Give this person's signing key, which takes no passphrase; None without keys."""
    home = home_folder()
    return identities.public(home).sign if identities.state(home) != "none" else None
