"""A part is padded and encrypted to one key, and only that key opens it."""

from __future__ import annotations

import pytest

from store.crypto import age
from store.crypto.padding import padded_length
from store.errors import BadFormat, Sealed
from store.model.case import Case
from store.part import EpochKeys, epoch_key_text, open_part, seal_part
from store.trust.paths import key_path
from tests.store.office import FIRST, Office, fill

KEY, OTHER = age.new_identity(), age.new_identity()


def made() -> Case:
    case = Case.empty(FIRST, "main")
    fill(case, 1)
    return case


def test_what_is_sealed_is_opened_byte_for_byte_and_padded() -> None:
    sealed = seal_part(made(), KEY.recipient)
    assert age.is_age(sealed)
    assert open_part(sealed, [OTHER, KEY]) == made().dump()
    assert len(age.decrypt(sealed, [KEY])) == padded_length(len(made().dump()))


def test_a_part_for_another_key_or_without_one_is_sealed() -> None:
    sealed = seal_part(made(), KEY.recipient)
    for keys in ([], [OTHER]):
        with pytest.raises(Sealed):
            open_part(sealed, keys)


@pytest.mark.parametrize("cut", [0, 10, 22, 100, -1])
def test_a_truncated_part_is_damaged(cut: int) -> None:
    with pytest.raises((BadFormat, Sealed)):
        open_part(seal_part(made(), KEY.recipient)[:cut], [KEY])


def test_an_epoch_key_is_a_file_that_age_takes() -> None:
    text = epoch_key_text(KEY, "main", 3).decode()
    comments, secret = text.splitlines()[:2], text.splitlines()[2]
    assert all(line.startswith("# ") for line in comments)
    assert KEY.recipient in comments[1]
    assert age.Identity(secret).recipient == KEY.recipient


def test_a_member_opens_the_keys_of_own_compartments_newest_first(office: Office) -> None:
    with office.open() as vault:
        old = vault.keys_of("main")[0]
        own = [vault.policy.members[handle].age[0] for handle in ("nour", "lina")]
    for epoch in (2, 10):
        text = age.encrypt(epoch_key_text(age.new_identity(), "main", epoch), own)
        office.commit("nour", [(key_path("main", epoch), text)], "keys")
    with office.open("lina") as vault:
        keys = EpochKeys(vault.objects, office.keys("lina").age)
        tree = vault.tree(vault.tip)
        assert len(keys.of(tree, "main")) == 3
        assert keys.of(tree, "main")[-1].recipient == old.recipient
        newest = keys.of_epoch(tree, "main", 10)
        assert newest is not None
        assert newest.recipient == keys.of(tree, "main")[0].recipient
        assert keys.of_epoch(tree, "main", 3) is None
        assert keys.of(tree, "witness") == keys.of(tree, "nowhere") == []
        assert keys.has_any(tree, "main")
        assert not keys.has_any(tree, "witness")
        without = EpochKeys(vault.objects, None)
        assert without.of(tree, "main") == []
    with office.open("sami") as vault:  # who was left out of the later ones
        assert [key.recipient for key in vault.keys_of("main")] == [old.recipient]
