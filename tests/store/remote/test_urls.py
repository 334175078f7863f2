from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.errors import BadFormat
from store.remote.urls import check


@pytest.mark.parametrize(
    ("text", "protocol"),
    [
        ("https://example.org/unit.git", "https"),
        ("https://git@example.org:8443/a/b", "https"),
        ("HTTPS://example.org/unit.git", "https"),
        ("ssh://git@example.org/srv/unit.git", "ssh"),
        ("ssh://example.org:2222/srv/unit.git", "ssh"),
        ("ssh://[2001:db8::1]/srv/unit.git", "ssh"),
        ("git@example.org:unit.git", "ssh"),
        ("example.org:/srv/unit.git", "ssh"),
    ],
)
def test_addresses_of_the_allowed_forms_are_taken(text: str, protocol: str) -> None:
    found = check(text)
    assert found.protocol == protocol
    assert found.text.lower() == text.lower()


@pytest.mark.parametrize("text", ["unit.git", "./unit.git", "-unit", "--upload-pack=touch x", "/a"])
def test_a_folder_becomes_an_absolute_path_that_is_no_option(text: str) -> None:
    found = check(text)
    assert found == (os.path.abspath(text), "file")
    assert found.text.startswith("/")


def test_a_folder_with_a_colon_in_its_name_is_a_folder_when_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a:b").mkdir()
    assert check("a:b") == (str(tmp_path / "a:b"), "file")


def test_a_file_address_is_the_folder_it_names() -> None:
    assert check("file:///srv/my%20unit.git") == ("/srv/my unit.git", "file")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ext::sh -c 'touch x'",
        "ext::sh",
        "fd::7",
        "http://example.org/unit.git",
        "git://example.org/unit.git",
        "ftp://example.org/unit.git",
        "rsync://example.org/unit.git",
        "transport::https://example.org/unit.git",
        "https://-oProxyCommand=x/unit.git",
        "https:///unit.git",
        "https://example.org\n/unit.git",
        "https://example.org/unit.git\x1b[2J",
        "https://a@b@example.org/unit.git",
        "ssh://-oProxyCommand=touch%20x/unit.git",
        "ssh://git@-oProxyCommand=x/unit.git",
        "ssh://-x@example.org/unit.git",
        "ssh://example.org/-unit.git",
        "-oProxyCommand=x:unit.git",
        "git@-oProxyCommand=x:unit.git",
        "-git@example.org:unit.git",
        "example.org:-unit.git",
        "example.org::unit.git",
        "file://example.org/unit.git",
        "file://",
        "file:///srv/unit%0agit",
        "a" * 3000,
    ],
)
def test_what_names_a_program_an_option_or_an_open_protocol_is_refused(text: str) -> None:
    with pytest.raises(BadFormat):
        check(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://nour:secret@example.org/x",
        "ssh://a:secret@b/x",
        "https://ghp_secret@github.com/x",
        "https://glpat-secret@example.org/x",
        f"https://{'0a' * 14}secret@example.org/x",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadFormat) as caught:
        check(text)
    assert "secret" not in f"{caught.value} {caught.value.advice()} {caught.value.values}"
