"""The audit report as one file: HTML that needs nothing else, or JSON.

Whatever stands in it was written by members or strangers: it is scrubbed, escaped, and isolated
from the direction of the text around it; and the page forbids itself scripts and the network.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from html import escape
from typing import Any

from store.atomic import write_file
from store.audit import Audit, Named, PolicyChange
from store.crypto.sshkey import fingerprint
from store.errors import BadFormat, Refused
from store.trust.policy_diff import Row
from tui.display.scrub import scrub
from tui.i18n import language, number, t, words

__all__ = ["check_path", "write_report"]

_ENDINGS = (".html", ".json")
_DASH = "–"
_FORBIDS = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8886; padding: .3rem .6rem; }
th, td { text-align: start; vertical-align: top; }
td.number { text-align: end; font-variant-numeric: tabular-nums; }
code, .id { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
.good { color: #1a7f37; } .bad { color: #c9302c; } .verdict { font-size: 1.2rem; font-weight: 600; }
@media print { body { margin: 0; max-width: none; } }
"""


def check_path(path: str, *, replaces: bool) -> None:
    """Make sure, before anything is verified, that a report can go there.

    Raises:
        BadFormat: the name does not say which form is wanted.
        Refused: there is such a file already, and `replaces` is not said.
    """
    if not path.endswith(_ENDINGS):
        raise BadFormat(
            "{path} must end in .html or .json", hint="the ending says what is written", path=path
        )
    if os.path.lexists(path) and not replaces:
        raise Refused("{path} is there already", hint="--replace writes over it", path=path)


def write_report(path: str, audit: Audit) -> None:
    """Write the report, readable by its owner only.

    Raises:
        Unwritable: the disk does not take it; what was there stays whole.
    """
    text = _json(audit) if path.endswith(".json") else _html(audit)
    write_file(path, text.encode("utf-8", "replace"), mode=0o600)


def _json(audit: Audit) -> str:
    shown: dict[str, Any] = _plain(audit)
    shown["findings"] = [
        {
            "commit": one.finding.commit,
            "at": one.at,
            "member": one.member,
            "rule": one.finding.rule,
            "severity": one.finding.severity,
            "message": one.finding.text(),
            "advice": one.finding.advice.format_map(one.finding.values),
        }
        for one in audit.findings
    ]
    return json.dumps(shown, indent=2) + "\n"


