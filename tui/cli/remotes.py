"""`dalil remote`: name the places to sync with, and see how this copy stands to each."""

from __future__ import annotations

from argparse import Namespace

from store.remote import state as states
from store.remote.standing import sync_state
from store.remote.urls import check
from store.repo.create import git_dir_of
from store.vault import Vault
from tui import i18n
from tui.cli.output import say, say_json, speak

__all__ = ["run_remote"]


def run_remote(options: Namespace) -> int:
    """Add, list or remove remotes; nothing is asked of any."""
    speak()
    if options.what == "list":
        return _list(options)
    git_dir = git_dir_of(options.folder)
    if options.what == "add":
        states.add(git_dir, options.name, check(options.url).text)
        say(i18n.t("remote.added", remote=options.name))
    else:
        states.remove(git_dir, options.name)
        say(i18n.t("remote.removed", remote=options.name))
    return 0


def _list(options: Namespace) -> int:
    with Vault.open(options.folder, None) as vault:
        known = states.read(vault.git_dir)
        found = [(sync_state(vault, name), known[name]) for name in sorted(known)]
    if options.json:
        say_json([state._asdict() | {"url": one.url, "tip": one.tip} for state, one in found])
        return 0
    for state, one in found:
        reached = state.at or i18n.t("sync.never")
        say(f"{state.remote}  {one.url}  ↑{state.ahead} ↓{state.behind}  {state.state}  {reached}")
    return 0
