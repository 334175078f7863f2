"""`dalil policy`: the rules of a repository, and proposals to change them."""

from __future__ import annotations

from argparse import Namespace

from store import proposal
from store.atomic import write_file
from store.model.codec import load
from store.policy_change import must_administer
from store.trust import membership
from store.trust.policy import dump, parse
from tui.cli.changing import (
    change_policy,
    compare_keys,
    put_into_force,
    show_progress,
    tell_changes,
    write_proposal,
)
from tui.cli.opening import open_vault, trust_exit_code
from tui.cli.output import note, say, say_json, speak
from tui.cli.texts import read_file
from tui.i18n import t

__all__ = ["run_policy"]


def run_policy(options: Namespace) -> int:
    """Show the policy, or carry a proposal from hand to hand."""
    if options.what == "threshold":
        return change_policy(
            options, lambda vault: membership.set_threshold(vault.policy, options.count)
        )
    return {"show": _show, "propose": _propose, "approve": _approve, "apply": _apply}[options.what](
        options
    )


def _show(options: Namespace) -> int:
    """Print the policy, or what a proposal would change and who approved it."""
    with open_vault(options) as vault:
        if options.file is None:
            text = dump(vault.policy)
            say_json(load(text)) if options.json else say(text.decode().rstrip())
            return trust_exit_code(vault)
        data = read_file(options.file)
        rows = proposal.changes(vault, data)
        approved, missing = sorted(proposal.read(data).approvals), proposal.missing(vault, data)
        if options.json:
            changes = [row._asdict() for row in rows]
            say_json({"changes": changes, "approved": approved, "missing": missing})
        else:
            for row in rows:
                say(f"{row.who:<12} {row.what:<12} {row.old or '-'} → {row.new or '-'}")
            speak()
            say(t("changing.approved_by", who=t("header.comma").join(approved), missing=missing))
        return trust_exit_code(vault)


def _propose(options: Namespace) -> int:
    """Write an edited policy as a proposal; its version may be the old one, or the next."""
    edited = parse(read_file(options.source))
    with open_vault(options) as vault:
        must_administer(vault)
        new = membership.follow(vault.policy, edited)
        tell_changes(vault.policy, new)
        compare_keys(options, vault.policy, new)
        write_proposal(options.file, proposal.propose(vault, new))
    if options.json:
        say_json({"proposal": options.file})
    return 0


def _approve(options: Namespace) -> int:
    """Add this admin's word to a proposal, in its place."""
    data = read_file(options.file)
    with open_vault(options) as vault:
        must_administer(vault)
        proposal.changes(vault, data)  # refuses one that does not fit, before anything is asked
        new = proposal.read(data).policy
        tell_changes(vault.policy, new)
        compare_keys(options, vault.policy, new)
        signed = proposal.approve(vault, data)
        write_file(options.file, signed, mode=0o644)
        missing = proposal.missing(vault, signed)
    if options.json:
        say_json({"proposal": options.file, "missing": missing})
    elif missing:
        note(t("changing.approved", missing=missing))
    else:
        note(t("changing.enough", path=options.file))
    return 0


def _apply(options: Namespace) -> int:
    """Put a proposal into force."""
    data = read_file(options.file)
    with open_vault(options) as vault:
        must_administer(vault)
        proposal.changes(vault, data)
        new = proposal.read(data).policy
        tell_changes(vault.policy, new)
        compare_keys(options, vault.policy, new)
        return put_into_force(
            options, vault, lambda: proposal.apply(vault, data, progress=show_progress())
        )