def _plain(value: Any) -> Any:
    """Turn named tuples into mappings, all the way down."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: _plain(inner) for key, inner in value._asdict().items() if key != "findings"}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _html(audit: Audit) -> str:
    direction = "rtl" if language() == "ar" else "ltr"
    title = f"{t('audit.title')} – {audit.name}"
    body = [f"<h1>{_e(t('audit.title'))}: {_name(audit.name)}</h1>", *_verdict(audit)]
    body += [*_facts(audit), *_terms(audit), *_months(audit), *_policies(audit), *_findings(audit)]
    body.append(f"<p>{_e(t('audit.meaning'))}</p>")
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="{language()}" dir="{direction}">',
            '<head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_FORBIDS}">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{_e(title)}</title>",
            f"<style>{_STYLE}</style></head>",
            "<body>",
            *body,
            "</body></html>\n",
        )
    )


def _verdict(audit: Audit) -> list[str]:
    kind = "good" if audit.state == "authentic" else "bad"
    sign = "✓" if audit.state == "authentic" else "✗" if audit.state == "broken" else "?"
    text = t(f"audit.state.{audit.state}")
    return [f'<p class="verdict {kind}">{sign} {_e(text)}</p>']


def _facts(audit: Audit) -> list[str]:
    rows = [
        (t("audit.root"), _commit(audit.root)),
        (t("audit.tip"), _commit(audit.tip)),
        (t("audit.verified"), _id(audit.verified_tip) if audit.verified_tip else _DASH),
        (t("audit.commits"), number(audit.commits)),
        (t("audit.first"), _at(audit.first)),
        (t("audit.last"), _at(audit.last)),
        (t("audit.made"), _at(audit.made)),
    ]
    cells = [f"<tr><th>{_e(name)}</th><td>{value}</td></tr>" for name, value in rows]
    return ["<table>", *cells, "</table>", f"<p>{_e(t('audit.compare'))}</p>"]


def _terms(audit: Audit) -> list[str]:
    rows = [
        (
            _name(term.handle),
            _e(t(f"history.role.{term.role}")),
            f"{_at(term.since)} ({term.since_version})",
            f"{_at(term.until)} ({term.until_version})" if term.until else _DASH,
        )
        for term in audit.terms
    ]
    return _section("members", ("member", "role", "since", "until"), rows)


def _months(audit: Audit) -> list[str]:
    handles = sorted({handle for month in audit.months.values() for handle in month})
    head = [_e(t("audit.head.month")), *map(_name, handles), _e(t("audit.head.all"))]
    rows = []
    for month, counts in audit.months.items():
        cells = [number(counts[handle]) if handle in counts else "" for handle in handles]
        rows.append([_e(month), *cells, number(sum(counts.values()))])
    return [f"<h2>{_e(t('audit.section.months'))}</h2>", *_table(head, rows, numbers_from=1)]


def _policies(audit: Audit) -> list[str]:
    rows = [
        (
            str(change.version),
            _at(change.at),
            _name(change.by),
            ", ".join(map(_name, change.approvals)) or _DASH,
            "<br>".join((*_refused(change), *map(_row, change.rows))) or _DASH,
            _id(change.commit),
        )
        for change in audit.policies
    ]
    return _section("policies", ("version", "at", "member", "approvals", "what", "commit"), rows)


def _refused(change: PolicyChange) -> list[str]:
    return [] if change.counts else [f"<strong>{_e(t('audit.refused'))}</strong>"]


def _row(row: Row) -> str:
    """Write what differs: whose, which property, from what, to what."""
    who = f"{_name(row.who)}: " if row.who else ""
    old, new = _key(row.old), _key(row.new)
    change = f"{old} → {new}" if row.old and row.new else f"+ {new}" if row.new else f"− {old}"
    return f"{who}{_e(t(f'audit.what.{row.what}'))} {change}"


def _key(text: str) -> str:
    """Shorten a signing key to its fingerprint; whatever stands after it stays."""
    parts = text.split(" ", 2)
    if len(parts) > 1 and parts[0].startswith(("ssh-", "sk-ssh-")):
        with suppress(BadFormat):
            text = " ".join((fingerprint(" ".join(parts[:2])), *parts[2:]))
    return f'<bdi class="id" dir="ltr">{_e(text)}</bdi>'


def _findings(audit: Audit) -> list[str]:
    if not audit.findings:
        return [f"<h2>{_e(t('audit.section.findings'))}</h2>", f"<p>{_e(t('audit.none'))}</p>"]
    rows = [
        (
            _e(t(f"verify.severity.{one.finding.severity}")),
            _e(t(f"verify.rule.{one.finding.rule}")),
            _name(one.member) if one.member else _DASH,
            f"<bdi>{_e(words(one.finding.message, one.finding.values))}</bdi>",
            f"<bdi>{_e(words(one.finding.advice, one.finding.values))}</bdi>",
            _id(one.finding.commit),
        )
        for one in audit.findings
    ]
    return _section("findings", ("severity", "rule", "member", "what", "advice", "commit"), rows)


def _section(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    titles = [_e(t(f"audit.head.{each}")) for each in head]
    return [f"<h2>{_e(t(f'audit.section.{name}'))}</h2>", *_table(titles, rows)]


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers_from: int = 1000
) -> list[str]:
    lines = ["<table>", f"<tr>{''.join(f'<th>{title}</th>' for title in head)}</tr>"]
    for row in rows:
        cells = (
            f'<td class="number">{cell}</td>' if place >= numbers_from else f"<td>{cell}</td>"
            for place, cell in enumerate(row)
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return [*lines, "</table>"]


def _commit(named: Named) -> str:
    spoken = f"{' '.join(named.words)}<br>{' '.join(named.digits)}"
    return f'{_id(named.commit)}<br><span class="id" dir="ltr">{spoken}</span>'


def _id(text: str) -> str:
    return f'<code dir="ltr">{_e(text)}</code>'


def _at(time: str) -> str:
    return f'<bdi dir="ltr">{_e(time.replace("T", " ").replace("Z", ""))}</bdi>'


def _name(text: str) -> str:
    return f'<bdi dir="auto">{_e(text)}</bdi>'


def _e(text: str) -> str:
    return escape(scrub(text), quote=True)
