"""`dalil hook`: put the hook on a shared remote; and what the hook itself runs there."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

import tui
from store.errors import StoreError
from store.hook import install, judge
from tui import i18n
from tui.cli.checking import print_findings
from tui.cli.output import complain, note, say, speak
from tui.cli.output import words as fill
from tui.display.spoken import spoken

__all__ = ["run_hook"]

# The folder of the program is named, for `-I` looks at nothing but what is installed.
_START = "import sys; sys.path.append(sys.argv.pop(1)); from tui.cli import run; run()"


def run_hook(options: Namespace) -> int:
    """Install the hook, or be it."""
    speak()
    if options.what == "run":
        return _judge()
    program = os.path.dirname(os.path.dirname(os.path.abspath(tui.__file__)))
    command = [os.path.abspath(sys.executable), "-I", "-c", _START, program, "hook", "run"]
    done = install(options.bare, command, root=options.pin, replaces=options.replace)
    say(i18n.t("hook.installed", folder=done.git_dir))
    say(i18n.t("remote.root", commit=done.root))
    for line in spoken(done.root):
        say(f"    {line}")
    if done.replaced:
        note(i18n.t("hook.replaced", path=done.replaced))
    if not options.pin:
        note(i18n.t("hook.compare"))
    return 0


def _judge() -> int:
    """Answer git, inside its quarantine: 0 takes the push, anything else throws it away."""
    git_dir = os.path.abspath(os.environ.get("GIT_DIR", "."))
    try:
        verdict = judge(git_dir, sys.stdin.read().splitlines(), os.environ)
    except StoreError as error:
        complain(error)
        return error.exit_code
    for refusal in verdict.refusals:
        note(f"✗ {fill(refusal.message, refusal.values)}")
        note(f"    {fill(refusal.advice, refusal.values)}")
    if verdict.report is not None:
        print_findings(verdict.report, tell=note)
    if verdict.is_taken:
        return 0
    note(i18n.t("hook.refused"))
    return 1
