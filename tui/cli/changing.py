"""Change the policy from the command line: say what changes, have new keys compared, do it."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable

from store.atomic import write_file
from store.errors import Refused
from store.policy_change import apply_policy, must_administer
from store.proposal import propose
from store.trust.policy import Policy
from store.vault import Vault
from tui.cli.opening import open_vault
from tui.cli.output import note, say, say_json, speak
from tui.cli.talk import YES
from tui.display.policy_words import policy_texts
from tui.display.spoken import new_keys, spoken
from tui.i18n import t

__all__ = [
    "change_policy",
    "compare_keys",
    "put_into_force",
    "show_progress",
    "tell",
    "tell_changes",
    "write_new",
    "write_proposal",
]


def change_policy(options: Namespace, make: Callable[[Vault], Policy]) -> int:
    """Make a new policy and put it into force, or write it as a proposal."""
    with open_vault(options) as vault:
        must_administer(vault)  # before it is told what changes
        old = vault.policy
        new = make(vault)
        if old.threshold > 1 and not options.propose:
            raise Refused(
                "a change of the policy needs {count} admins here",
                hint="write it as a proposal, which the others approve: --propose FILE",
                count=old.threshold,
            )
        tell_changes(old, new)
        compare_keys(options, old, new)
        if options.propose:
            write_proposal(options.propose, propose(vault, new))
            if options.json:
                say_json({"proposal": options.propose})
            return 0
        return put_into_force(
            options, vault, lambda: apply_policy(vault, new, progress=show_progress())
        )


def put_into_force(options: Namespace, vault: Vault, change: Callable[[], str]) -> int:
    """Make the commit and tell of it, also when Ctrl-C came when it was made already."""
    before = vault.tip
    try:
        commit = change()
    except KeyboardInterrupt:
        if vault.tip == before:
            note(t("changing.stopped"))
            raise
        commit = vault.tip  # the next start makes up for the work tree
    return tell(options, commit)


def write_proposal(path: str, data: bytes) -> None:
    """Write a new proposal, and say what is to be done with it; errors as for `write_new`."""
    write_new(path, data)
    speak()
    note(t("changing.proposed", path=path))


def write_new(path: str, data: bytes) -> None:
    """Write a file that others may read.

    Raises:
        Refused: there is such a file.
    """
    if os.path.lexists(path):
        raise Refused("there is a file {path} already", hint="choose another name", path=path)
    write_file(path, data, mode=0o644)


def tell_changes(old: Policy, new: Policy) -> None:
    """Say what differs, a line each, in the language of the environment."""
    speak()
    for text in policy_texts(old, new):
        note(text)


def tell(options: Namespace, commit: str) -> int:
    """Say which commit it became."""
    if options.json:
        say_json({"commit": commit})
    else:
        speak()
        say(t("changing.done", commit=commit[:10]))
    return 0


def compare_keys(options: Namespace, old: Policy, new: Policy) -> None:
    """Show each new key in words, and ask whether its owner reads out the same.

    Raises:
        Refused: the answer was no, or there is nobody to ask.
    """
    fresh = new_keys(old, new)
    for key in fresh:
        note(t(f"members.new_key.{key.kind}", handle=key.owner))
        for line in (key.shown, *spoken(key.shown)):
            note(f"    {line}")
    if not fresh or options.yes:
        return
    hint = "have its owner read out the words of `dalil key show`, by voice; then --yes"
    if not sys.stdin.isatty():
        raise Refused("a new key is accepted only after it was compared", hint=hint)
    sys.stderr.write(t("changing.ask"))
    sys.stderr.flush()
    answer = sys.stdin.readline()  # empty at the end of input, which is no yes
    if answer.strip().lower() not in YES:
        raise Refused("the keys were not accepted, so nothing was changed", hint=hint)


def show_progress() -> Callable[[int, int], None] | None:
    """Give what shows a bar, when there is somebody to see it."""
    return _show_progress if sys.stderr.isatty() else None


def _show_progress(done: int, total: int) -> None:
    filled = "█" * (done * 30 // total)
    sys.stderr.write(f"\r{filled:<30} {t('changing.progress', done=done, total=total)}")
    sys.stderr.write("\n" if done >= total else "")
    sys.stderr.flush()
