"""`dalil compartment`: which there are, and who reads them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from store.trust import membership
from store.trust.policy import Policy
from store.vault import Vault
from tui.cli.changing import change_policy
from tui.cli.opening import open_vault, trust_exit_code
from tui.cli.output import say, say_json

__all__ = ["run_compartment"]


def run_compartment(options: Namespace) -> int:
    """Change compartments and their readers, or list them."""
    if options.what == "list":
        return _list(options)
    name = options.name
    changes: dict[str, Callable[[Vault], Policy]] = {
        "create": lambda vault: membership.create_compartment(
            vault.policy, name, options.reader or [vault.handle or ""]
        ),
        "grant": lambda vault: membership.grant(vault.policy, options.handle, name),
        "revoke": lambda vault: membership.revoke_access(vault.policy, options.handle, name),
        "rotate": lambda vault: membership.advance_epoch(vault.policy, name),
    }
    return change_policy(options, changes[options.what])


def _list(options: Namespace) -> int:
    with open_vault(options) as vault:
        policy = vault.policy
        rows = [
            {"name": name, "epoch": compartment.epoch, "readers": policy.readers(name)}
            for name, compartment in sorted(policy.compartments.items())
        ]
        if options.json:
            say_json(rows)
        else:
            for row in rows:
                say(f"{row['name']:<12} epoch {row['epoch']:<3} {', '.join(row['readers'])}")  # type: ignore[arg-type] # a list
        return trust_exit_code(vault)
