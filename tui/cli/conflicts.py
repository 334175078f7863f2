"""`dalil conflicts` and `dalil resolve`: what two people changed, and which of it shall stand."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from store.errors import BadFormat, NotFound
from store.model.case import Case
from store.model.conflict import Conflict, Mark, conflicts
from store.resolving import Decision, find_conflict, resolve_conflicts, standing
from store.vault import Vault
from tui.cli.opening import open_vault, trust_exit_code
from tui.cli.output import note, say, say_json
from tui.cli.past import short
from tui.cli.writing import known_field, parse_value

__all__ = ["run_conflicts", "run_resolve"]

_WHOLE = "."
"""How the command line writes the path of the whole case."""


def run_conflicts(options: Namespace) -> int:
    """List the cases that have conflicts, or the conflicts of one case with all their values."""
    with open_vault(options) as vault:
        if options.case:
            _show_case(vault, vault.get(vault.find(options.case)), as_json=options.json)
        else:
            _show_all(vault, as_json=options.json)
        return trust_exit_code(vault)


def run_resolve(options: Namespace) -> int:
    """Let one value stand, and end the conflict."""
    with open_vault(options) as vault:
        case = vault.get(vault.find(options.case))
        path = "" if options.path == _WHOLE else options.path
        conflict = find_conflict(case, path)
        seen = standing(case, conflict)
        value = _chosen(options, conflict, seen)
        done = resolve_conflicts(vault, case.id, [Decision(conflict, seen, value)], options.why)
    if options.json:
        say_json({"commit": done.commit, "case": done.case_id, "value": value, "left": done.left})
    else:
        say(f"{options.path}  {_shown(conflict, value)}")
        note(f"saved as commit {done.commit[:10]}; conflicts left in this case: {done.left}")
    return 0


def _show_all(vault: Vault, *, as_json: bool) -> None:
    rows = [row for row in vault.summaries() if row.conflicts]
    rows.sort(key=lambda row: (row.reference, row.id))
    if as_json:
        kept = ("id", "reference", "title", "compartment", "conflicts")
        say_json([{key: getattr(row, key) for key in kept} for row in rows])
        return
    width = max((len(row.reference) for row in rows), default=0)
    for row in rows:
        say(f"{row.id[:8]}  {row.reference:<{width}}  ⚑ {row.conflicts:<3} {row.title}")
    if not rows:
        note("no case that you can open has a conflict")


def _show_case(vault: Vault, case: Case, *, as_json: bool) -> None:
    found = conflicts(case.data)
    if as_json:
        say_json([_as_json(case, conflict) for conflict in found])
        return
    for conflict in found:
        _print(case, conflict)
    if not found:
        note("there is no conflict in this case")
    elif not any(map(vault.may_write, (case.compartment, *case.parts))):
        note(f"you may not write in {case.compartment}: somebody who may resolves them")


def _print(case: Case, conflict: Conflict) -> None:
    stands = standing(case, conflict)
    say(f"⚑ {conflict.path or _WHOLE}")
    lines = [] if conflict.base is None else [("base", "", conflict.base)]
    for number, (by, at, value) in enumerate(conflict.values, 1):
        lines.append((str(number), f"{by}, {at[:16].replace('T', ' ')}", _value(value, stands)))
    if not any(value == stands for _, _, value in lines):
        lines.append(("keep", "", stands))
    source_width = max(len(source) for _, source, _ in lines)
    for name, source, value in lines:
        mark = "▸" if value == stands else " "
        say(f"  {mark} {name:>4}  {source:<{source_width}}  {_shown(conflict, value)}")


def _shown(conflict: Conflict, value: Any) -> str:
    return "(as it is)" if not conflict.path and value is not None else short(value)


def _value(value: Any, stands: Any) -> Any:
    """Give what a value of a conflict comes to: nothing, or the item as it stands."""
    if isinstance(value, Mark):
        return stands if value is Mark.HERE else None
    return value


def _as_json(case: Case, conflict: Conflict) -> dict[str, Any]:
    stands = standing(case, conflict)
    values = [
        {"take": number, "by": by, "at": at}
        | ({value.value: True} if isinstance(value, Mark) else {"value": value})
        | {"stands": _value(value, stands) == stands}
        for number, (by, at, value) in enumerate(conflict.values, 1)
    ]
    base = {} if conflict.base is None else {"base": conflict.base}
    return {"path": conflict.path or _WHOLE, **base, "values": values}


def _chosen(options: Namespace, conflict: Conflict, seen: Any) -> Any:
    """Give the value that the options name.

    Raises:
        NotFound: the conflict has no such value.
        BadFormat: there is no field to give a value of one's own to, or it is none of its kind.
    """
    if options.keep:
        return seen
    if options.gone:
        return None
    if options.base:
        if conflict.base is None:
            raise NotFound(
                "there was nothing at {path} before both changes, or it is not known",
                hint="--gone lets nothing stand there",
                path=options.path,
            )
        return conflict.base
    if options.value is not None:
        if not conflict.path:
            raise BadFormat("the whole case takes no value", hint="--keep, or --gone")
        return parse_value(known_field(options.path), options.value, options.path)
    if not 1 <= options.take <= len(conflict.values):
        raise NotFound(
            "the conflict at {path} has no value {number}",
            hint="it has {count}: dalil conflicts CASE",
            path=options.path,
            number=options.take,
            count=len(conflict.values),
        )
    return _value(conflict.values[options.take - 1].value, seen)
