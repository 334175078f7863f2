"""`dalil member`: who belongs, and with which keys."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from store.crypto.sshkey import fingerprint, from_text
from store.errors import NotFound
from store.trust import membership
from store.trust.policy import Member, Policy
from store.vault import Vault
from tui.cli.changing import change_policy
from tui.cli.opening import open_vault, trust_exit_code
from tui.cli.output import note, say, say_json

__all__ = ["run_member"]


def run_member(options: Namespace) -> int:
    """Change who belongs, or list them."""
    if options.what == "list":
        return _list(options)
    changes: dict[str, Callable[[Vault], Policy]] = {
        "add": lambda vault: _add(vault.policy, options),
        "role": lambda vault: membership.set_role(vault.policy, options.handle, options.role),
        "remove": lambda vault: membership.remove_member(vault.policy, options.handle),
        "rotate": lambda vault: _rotate(vault, options),
        "revoke": lambda vault: _revoke(vault, options),
    }
    code = change_policy(options, changes[options.what])
    if options.what == "remove" or (options.what == "rotate" and options.lost):
        note(
            f"what could be read with the old keys stays readable: dalil exposure {options.handle}"
        )
    return code


def _add(policy: Policy, options: Namespace) -> Policy:
    return membership.add_member(
        policy,
        options.handle,
        options.role,
        sign=_lines(options.sign),
        age=options.age,
        compartments=options.compartment,
    )


def _rotate(vault: Vault, options: Namespace) -> Policy:
    """Give somebody new keys; with `--after`, revoke the signing keys that they replace."""
    sign = _lines(options.sign)
    member = vault.policy.members.get(options.handle, Member())
    replaced = [key for key in member.sign if sign and options.after and key not in sign]
    after = vault.find_commit(options.after) if replaced else ""
    return membership.in_one(
        vault.policy,
        partial(
            membership.rotate_keys,
            handle=options.handle,
            sign=sign,
            age=options.age,
            lost=options.lost,
        ),
        *(partial(membership.revoke_key, key=key, after=after) for key in replaced),
    )


def _revoke(vault: Vault, options: Namespace) -> Policy:
    policy = vault.policy
    known = [key for member in policy.members.values() for key in member.sign]
    found = [key for key in known if options.key == fingerprint(key)]
    if not found and options.key.startswith("SHA256:"):
        raise NotFound(
            "no member signs with {key}",
            hint="of somebody who left, name the whole line of the key",
            key=options.key[:60],
        )
    key = found[0] if found else from_text(options.key).text
    return membership.revoke_key(policy, key, vault.find_commit(options.after))


def _lines(keys: Sequence[str]) -> list[str]:
    """Leave out the comments of keys: they often name a person or a machine."""
    return [from_text(key).text for key in keys]


def _list(options: Namespace) -> int:
    with open_vault(options) as vault:
        rows = [
            _row(handle, member)
            for handle, member in sorted(vault.policy.members.items())
            if member.left is None or options.all
        ]
        if options.json:
            say_json(rows)
        for row in rows if not options.json else ():
            state = row["role"] or f"left at version {row['left']}"
            say(f"{row['handle']:<12} {state:<10} {', '.join(row['compartments'])}".rstrip())
        return trust_exit_code(vault)


def _row(handle: str, member: Member) -> dict[str, Any]:
    return {
        "handle": handle,
        "role": member.role,
        "compartments": list(member.compartments),
        "sign": [fingerprint(key) for key in member.sign],
        "age": list(member.age),
        "left": member.left,
    }
