"""`dalil list` and `dalil search`: many cases, a line each."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from store.model.summary import Summary
from tui.cli.filters import check_filters, is_filtered, is_wanted
from tui.cli.opening import open_vault, trust_exit_code
from tui.cli.output import note, say, say_json

__all__ = ["run_list", "run_search"]


def run_list(options: Namespace) -> int:
    """List the cases, the last changed first."""
    with open_vault(options) as vault:
        every = vault.summaries()
        check_filters(vault, every, options)
        rows = [row for row in every if is_wanted(row, options)]
        rows.sort(key=lambda row: (row.reference, row.id))
        if options.sort == "changed":
            rows.sort(key=lambda row: row.changed_at, reverse=True)
        else:
            rows.sort(key=lambda row: str(getattr(row, options.sort)).casefold())
        _print(rows, as_json=options.json)
        if not rows and not options.json:
            note("no case here yet" if not is_filtered(options) else "no case is like that")
        return trust_exit_code(vault)


def run_search(options: Namespace) -> int:
    """List the cases that words are found in, the best first."""
    with open_vault(options) as vault:
        listing = vault.listing()
        rows, found = listing.rows, listing.finder().find(" ".join(options.words))
        _print([rows[number] for number in found[: options.count]], as_json=options.json)
        if not found and not options.json:
            note("nothing found")
        return trust_exit_code(vault)


def _print(rows: Sequence[Summary], *, as_json: bool) -> None:
    if as_json:
        say_json([_as_json(row) for row in rows])
        return
    references = max((len(row.reference) for row in rows), default=0)
    for row in rows:
        if row.state == "open":
            status = f"{row.status:<10} {row.changed_at[:10]:<10} {row.changed_by:<8}"
            say(f"{row.id[:8]}  {row.reference:<{references}}  {status}  {row.title}")
        else:
            say(f"{row.id[:8]}  {'':<{references}}  {row.state} · {row.compartment}")


def _as_json(row: Summary) -> dict[str, object]:
    entry = row._asdict() | {"people": row.people}
    del entry["names"]
    return entry
