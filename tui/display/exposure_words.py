"""What somebody's keys could open, in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping

from store.exposure import Exposure
from tui.i18n import t

__all__ = ["exposure_texts"]


def exposure_texts(found: Exposure, versions: Mapping[str, int]) -> list[str]:
    """Say how much it is, what is still open and what is closed since which policy version.

    `versions` gives the version of the policy that closed a compartment.
    """
    handle = found.handle
    if not found.held:
        return [t("exposure.nothing", handle=handle)]
    cases = t("members.cases", count=len(found.cases))
    texts = [t("exposure.all", handle=handle, cases=cases, count=len(found.versions))]
    for name, epoch in sorted(found.held.items()):
        values = {"compartment": name, "epoch": epoch}
        if name in found.open:
            texts.append(t("exposure.open", **values))
        else:
            texts.append(t("exposure.closed", **values, version=versions[name]))
    if found.open:
        texts.append(t(f"exposure.{'lost' if found.is_member else 'left_open'}"))
    return texts
