"""`dalil panic`: destroy what this machine knows, from a shell."""

from __future__ import annotations

from argparse import Namespace

from store.destroying import destroy
from store.errors import BadFormat, Refused
from store.repo.create import git_dir_of
from tui import i18n
from tui.cli.opening import home_folder
from tui.cli.output import note, speak

__all__ = ["run_panic"]


def run_panic(options: Namespace) -> int:
    """Destroy keys, index, drafts and pin, and say one line that says nothing."""
    home = home_folder()
    if not options.yes:
        raise Refused(
            "this destroys your keys in {folder}, and index, drafts and pin of this repository",
            hint="nothing was done; dalil panic --yes does it at once, and asks nothing",
            folder=home,
        )
    try:
        git_dir = git_dir_of(options.folder)
    except BadFormat:
        git_dir = None  # the keys matter most
    left = destroy(home, git_dir)
    speak()
    note(i18n.t("panic.not_all") if left else i18n.t("panic.closed"))
    return 1 if left else 0
