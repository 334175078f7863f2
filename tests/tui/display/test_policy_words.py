"""What a change of the policy says of itself, in both languages."""

from __future__ import annotations

from functools import partial

import pytest

from store.crypto.signer import FileSigner
from store.trust import membership as m
from tests.store.trust.test_membership import AGES, COMMIT, KEYS, policy
from tui import i18n
from tui.display.policy_words import policy_texts


def everything() -> list[str]:
    """Tell a change of each kind, and the first policy of all."""
    old = m.set_threshold(m.set_role(policy(), "sami", "admin"), 2)
    new = m.in_one(
        old,
        partial(m.rename, name="Another"),
        partial(m.set_threshold, threshold=1),
        partial(m.set_role, handle="sami", role="reviewer"),
        partial(m.remove_member, handle="lina"),
        partial(m.add_member, handle="blind", role="reviewer", sign=[FileSigner.new().public]),
        partial(m.rotate_keys, handle="nour", sign=[KEYS["new"]], age=[AGES["new"]], lost=True),
        partial(m.revoke_key, key=KEYS["nour"], after=COMMIT),
        partial(m.create_compartment, name="source", readers=["sami"]),
        partial(m.add_recovery, recipient=AGES["lina"]),
    )
    return [*policy_texts(None, old), *policy_texts(old, new)]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_each_kind_of_change_has_its_sentence(language: i18n.Language) -> None:
    i18n.use(language)
    texts = everything()
    i18n.use("en")
    assert all(text.strip() and "{" not in text for text in texts)
    assert len(set(texts)) == len(texts)


def test_what_changed_is_named() -> None:
    i18n.use("en")
    texts = everything()
    assert "blind is a member now: reviewer, in no compartment" in texts
    assert "sami is reviewer now, and was admin" in texts
    assert "A change of the policy needs 2 admins" in texts
    assert "One admin is enough to change the policy" in texts
    assert f"+ recovery key on paper: {AGES['lina']}" in texts
    assert any(f"what it signed after commit {COMMIT[:10]} does not count" in t for t in texts)
