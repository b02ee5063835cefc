"""Which passwords are taken: by length and by whether others would guess them, never by their composition."""

from pathlib import Path

import pytest

from app.accounts.passwords import CONTEXT, LONGEST, SHORTEST, Passwords, UnfitPassword, is_common
from app.config import Settings


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(Settings(password_memory_kib=64, password_rounds=1))


@pytest.mark.parametrize(
    "password",
    ["lowercaseonly", "8" * 3 + "31749", "көк аспан бұлтсыз", "🙂🙃🙂🙃🙂🙃🙂🙃", " spaces at both ends ", "x" * 63 + "y"],
)
def test_any_composition_is_taken_and_checked_exactly_as_typed(passwords: Passwords, password: str) -> None:
    stored = passwords.hash(password)
    assert passwords.matches(stored, password)
    for other in (password + "x", password[:-1], password.upper() + "!", password.strip() + "!", password[:40]):
        assert other == password or not passwords.matches(stored, other)


def test_the_whole_length_counts(passwords: Passwords) -> None:
    longest = "kestrel " * (LONGEST // 8)
    stored = passwords.hash(longest)
    assert passwords.matches(stored, longest)
    assert not passwords.matches(stored, longest[:-1] + "x")
    for password in ("s" * (SHORTEST - 1), "kestrel " * (LONGEST // 8) + "x"):
        with pytest.raises(UnfitPassword):
            passwords.hash(password)


@pytest.mark.parametrize("password", ["password1", "iloveyou", "qwertyuiop", "PASSWORD1", "trustno1"])
def test_the_most_used_passwords_are_refused(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize("password", ["Sapa2026!", "сапа2026", "2026-Quality", "Университет1", "rector!!", "admin-2026"])
def test_words_of_this_place_are_refused_whatever_stands_around_them(password: str) -> None:
    assert is_common(password)


def test_the_list_of_words_is_the_one_that_is_documented() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "protection.md").read_text(encoding="utf-8")
    assert [word for word in sorted(CONTEXT) if word not in page] == []
