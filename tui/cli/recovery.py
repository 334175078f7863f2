"""`dalil recovery` and `dalil recover`: a key on paper, for when all others are gone."""

from __future__ import annotations

import os
import stat
import sys
from argparse import Namespace
from secrets import SystemRandom
from typing import TYPE_CHECKING

from store import paper
from store.crypto import age
from store.crypto import identity as identities
from store.epoch_files import all_keys
from store.errors import BadFormat, NotFound, Refused, StoreError, Unsupported
from store.policy_change import apply_policy, must_administer
from store.proposal import propose
from store.recovery import must_open, recover
from store.trust.membership import add_recovery, remove_recovery
from store.vault import Vault
from store.words import words
from tui.cli.changing import change_policy, tell, write_proposal
from tui.cli.making import new_passphrase
from tui.cli.opening import home_folder, open_vault, trust_exit_code
from tui.cli.output import complain, note, say, say_json

if TYPE_CHECKING:
    from store.trust.policy import Policy

__all__ = ["run_recover", "run_recovery"]

_TRIES = 3
_ASKED = 2
_CLEAR = "\x1b[H\x1b[2J\x1b[3J"  # the screen, and what can be scrolled back to
_SHORTEST = 8


def run_recovery(options: Namespace) -> int:
    """Make, list or remove keys on paper."""
    if options.what == "list":
        return _list(options)
    if options.what == "remove":
        return change_policy(options, lambda vault: _without(vault.policy, options.recipient))
    return _new(options)


def run_recover(options: Namespace) -> int:
    """Put the keys of a repository right with a paper, or make keys that read with it."""
    home = home_folder()
    if options.to or identities.state(home) == "none":
        return _read_with_paper(options, options.to or home)
    with open_vault(options) as vault:
        must_administer(vault)
        return tell(options, recover(vault, _paper(options)))


def _list(options: Namespace) -> int:
    with open_vault(options) as vault:
        listed = [
            {"recipient": key, "words": " ".join(words(key))} for key in vault.policy.recovery
        ]
        if options.json:
            say_json(listed)
        for row in () if options.json else listed:
            say(row["recipient"])
            say(f"    {row['words']}")
        if not listed:
            note("there is no recovery key: if all members lose theirs, the cases are lost")
        return trust_exit_code(vault)


def _without(policy: Policy, beginning: str) -> Policy:
    found = [key for key in policy.recovery if key.startswith(beginning)]
    if len(found) != 1 or len(beginning) < _SHORTEST:
        raise NotFound(
            "{key} names no recovery key, or more than one",
            hint="`dalil recovery list` prints them",
            key=beginning,
        )
    return remove_recovery(policy, found[0])


def _new(options: Namespace) -> int:
    """Make the key, show it once, and see that it was written down before it counts."""
    _must_be_a_person()
    with open_vault(options) as vault:
        must_administer(vault)
        if vault.policy.threshold > 1 and not options.propose:
            raise Refused(
                "a change of the policy needs {count} admins here",
                hint="write it as a proposal, which the others approve: --propose FILE",
                count=vault.policy.threshold,
            )
        for name in vault.policy.compartments:
            all_keys(vault, name, vault.epoch_keys)  # nobody should write a paper for nothing
        fresh = age.new_identity()
        new = add_recovery(vault.policy, fresh.recipient)
        _show(fresh)
        try:
            _see_that_it_was_written(fresh)
            if options.propose:
                write_proposal(options.propose, propose(vault, new))
                return 0
            return tell(options, apply_policy(vault, new))
        except BaseException:
            note("the paper opens nothing: destroy it")
            raise


def _must_be_a_person() -> None:
    """Let the key be shown at a terminal, or go to a printer, and never into a file.

    Raises:
        Unsupported: nobody is there to write it down.
    """
    is_file = stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode)
    if is_file or not sys.stdin.isatty():
        raise Unsupported(
            "a recovery key is shown to a person at a terminal, and never written to a file",
            hint="run it in a terminal; `dalil recovery new | lp` prints it",
        )


def _show(fresh: age.Identity) -> None:
    say(paper.write(fresh))
    _ask("Write the numbered lines on paper, or print them. Then press enter: ")
    if sys.stdout.isatty():
        sys.stdout.write(_CLEAR)
        sys.stdout.flush()


def _see_that_it_was_written(fresh: age.Identity) -> None:
    """Ask for two groups of the paper.

    Raises:
        Refused: they were not given.
    """
    places = [
        (line, at)
        for line in range(1, paper.LINES + 1)
        for at, group in enumerate(paper.groups(fresh.secret, line), 1)
        if len(group) == len("XXXX")
    ]
    for line, at in SystemRandom().sample(places, _ASKED):
        expected = paper.groups(fresh.secret, line)[at - 1]
        for _ in range(_TRIES):
            answer = _ask(f"From the paper, line {line}, group {at}: ")
            if paper.same_letters(answer, expected):
                break
            note("that is not what stands there")
        else:
            raise Refused("the paper does not hold the key, so nothing was changed")


def _paper(options: Namespace) -> age.Identity:
    """Read the paper from a file, from standard input, or line by line at the terminal."""
    if options.source == "-":
        return paper.read(sys.stdin.read())
    if options.source:
        try:
            with open(options.source, encoding="utf-8", errors="replace") as file:
                return paper.read(file.read())
        except OSError as error:
            raise NotFound(
                "cannot read {source}: {reason}", source=options.source, reason=error.strerror
            ) from error
    if not sys.stdin.isatty():
        raise Unsupported(
            "there is no terminal to type the paper at",
            hint="name a file that holds its text: --from FILE, or --from - for standard input",
        )
    return paper.read("\n".join(map(_typed_line, range(1, paper.LINES + 1))))


def _typed_line(number: int) -> str:
    while True:
        typed = _ask(f"Line {number}, with its check word: ")
        try:
            paper.read_line(number, typed.removeprefix(f"{number} "))
        except BadFormat as error:
            complain(error)
        else:
            return f"{number} {typed.removeprefix(f'{number} ')}"


def _read_with_paper(options: Namespace, folder: str) -> int:
    """Make keys that read what the paper opens; they sign nothing that counts."""
    key = _paper(options)
    with Vault.open(options.folder, None) as vault:
        opened, tree = must_open(vault, key), vault.tree(vault.tip)
        if not any(opened.has_any(tree, name) for name in vault.policy.compartments):
            raise StoreError("the paper opens no compartment of this repository")
    keys = identities.create(folder, passphrase=new_passphrase(options), comment="", age_key=key)
    if options.json:
        say_json({"folder": folder, **keys._asdict()})
    else:
        say(f"Keys that read every case are in {folder}")
    note(f"as in: DALIL_HOME={folder} dalil list")
    note("they belong to no member, so nothing can be saved with them; guard them like the paper")
    return 0


def _ask(question: str) -> str:
    """Ask at the terminal, also where the standard output goes to a printer."""
    sys.stderr.write(question)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise Refused("there was no answer, so nothing was changed")
    return line.strip()
