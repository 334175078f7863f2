"""`dalil verify` and `dalil doctor`: is the history authentic, is this machine fit for it?"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from store.errors import BadSignature, Refused
from store.repo.create import git_dir_of
from store.repo.objects import ObjectReader
from store.vault import Vault
from tui.cli.opening import home_folder
from tui.cli.output import note, say, say_json, speak, words

if TYPE_CHECKING:
    from store.trust.report import Report

__all__ = ["findings_json", "print_findings", "run_doctor", "run_verify"]


def run_verify(options: Namespace) -> int:
    """Verify every commit from the pinned root to the tip; no key is needed for it."""
    folder = options.repository or options.folder
    if options.report:
        from tui.cli.report import check_path

        check_path(options.report, replaces=options.replace)
    report, state = _verify_checkout(folder, options) if options.ci else _verify(folder, options)
    if options.report:
        _write_report(folder, report, state, options.report)
    if options.json:
        say_json(_as_json(report, state))
    else:
        _print(report, state)
    return 0 if report.is_authentic else BadSignature.exit_code


def _verify(folder: str, options: Namespace) -> tuple[Report, str]:
    with Vault(git_dir_of(folder), None) as vault:
        progress = _show_progress if sys.stderr.isatty() else None
        report = vault.verify(progress, root=options.pin)
        # A root that was named and does not fit leaves what this copy trusts as it was.
        return report, vault.trust.state if report.is_authentic else "broken"


def _verify_checkout(folder: str, options: Namespace) -> tuple[Report, str]:
    """Verify what a build machine has checked out; the root comes from the settings of the host."""
    from store.checkout import verify_checkout

    root = options.pin or os.environ.get("DALIL_PIN", "")
    if not root:
        raise Refused(
            "no root commit was named to verify from",
            hint="--pin ID, or the variable DALIL_PIN in the settings of the build",
        )
    report = verify_checkout(folder, root)
    return report, "authentic" if report.is_authentic else "broken"


def _write_report(folder: str, report: Report, state: str, path: str) -> None:
    import time

    from store.audit import examine
    from tui import i18n
    from tui.cli.report import write_report

    speak()
    with ObjectReader(git_dir_of(folder)) as objects:
        write_report(path, examine(objects, report, state, time.time()))
    note(i18n.t("audit.written", path=path))


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


def print_findings(report: Report, tell: Callable[[str], None] = say) -> None:
    """Print each finding and what to do, in the language of the environment."""
    for finding in report.findings:
        sign = "✗" if finding.severity == "failure" else "!"
        sign += f" {finding.commit[:10]}" if finding.commit else ""
        sign += f" rule {finding.rule}" if finding.rule else ""
        handle = report.signers.get(finding.commit)
        sign += f" ({handle}):" if handle else ":"
        _say_words(sign, finding.message, finding.advice, finding.values, tell)


def _print(report: Report, state: str) -> None:
    print_findings(report)
    if not report.is_authentic:
        good = (
            f"the last good one is {report.verified_tip}" if report.verified_tip else "none is good"
        )
        bad = len({finding.commit for finding in report.failures})
        count = f"{bad} of {report.commits} commits fail; " if report.commits else ""
        say(f"NOT authentic: {count}{good}")
        return
    say(f"authentic: all {report.commits} commits from {report.root} to {report.tip}")
    if state == "unpinned":
        note(
            "nobody has confirmed this root commit here: compare it with a colleague, then\n"
            f"    dalil verify --pin {report.root}"
        )


def _say_words(
    sign: str,
    message: str,
    advice: str,
    values: dict[str, object],
    tell: Callable[[str], None] = say,
) -> None:
    """Print what was found and what to do, in the language of the environment."""
    tell(f"{sign} {words(message, values)}")
    if advice:
        tell(f"    {words(advice, values)}")


def _as_json(report: Report, state: str) -> dict[str, Any]:
    return {
        "authentic": report.is_authentic,
        "state": state,
        "root": report.root,
        "tip": report.tip,
        "verified_tip": report.verified_tip,
        "commits": report.commits,
        "findings": findings_json(report),
    }


def findings_json(report: Report) -> list[dict[str, Any]]:
    """Give the findings as plain data."""
    return [
        {
            "commit": finding.commit,
            "rule": finding.rule,
            "severity": finding.severity,
            "member": report.signers.get(finding.commit),
            "message": finding.text(),
            "advice": finding.advice.format_map(finding.values),
        }
        for finding in report.findings
    ]


def _show_progress(done: int, total: int) -> None:
    sys.stderr.write(f"\r{done} of {total} commits" + ("\n" if done >= total else ""))
    sys.stderr.flush()
