"""The key files of a compartment: each epoch key, encrypted to those who read the compartment.

A plugin, which may want a touch, is asked for the newest epoch only: where there is one among the
readers, the older keys are encrypted to the newest instead, and open with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from store.crypto.wrapping import encrypt_to, is_plugin
from store.errors import Refused
from store.part import EpochKeys, epoch_key_text
from store.repo.trees import find, parse_tree
from store.trust.paths import key_path

if TYPE_CHECKING:
    from store.crypto import age
    from store.crypto.plugins import Plugins
    from store.reader import Reader

__all__ = ["all_keys", "key_files", "needs_chain"]


def key_files(
    name: str, keys: Mapping[int, age.Identity], recipients: Sequence[str], plugins: Plugins
) -> list[tuple[str, bytes]]:
    """Write the files of these epochs, the newest of which is that of the compartment now.

    Raises:
        Refused, NotFound, StoreError: a plugin may not run here, is not there, or gives up.
    """
    newest = max(keys)
    older = list(recipients)
    if needs_chain(recipients):
        native = [recipient for recipient in recipients if not is_plugin(recipient)]
        older = [*native, keys[newest].recipient]
    return [
        (
            key_path(name, epoch),
            encrypt_to(
                epoch_key_text(key, name, epoch), recipients if epoch == newest else older, plugins
            ),
        )
        for epoch, key in keys.items()
    ]


def needs_chain(recipients: Sequence[str]) -> bool:
    """Say whether a new epoch's key must open the older ones: a plugin's owner reads along."""
    return any(map(is_plugin, recipients))


def all_keys(
    reader: Reader, name: str, opened: EpochKeys, commit: str = ""
) -> dict[int, age.Identity]:
    """Give the keys of all epochs of a compartment, the newest first; at the tip, if not elsewhere.

    Raises:
        Refused: one of them cannot be opened.
    """
    tree = reader.tree(commit or reader.tip)
    folder = find(reader.objects, tree, f"keys/{name}")
    files = parse_tree(reader.objects.read(folder)[1]) if folder else {}
    keys = {}
    for epoch in sorted((int(file[:-4]) for file in files), reverse=True):
        key = opened.of_epoch(tree, name, epoch)
        if key is None:
            raise Refused(
                "you cannot open the key of {compartment}, epoch {epoch}, and this change needs it",
                hint="an admin who reads that compartment can do it: {readers}",
                compartment=name,
                epoch=epoch,
                readers=", ".join(reader.policy.readers(name)),
            )
        keys[epoch] = key
    return keys
