from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from store.errors import BadFormat, Refused, Unsupported
from store.ticket import Ticket, make, parse
from tests.store.office import Office

TICKET = Ticket("ab" * 32, "12" * 20, "34" * 20)


def test_a_ticket_names_repository_root_and_tip(office: Office) -> None:
    with office.open() as vault:
        ticket = make(vault)
        root = vault.trust.root
    raw = office.git("cat-file", "commit", root)
    assert ticket == (sha256(raw.encode()).hexdigest(), root, office.head())


def test_a_ticket_is_one_line_and_read_back() -> None:
    assert len(TICKET.text.split()) == 1
    assert parse(TICKET.text) == TICKET


def test_a_ticket_that_a_letter_wrapped_is_read_all_the_same() -> None:
    text = TICKET.text.upper()
    assert parse(f"  {text[:60]}\r\n{text[60:120]} \n\t{text[120:]}\n") == TICKET


@pytest.mark.parametrize(
    "text",
    ["", "hello", "dalil-ticket-", TICKET.root, TICKET.text[:-1], TICKET.text + "0", "\x1b[2J" * 9],
)
def test_what_is_no_whole_ticket_is_refused(text: str) -> None:
    with pytest.raises(BadFormat):
        parse(text)


@pytest.mark.parametrize("place", range(15, len(TICKET.text) - 8, 7))
def test_a_ticket_with_one_wrong_digit_is_refused(place: int) -> None:
    text = TICKET.text
    wrong = "f" if text[place] != "f" else "e"
    with pytest.raises(BadFormat):
        parse(text[:place] + wrong + text[place + 1 :])


def test_a_ticket_of_a_newer_version_is_told_apart_from_a_damaged_one() -> None:
    with pytest.raises(Unsupported):
        parse(TICKET.text.replace("ticket-1", "ticket-2"))


def test_no_ticket_is_made_from_a_copy_that_nobody_confirmed(
    office: Office, tmp_path: Path
) -> None:
    with office.clone(tmp_path / "clone").open() as vault, pytest.raises(Refused):
        make(vault)
