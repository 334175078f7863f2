"""`dalil demo`, `init` and `key`: what there has to be before there are cases."""

from __future__ import annotations

import os
import tempfile
from argparse import Namespace
from typing import TYPE_CHECKING

from store.crypto import identity as identities
from store.crypto.sshkey import fingerprint
from store.errors import BadFormat, NotFound, Refused, Sealed
from tui.cli.opening import ask_passphrase, home_folder, unlock
from tui.cli.output import note, say, say_json, speak
from tui.display.spoken import spoken

if TYPE_CHECKING:
    from store.crypto.wrapping import PluginIdentity

__all__ = ["new_passphrase", "run_demo", "run_init", "run_key"]


def run_demo(options: Namespace) -> int:
    """Build the sample repository in a fresh folder, and open the interface on it."""
    from sample_repo.build import build

    folder = os.path.abspath(options.folder_to_make or tempfile.mkdtemp(prefix="dalil-demo-"))
    note("building the sample repository …")
    built = build(folder)
    say(f"The sample repository is in {built.repository}")
    say("Its keys are published with the program: never put a real case into it.")
    say("As a member, from a shell:")
    for home in built.homes.values():
        say(f"    DALIL_HOME={home} dalil -C {built.repository} list")
    if options.no_open:
        return 0
    from tui.cli.interface import open_here

    os.environ["DALIL_HOME"] = next(iter(built.homes.values()))
    return open_here(built.repository)


def run_init(options: Namespace) -> int:
    """Make a new repository with this person as its first admin."""
    identity = unlock(options)
    if identity is None:
        raise Sealed("you have no keys yet", hint="make them first: dalil key new")
    from store.founding import MAIN_COMPARTMENT, found

    compartments = tuple(dict.fromkeys((MAIN_COMPARTMENT, *(options.compartment or ()))))
    root = found(
        options.folder_to_make, options.name, options.handle, identity, compartments=compartments
    )
    say(f"Repository made in {options.folder_to_make}")
    say(f"Its root commit is {root}")
    note("note it down: colleagues confirm their copy by it (dalil verify --pin)")
    return 0


def run_key(options: Namespace) -> int:
    """Make or show this person's keys."""
    home = home_folder()
    if options.what == "new":
        keys = identities.create(
            home,
            passphrase=_passphrase_for(home, options),
            comment=options.comment,
            agent_key=_agent_key(options.agent),
            age_key=_plugin_key(options),
        )
        note(f"your keys are in {home}; keep a copy of that folder in a safe place")
    elif identities.state(home) == "none":
        raise NotFound("you have no keys yet", hint="make them: dalil key new")
    else:
        keys = identities.public(home)
    if options.json:
        say_json(keys._asdict())
    else:
        _say_key("age ", keys.age, keys.age)
        _say_key("sign", keys.sign, fingerprint(keys.sign))
        note("an admin shows the same words and numbers: compare them by voice")
    return 0


def _say_key(name: str, key: str, value: str) -> None:
    """Print a public key, and in words what stands for it."""
    say(f"{name}  {key}")
    speak()
    for line in spoken(value):
        say(f"      {line}")


def _passphrase_for(home: str, options: Namespace) -> str | None:
    # Where there are keys, `create` refuses: there is no use in asking first.
    return new_passphrase(options) if identities.state(home) == "none" else None


def new_passphrase(options: Namespace) -> str | None:
    """Ask twice for the passphrase of keys that are made; None for `--no-passphrase`.

    Raises:
        BadFormat: it is empty.
        Refused: the two differ.
    """
    if options.no_passphrase:
        return None
    first = ask_passphrase(options, "New passphrase: ")
    if not first:
        raise BadFormat(
            "an empty passphrase protects nothing",
            hint="choose several words; --no-passphrase leaves the keys unlocked on the disk",
        )
    if not options.passphrase_file and ask_passphrase(options, "Again: ") != first:
        raise Refused("the two passphrases differ", hint="nothing was made: try again")
    return first


def _plugin_key(options: Namespace) -> PluginIdentity | None:
    """Read the identity that an age plugin made, and make sure that it may be used."""
    if options.plugin is None:
        return None
    from store.crypto.plugins import KNOWN, is_allowed, program
    from store.crypto.wrapping import read_plugin_file
    from tui.cli.talk import plugins_here
    from tui.cli.texts import read_file

    key = read_plugin_file(read_file(options.plugin), options.recipient)
    if not is_allowed(key.recipient):
        raise Refused(
            "no policy takes recipients of the plugin {name}",
            hint="these are known: {known}",
            name=key.name,
            known=", ".join(sorted(KNOWN)),
        )
    program(key.name, plugins_here(home_folder()))
    return key


def _agent_key(wanted: str | None) -> str | None:
    """Give the public key line of an agent's key, named by its fingerprint or itself."""
    if wanted is None:
        return None
    from store.crypto.agent import agent_keys

    for key in agent_keys():
        if wanted in (fingerprint(key.public), key.public, key.comment):
            return key.public
    raise NotFound(
        "ssh-agent holds no key {key}", hint="ssh-add -l lists what it holds", key=wanted
    )
