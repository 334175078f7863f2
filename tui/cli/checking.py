"""`dalil verify` and `dalil doctor`: is the history authentic, is this machine fit for it?"""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from store.errors import BadSignature
from store.repo.create import git_dir_of
from store.vault import Vault
from tui.cli.opening import home_folder
from tui.cli.output import note, say, say_json, words

if TYPE_CHECKING:
    from store.trust.report import Report

__all__ = ["run_doctor", "run_verify"]


def run_verify(options: Namespace) -> int:
    """Verify every commit from the pinned root to the tip; no key is needed for it."""
    with Vault(git_dir_of(options.repository or options.folder), None) as vault:
        progress = _show_progress if sys.stderr.isatty() else None
        report = vault.verify(progress, root=options.pin)
        if options.json:
            say_json(_as_json(report, vault.trust.state))
        else:
            _print(report, vault.trust.state)
    return 0 if report.is_authentic else BadSignature.exit_code


def run_doctor(options: Namespace) -> int:
    """Say what is missing or unsafe on this machine, and in the repository of this folder."""
    from store.doctor import examine

    checks = examine(options.folder, home_folder())
    if options.json:
        say_json([check._asdict() for check in checks])
    else:
        for check in checks:
            hint = "" if check.state == "good" else check.hint
            _say_words(check.sign, check.message, hint, check.values)
    return 1 if any(check.state == "bad" for check in checks) else 0


def _print(report: Report, state: str) -> None:
    for finding in report.findings:
        sign = "✗" if finding.severity == "failure" else "!"
        sign += f" {finding.commit[:10]}" if finding.commit else ""
        _say_words(sign, finding.message, finding.advice, finding.values)
    if not report.is_authentic:
        good = (
            f"the last good one is {report.verified_tip}" if report.verified_tip else "none is good"
        )
        say(f"NOT authentic: {len(report.failures)} of {report.commits} commits fail; {good}")
        return
    say(f"authentic: all {report.commits} commits from {report.root} to {report.tip}")
    if state == "unpinned":
        note(
            "nobody has confirmed this root commit here: compare it with a colleague, then\n"
            f"    dalil verify --pin {report.root}"
        )


def _say_words(sign: str, message: str, advice: str, values: dict[str, object]) -> None:
    """Print what was found and what to do, in the language of the environment."""
    say(f"{sign} {words(message, values)}")
    if advice:
        say(f"    {words(advice, values)}")


def _as_json(report: Report, state: str) -> dict[str, Any]:
    return {
        "authentic": report.is_authentic,
        "state": state,
        "root": report.root,
        "tip": report.tip,
        "verified_tip": report.verified_tip,
        "commits": report.commits,
        "findings": [
            {
                "commit": finding.commit,
                "rule": finding.rule,
                "severity": finding.severity,
                "message": finding.text(),
                "advice": finding.advice.format_map(finding.values),
            }
            for finding in report.findings
        ],
    }


def _show_progress(done: int, total: int) -> None:
    sys.stderr.write(f"\r{done} of {total} commits" + ("\n" if done >= total else ""))
    sys.stderr.flush()
