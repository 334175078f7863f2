"""`dalil bundle`: carry the history in a file, where there is no network."""

from __future__ import annotations

from argparse import Namespace

from store.remote.bundle import export_bundle, import_bundle
from store.vault import Vault
from tui import i18n
from tui.cli.network import way
from tui.cli.opening import open_vault
from tui.cli.output import say, say_json, speak
from tui.cli.sync import as_json, exit_code, tell

__all__ = ["run_bundle"]


def run_bundle(options: Namespace) -> int:
    """Write a bundle, or take one in."""
    speak()
    return _export(options) if options.what == "export" else _import(options)


def _export(options: Namespace) -> int:
    with Vault.open(options.folder, None) as vault:
        since = vault.find_commit(options.since) if options.since else ""
        done = export_bundle(vault, options.file, since=since, replace=options.replace, way=way())
    if options.json:
        say_json(done._asdict())
    else:
        commits = i18n.number(done.commits)
        say(i18n.t("remote.exported", path=done.path, commits=commits, tip=done.tip[:12]))
    return 0


def _import(options: Namespace) -> int:
    with open_vault(options) as vault:
        done = import_bundle(vault, options.file, way=way())
    if options.json:
        say_json(as_json(done))
    else:
        tell(done)
    return exit_code(done)
