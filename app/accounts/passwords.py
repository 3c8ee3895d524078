"""Passwords: what a good one is (length counts, not its composition), and argon2id hashes of them."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.problems import Problem
from app.settings import Settings

SHORTEST, LONGEST = 10, 200
DIGITS = "0123456789"
# The ones that guessing begins with, as far as they are long enough; compared without separators and case.
COMMON = frozenset({
    "1234567890", "0123456789", "0987654321", "9876543210", "12345678910", "1234512345", "1122334455", "123123123123", "123456789012",
    "qwertyuiop", "asdfghjkl1", "1q2w3e4r5t", "1qaz2wsx3edc", "abcdefghij", "abcd123456", "password12", "password123", "password1234",
    "iloveyou123", "matkhau123", "matkhau1234", "matkhau123456", "congdoan123", "congdoan1234", "vietnam123", "vietnam1234", "thuoc12345",
})  # fmt: skip
AT_ONCE = threading.BoundedSemaphore(4)  # hashes at once in a process: each holds the settings' memory


def check_password(password: str, *names: str | None) -> str:
    """The password in the form that is hashed. Raises Problem where it is too easy; `names` are the account's own."""
    clean = _normal(password)
    if not SHORTEST <= len(clean) <= LONGEST:
        raise Problem("password_weak", f"Mật khẩu phải có từ {SHORTEST} đến {LONGEST} ký tự. Một câu ngắn dễ nhớ là đủ tốt.")
    bare = _bare(clean)
    if bare in COMMON or len(set(bare)) <= 3:
        raise Problem("password_weak", "Mật khẩu này ai cũng đoán ra. Hãy dùng một câu ngắn của riêng anh/chị.")
    own = {_bare(part).rstrip(DIGITS) for name in names if name for part in (name, name.split("@")[0])}
    if bare.rstrip(DIGITS) in own:
        raise Problem("password_weak", "Mật khẩu không được là tên của anh/chị. Hãy dùng một câu ngắn khác.")
    return clean


@cache
def hasher(memory_mb: int, rounds: int) -> PasswordHasher:
    return PasswordHasher(time_cost=rounds, memory_cost=memory_mb * 1024, parallelism=1)


class Passwords:
    """Makes and checks hashes with the settings' cost."""

    def __init__(self, settings: Settings) -> None:
        self._hasher = hasher(settings.password_memory_mb, settings.password_rounds)

    def hash(self, password: str) -> str:
        with AT_ONCE:
            return self._hasher.hash(_normal(password))

    def matches(self, password: str, known: str | None) -> bool:
        """Takes as long where there is no such account (`known` is None) as where there is one."""
        clean = _normal(password)
        with AT_ONCE:
            try:
                return self._hasher.verify(known or _nobody(self._hasher), clean) and known is not None
            except (VerificationError, InvalidHashError):
                return False

    def outdated(self, known: str) -> bool:
        """Whether the hash was made with another cost than the settings ask for now."""
        return self._hasher.check_needs_rehash(known)


@cache
def _nobody(maker: PasswordHasher) -> str:
    """A hash of the same cost that no password is checked against to be right."""
    return maker.hash("không có tài khoản này")


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password[: LONGEST * 4])


def _bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFC", text).casefold() if char.isalnum())
